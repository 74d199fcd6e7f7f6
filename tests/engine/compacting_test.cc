#include "engine/compacting.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/engine/segment_test_support.h"

namespace kalends {
namespace {

// The files of a directory that hold `text`.
std::string FilesWith(const std::string& directory, const std::string& text) {
  std::string files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string content((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    if (content.find(text) != std::string::npos) files += entry.path().filename().string() + " ";
  }
  return files;
}

class CompactingTest : public ::testing::Test {
 protected:
  // Every second document holds what has to go.
  void InsertSecrets(Collection collection, int begin, int end) {
    for (int id = begin; id < end; ++id) {
      DocumentBuilder builder;
      builder.Add("_id", id).Add("timestamp", "2024-01-10T00:00:00Z");
      if (id % 2 == 0) builder.Add("user", "secret-of-somebody");
      Must(collection.Insert(builder.Build()));
    }
  }

  ScratchDirectory directory_;
  SegmentedDatabase database_{directory_.path()};
};

TEST_F(CompactingTest, LeavesNothingOfDeletedDocumentsInAnyFile) {
  CollectionSpec spec = IndexedSpec({"user"});
  spec.codec = Codec::kNone;
  Collection notes = database_.Create("notes", spec);
  InsertSecrets(notes, 0, 500);
  Must(database_.impl().SealAll());
  InsertSecrets(notes, 500, 600);
  EXPECT_NE(FilesWith(directory_.path(), "secret-of-somebody"), "");
  EXPECT_EQ(Must(notes.DeleteMany(Matching(R"({"user": "secret-of-somebody"})"))), 300U);

  std::uint64_t steps = 0;
  CompactOptions options;
  options.on_progress = [&steps](std::uint64_t done, std::uint64_t total) {
    EXPECT_EQ(done, ++steps);
    EXPECT_EQ(total, 3U);
  };
  const CompactReport report = Must(CompactDatabase(database_.impl(), "notes", options));
  EXPECT_EQ(steps, 3U);
  EXPECT_GT(report.bytes_after, 0U);
  EXPECT_EQ(FilesWith(directory_.path(), "secret-of-somebody"), "");
  EXPECT_EQ(database_.Faults(), "");
  EXPECT_EQ(Must(notes.Count({})), 300U);
  database_.Reopen();
  EXPECT_EQ(FilesWith(directory_.path(), "secret-of-somebody"), "");
  EXPECT_EQ(database_.Faults(), "");
}

TEST_F(CompactingTest, BuildsOnlySegmentsWithDeletedRowsAnew) {
  Collection messages = database_.Create("messages", IndexedSpec({"user"}));
  InsertMessages(messages, 0, 1000, "2024-01");
  InsertMessages(messages, 1000, 2000, "2024-02");
  Must(database_.impl().SealAll());
  Must(messages.Delete(Value::Int(5)));
  const SegmentId kept = database_.Partition("messages_2024_02").state->segments->front()->id();
  EXPECT_EQ(Must(CompactDatabase(database_.impl(), std::nullopt, {})).segments, 1U);
  EXPECT_EQ(database_.Partition("messages_2024_01").state->segments->front()->entry().deleted, 1U);
  EXPECT_EQ(database_.Partition("messages_2024_02").state->segments->front()->id(), kept);
  EXPECT_EQ(Must(CompactDatabase(database_.impl(), std::nullopt, {})).segments, 0U);
  EXPECT_EQ(database_.Faults(), "");
}

// A file of the columns family holds one part also afterwards, or the next opening would not know what may go.
TEST_F(CompactingTest, ColumnsStayAPartAFile) {
  Collection messages = database_.Create("messages", IndexedSpec({"user"}));
  for (int part = 0; part < 5; ++part) {
    InsertMessages(messages, part * 100, (part + 1) * 100, "2024-01");
    Must(database_.impl().SealAll());
    Must(messages.Delete(Value::Int(part * 100)));
  }
  EXPECT_EQ(Must(CompactDatabase(database_.impl(), "messages", {})).segments, 5U);
  {
    const PartitionRef partition = database_.Partition("messages_2024_01");
    std::size_t parts = 0;
    for (const auto& segment : *partition.state->segments) parts += segment->parts().size();
    rocksdb::ColumnFamilyMetaData family;
    database_.impl().storage().db()->GetColumnFamilyMetaData(partition.partition->families().columns->handle(),
                                                             &family);
    EXPECT_EQ(family.file_count, parts);
  }
  database_.Reopen();
  EXPECT_EQ(database_.Faults(), "");
}

TEST_F(CompactingTest, EndsBetweenStepsWhenCancelled) {
  Collection messages = database_.Create("messages", IndexedSpec({"user"}));
  InsertMessages(messages, 0, 100, "2024-01");
  CancelFlag cancel;
  cancel.Cancel();
  CompactOptions options;
  options.call.cancel = &cancel;
  EXPECT_TRUE(Fails(CompactDatabase(database_.impl(), "messages", options), ErrorCode::kCancelled));
  EXPECT_EQ(database_.Faults(), "");
}

}  // namespace
}  // namespace kalends
