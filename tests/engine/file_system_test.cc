#include "engine/file_system.h"

#include <gtest/gtest.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/sst_file_writer.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "tests/engine/scratch_directory.h"
#include "tests/faults/fault_file_system.h"

namespace kalends {
namespace {

using rocksdb::FileSystem;
using rocksdb::IOStatus;
using Kind = FileOperation::Kind;

// A database with families `a` and `b`, on our file system.
class Rocks {
 public:
  explicit Rocks(std::string path, std::shared_ptr<FileObserver> observer = nullptr,
                 const std::shared_ptr<FileSystem>& base = FileSystem::Default())
      : path_(std::move(path)), env_(rocksdb::NewCompositeEnv(MakeFileSystem(base, std::move(observer)))) {}
  ~Rocks() { Close(); }

  rocksdb::Status Open() {
    rocksdb::Options options;
    options.env = env_.get();
    options.create_if_missing = true;
    options.create_missing_column_families = true;
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    for (const char* name : {"default", "a", "b"}) families.emplace_back(name, options);
    return rocksdb::DB::Open(options, path_, families, &families_, &db_);
  }
  rocksdb::Status Put(const std::string& key, bool sync) {
    rocksdb::WriteOptions options;
    options.sync = sync;
    return db_->Put(options, families_[1], key, std::string(100, 'v'));
  }
  bool Has(const std::string& key) {
    std::string value;
    return db_->Get({}, families_[1], key, &value).ok();
  }
  void Close() {
    if (db_ == nullptr) return;
    for (auto* family : families_) db_->DestroyColumnFamilyHandle(family);
    families_.clear();
    delete db_;
    db_ = nullptr;
  }
  rocksdb::DB* operator->() { return db_; }
  rocksdb::ColumnFamilyHandle* family(int number) { return families_[static_cast<std::size_t>(number)]; }
  rocksdb::Env* env() { return env_.get(); }

 private:
  std::string path_;
  std::unique_ptr<rocksdb::Env> env_;
  std::vector<rocksdb::ColumnFamilyHandle*> families_;
  rocksdb::DB* db_ = nullptr;
};

class Recorder final : public FileObserver {
 public:
  IOStatus Before(const FileOperation& operation) override {
    const std::lock_guard lock(mutex_);
    ++counts_[operation.kind];
    return IOStatus::OK();
  }
  void AfterSync(const std::string& path, std::uint64_t bytes) override {
    const std::lock_guard lock(mutex_);
    synced_[path] = bytes;
  }
  int count(Kind kind) {
    const std::lock_guard lock(mutex_);
    return counts_[kind];
  }
  std::map<std::string, std::uint64_t> synced() {
    const std::lock_guard lock(mutex_);
    return synced_;
  }

 private:
  std::mutex mutex_;
  std::map<Kind, int> counts_;
  std::map<std::string, std::uint64_t> synced_;
};

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// A file written through the file system, as RocksDB writes one.
std::unique_ptr<rocksdb::FSWritableFile> MakeFile(FileSystem* file_system, const std::string& path) {
  std::unique_ptr<rocksdb::FSWritableFile> file;
  EXPECT_TRUE(file_system->NewWritableFile(path, {}, &file, nullptr).ok());
  return file;
}

TEST(FileSystem, RocksRunsWithoutOptionsFiles) {
  const ScratchDirectory scratch;
  Rocks rocks(scratch / "db");
  for (int opening = 0; opening < 3; ++opening) {
    const auto status = rocks.Open();
    ASSERT_TRUE(status.ok()) << status.ToString();
    ASSERT_TRUE(rocks.Put("key " + std::to_string(opening), false).ok());
    rocksdb::ColumnFamilyHandle* family = nullptr;
    ASSERT_TRUE(rocks->CreateColumnFamily({}, "new", &family).ok());
    ASSERT_TRUE(rocks->Put({}, family, "key", "value").ok());
    ASSERT_TRUE(rocks->SetOptions(rocks.family(1), {{"disable_auto_compactions", "true"}}).ok());
    ASSERT_TRUE(rocks->Flush({}, rocks.family(1)).ok());
    ASSERT_TRUE(rocks->DropColumnFamily(family).ok());
    ASSERT_TRUE(rocks->DestroyColumnFamilyHandle(family).ok());
    for (int key = 0; key <= opening; ++key) EXPECT_TRUE(rocks.Has("key " + std::to_string(key)));
    rocks.Close();
  }
  for (const auto& entry : std::filesystem::directory_iterator(scratch / "db")) {
    EXPECT_EQ(entry.path().string().find("OPTIONS"), std::string::npos) << entry.path();
  }
}

TEST(FileSystem, RunsOverMemoryToo) {
  const std::unique_ptr<rocksdb::Env> memory(rocksdb::NewMemEnv(rocksdb::Env::Default()));
  Rocks rocks("/db", nullptr, memory->GetFileSystem());
  for (int opening = 0; opening < 2; ++opening) {
    const auto status = rocks.Open();
    ASSERT_TRUE(status.ok()) << status.ToString();
    ASSERT_TRUE(rocks.Put("key", true).ok());
    ASSERT_TRUE(rocks->Flush({}, rocks.family(1)).ok());
    EXPECT_TRUE(rocks.Has("key"));
    rocks.Close();
  }
}

TEST(FileSystem, RefusesOptionsFilesByName) {
  const ScratchDirectory scratch;
  const auto file_system = MakeFileSystem(FileSystem::Default(), nullptr);
  std::unique_ptr<rocksdb::FSWritableFile> file;
  for (const char* name : {"OPTIONS-000005", "OPTIONS-000012.dbtmp"}) {
    EXPECT_TRUE(file_system->NewWritableFile(scratch / name, {}, &file, nullptr).IsNotSupported()) << name;
  }
  // A folder of such a name holds other files.
  std::filesystem::create_directory(scratch / "OPTIONS-1");
  EXPECT_TRUE(file_system->NewWritableFile(scratch / "OPTIONS-1/000005.log", {}, &file, nullptr).ok());
}

TEST(FileSystem, WithoutObserverFilesAreTheBasesOwn) {
  const ScratchDirectory scratch;
  const auto file_system = MakeFileSystem(FileSystem::Default(), nullptr);
  const auto file = MakeFile(file_system.get(), scratch / "file");
  EXPECT_EQ(dynamic_cast<rocksdb::FSWritableFileWrapper*>(file.get()), nullptr);
  std::unique_ptr<rocksdb::FSRandomAccessFile> reader;
  ASSERT_TRUE(file_system->NewRandomAccessFile(scratch / "file", {}, &reader, nullptr).ok());
  EXPECT_EQ(dynamic_cast<rocksdb::FSRandomAccessFileWrapper*>(reader.get()), nullptr);
}

TEST(FileSystem, TellsTheObserverOfEveryKindOfOperation) {
  const ScratchDirectory scratch;
  auto recorder = std::make_shared<Recorder>();
  Rocks rocks(scratch / "db", recorder);
  ASSERT_TRUE(rocks.Open().ok());
  ASSERT_TRUE(rocks.Put("key", true).ok());
  ASSERT_TRUE(rocks->Flush({}, rocks.family(1)).ok());
  EXPECT_TRUE(rocks.Has("key"));
  rocksdb::Options options;
  options.env = rocks.env();
  rocksdb::SstFileWriter writer({}, options);
  ASSERT_TRUE(writer.Open(scratch / "ingested.sst").ok());
  ASSERT_TRUE(writer.Put("key", "value").ok());
  ASSERT_TRUE(writer.Finish().ok());
  rocksdb::IngestExternalFileOptions ingestion;
  ingestion.move_files = true;
  ingestion.write_global_seqno = false;
  ASSERT_TRUE(rocks->IngestExternalFile(rocks.family(2), {scratch / "ingested.sst"}, ingestion).ok());
  rocks.Close();
  (void)rocks.env()->Truncate(scratch / "db/CURRENT", 0);  // Which POSIX has not.
  for (const Kind kind : {Kind::kCreate, Kind::kWrite, Kind::kSync, Kind::kClose, Kind::kRename, Kind::kDelete,
                          Kind::kRead, Kind::kTruncate, Kind::kLink, Kind::kDirectorySync}) {
    EXPECT_GT(recorder->count(kind), 0) << "kind " << static_cast<int>(kind);
  }
}

TEST(FileSystem, TellsWhatASyncMadeSafe) {
  const ScratchDirectory scratch;
  auto recorder = std::make_shared<Recorder>();
  const auto file_system = MakeFileSystem(FileSystem::Default(), recorder);
  const std::string path = scratch / "file";
  auto file = MakeFile(file_system.get(), path);
  ASSERT_TRUE(file->Append("12345", {}, nullptr).ok());
  EXPECT_TRUE(recorder->synced().empty());
  ASSERT_TRUE(file->Sync({}, nullptr).ok());
  ASSERT_TRUE(file->Append("678", {}, nullptr).ok());
  EXPECT_EQ(recorder->synced()[path], 5U);
  ASSERT_TRUE(file->Fsync({}, nullptr).ok());
  EXPECT_EQ(recorder->synced()[path], 8U);
  ASSERT_TRUE(file->Close({}, nullptr).ok());
  // Opened again, what was there counts.
  ASSERT_TRUE(file_system->ReopenWritableFile(path, {}, &file, nullptr).ok());
  ASSERT_TRUE(file->Append("9", {}, nullptr).ok());
  ASSERT_TRUE(file->Sync({}, nullptr).ok());
  EXPECT_EQ(recorder->synced()[path], 9U);
}

TEST(FailNthOperation, FailsTheNthInsteadOfDoingIt) {
  const ScratchDirectory scratch;
  auto faults =
      std::make_shared<FailNthOperation>(2, IOStatus::NoSpace("no space"), FailNthOperation::Lasting::kOnce,
                                         [](const FileOperation& operation) { return operation.kind == Kind::kWrite; });
  const auto file_system = MakeFileSystem(FileSystem::Default(), faults);
  auto file = MakeFile(file_system.get(), scratch / "file");
  EXPECT_TRUE(file->Append("1", {}, nullptr).ok());
  EXPECT_TRUE(file->Append("2", {}, nullptr).IsNoSpace());
  EXPECT_TRUE(file->Append("3", {}, nullptr).ok());
  ASSERT_TRUE(file->Close({}, nullptr).ok());
  EXPECT_EQ(ReadAll(scratch / "file"), "13");
  EXPECT_EQ(faults->operations(), 3U);
  EXPECT_EQ(faults->failures(), 1U);
}

TEST(FailNthOperation, FailsForGoodUntilItIsHealed) {
  const ScratchDirectory scratch;
  auto faults = std::make_shared<FailNthOperation>(2, IOStatus::IOError("broken"), FailNthOperation::Lasting::kForGood);
  const auto file_system = MakeFileSystem(FileSystem::Default(), faults);
  auto file = MakeFile(file_system.get(), scratch / "file");
  EXPECT_TRUE(file->Append("1", {}, nullptr).IsIOError());
  EXPECT_TRUE(file->Sync({}, nullptr).IsIOError());
  faults->Heal();
  EXPECT_TRUE(file->Append("2", {}, nullptr).ok());
}

// At whichever operation the disk fails: no crash, and what was acknowledged is there when the disk is well again.
TEST(FailNthOperation, RocksKeepsWhatItAcknowledged) {
  for (std::uint64_t nth = 1; nth < 120; nth += 17) {
    const ScratchDirectory scratch;
    auto faults =
        std::make_shared<FailNthOperation>(nth, IOStatus::IOError("broken"), FailNthOperation::Lasting::kForGood);
    std::vector<std::string> acknowledged;
    {
      Rocks rocks(scratch / "db", faults);
      if (rocks.Open().ok()) {
        for (int i = 0; i < 40; ++i) {
          const std::string key = "key " + std::to_string(i);
          if (rocks.Put(key, i % 3 == 0).ok()) acknowledged.push_back(key);
          if (i % 15 == 14) (void)rocks->Flush({}, rocks.family(1));
        }
      }
    }
    EXPECT_GT(faults->failures(), 0U) << "operation " << nth;
    Rocks again(scratch / "db");
    const auto status = again.Open();
    ASSERT_TRUE(status.ok()) << "operation " << nth << ": " << status.ToString();
    for (const std::string& key : acknowledged) EXPECT_TRUE(again.Has(key)) << "operation " << nth << ", " << key;
  }
}

TEST(SyncedSizes, DropsWhatWasNotSyncedAndFollowsNames) {
  const ScratchDirectory scratch;
  auto sizes = std::make_shared<SyncedSizes>();
  const auto file_system = MakeFileSystem(FileSystem::Default(), sizes);
  const auto write = [&](const std::string& name, const std::string& synced, const std::string& unsynced) {
    auto file = MakeFile(file_system.get(), scratch / name);
    ASSERT_TRUE(file->Append(synced, {}, nullptr).ok());
    if (!synced.empty()) {
      ASSERT_TRUE(file->Sync({}, nullptr).ok());
    }
    ASSERT_TRUE(file->Append(unsynced, {}, nullptr).ok());
    ASSERT_TRUE(file->Close({}, nullptr).ok());
  };
  write("kept", "abc", "def");
  write("never_synced", "", "def");
  write("deleted", "abc", "def");
  write("old_name", "abcd", "def");
  write("replaced", "a", "");
  write("linked", "abcde", "def");
  ASSERT_TRUE(file_system->DeleteFile(scratch / "deleted", {}, nullptr).ok());
  ASSERT_TRUE(file_system->RenameFile(scratch / "old_name", scratch / "replaced", {}, nullptr).ok());
  ASSERT_TRUE(file_system->LinkFile(scratch / "linked", scratch / "second_name", {}, nullptr).ok());
  std::unique_ptr<rocksdb::FSWritableFile> file;
  ASSERT_TRUE(file_system->ReopenWritableFile(scratch / "second_name", {}, &file, nullptr).ok());
  ASSERT_TRUE(file->Sync({}, nullptr).ok());
  std::ofstream(scratch / "of_another") << "text";

  sizes->DropUnsynced();
  EXPECT_EQ(ReadAll(scratch / "kept"), "abc");
  EXPECT_EQ(ReadAll(scratch / "never_synced"), "");
  EXPECT_EQ(ReadAll(scratch / "replaced"), "abcd");
  EXPECT_EQ(ReadAll(scratch / "second_name"), "abcdedef");
  EXPECT_EQ(ReadAll(scratch / "of_another"), "text");
  EXPECT_FALSE(std::filesystem::exists(scratch / "deleted"));
  EXPECT_EQ(sizes->Records().size(), 5U);
}

TEST(SyncedSizes, OutlivesAKilledProcess) {
  const ScratchDirectory scratch;
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto file_system = MakeFileSystem(FileSystem::Default(), std::make_shared<SyncedSizes>(scratch / "table"));
    auto file = MakeFile(file_system.get(), scratch / "before");
    (void)file->Append("synced", {}, nullptr);
    (void)file->Sync({}, nullptr);
    (void)file->Append(" and not", {}, nullptr);
    (void)file_system->RenameFile(scratch / "before", scratch / "after", {}, nullptr);
    (void)kill(getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(ReadAll(scratch / "after"), "synced and not");
  SyncedSizes(scratch / "table").DropUnsynced();
  EXPECT_EQ(ReadAll(scratch / "after"), "synced");
}

// A power cut under RocksDB: what was put with a sync is there, what was put after the last sync is not.
TEST(SyncedSizes, LeavesWhatAPowerCutWould) {
  const ScratchDirectory scratch;
  auto sizes = std::make_shared<SyncedSizes>(scratch / "table");
  Rocks rocks(scratch / "db", sizes);
  ASSERT_TRUE(rocks.Open().ok());
  ASSERT_TRUE(rocks.Put("flushed", false).ok());
  ASSERT_TRUE(rocks->Flush({}, rocks.family(1)).ok());
  ASSERT_TRUE(rocks.Put("unsynced, then synced", false).ok());
  ASSERT_TRUE(rocks.Put("synced", true).ok());
  ASSERT_TRUE(rocks.Put("unsynced", false).ok());
  const std::map<std::string, std::uint64_t> records = sizes->Records();
  std::filesystem::copy(scratch / "db", scratch / "copy");
  rocks.Close();
  for (const auto& [path, bytes] : records) {
    const std::string copy = scratch / "copy/" + std::filesystem::path(path).filename().string();
    if (std::filesystem::exists(copy)) std::filesystem::resize_file(copy, bytes);
  }
  Rocks again(scratch / "copy");
  const auto status = again.Open();
  ASSERT_TRUE(status.ok()) << status.ToString();
  EXPECT_TRUE(again.Has("flushed"));
  EXPECT_TRUE(again.Has("unsynced, then synced"));
  EXPECT_TRUE(again.Has("synced"));
  EXPECT_FALSE(again.Has("unsynced"));
}

}  // namespace
}  // namespace kalends
