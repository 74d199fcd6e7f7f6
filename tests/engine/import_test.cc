// Importing lines: what becomes of each, and what the report says.
#include <atomic>
#include <chrono>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "tests/engine/engine_test_support.h"
#include "tests/engine/line_sources.h"
#include "tests/engine/scratch_directory.h"

namespace kalends {
namespace {

using Lines = std::vector<std::string>;

struct Rejected {
  std::uint64_t line;
  std::string text;
  ErrorCode code;
  std::string message;
};

class Importing : public ::testing::Test {
 protected:
  Importing() : database_(MemoryDatabase()), things_(Must(database_->CreateCollection("things", {}))) {
    options_.on_reject = [this](const ImportReject& reject) {
      rejected_.push_back({reject.line, std::string(reject.text), reject.error->code(), reject.error->message()});
    };
  }
  Result<ImportReport> TryImport(Lines lines, ImportReport* report = nullptr) {
    VectorLines source(std::move(lines));
    return things_.Import(source, options_, report);
  }
  ImportReport Import(Lines lines) { return Must(TryImport(std::move(lines))); }

  const std::unique_ptr<Database> database_;
  Collection things_;
  ImportOptions options_;
  std::vector<Rejected> rejected_;
};

// read, inserted, replaced, duplicates, conflicts, rejected
using Sums = std::tuple<int, int, int, int, int, int>;
Sums SumsOf(const ImportReport& report) {
  EXPECT_EQ(report.read, report.inserted + report.replaced + report.duplicates + report.conflicts + report.rejected);
  const auto number = [](std::uint64_t count) { return static_cast<int>(count); };
  return {number(report.read),       number(report.inserted),  number(report.replaced),
          number(report.duplicates), number(report.conflicts), number(report.rejected)};
}

std::string Line(int id, std::string_view time = "2024-01-31", std::string_view more = "") {
  return R"({"_id":)" + std::to_string(id) + R"(,"timestamp":")" + std::string(time) + "\"" + std::string(more) + "}";
}

TEST_F(Importing, StoresEachLineAndTellsWhatItDid) {
  const Lines lines = {Line(1), Line(2, "2024-02-01"), Line(3, "2024-02-02", R"(,"a":[1,{"b":null}])")};
  const ImportReport report = Import(lines);
  EXPECT_EQ(SumsOf(report), Sums(3, 3, 0, 0, 0, 0));
  EXPECT_EQ(report.partitions, (std::map<std::string, std::uint64_t>{{"things_2024_01", 1}, {"things_2024_02", 2}}));
  EXPECT_EQ(report.bytes, lines[0].size() + lines[1].size() + lines[2].size() + 3);
  EXPECT_EQ(report.last_line, 3U);
  EXPECT_EQ(report.untimed, 0U);
  EXPECT_EQ(Must(things_.Get(Value::Int(3)))->ToJson(), lines[2]);
}

TEST_F(Importing, TakesNothingFromNothing) {
  EXPECT_EQ(SumsOf(Import({})), Sums(0, 0, 0, 0, 0, 0));
  EXPECT_EQ(SumsOf(Import({"", "  ", "\t\r"})), Sums(0, 0, 0, 0, 0, 0));
}

TEST_F(Importing, DropsTheByteOrderMarkCarriageReturnsAndBlankLines) {
  const ImportReport report =
      Import({"\xEF\xBB\xBF" + Line(1) + "\r", "", "   ", "\r", Line(2) + "\r", " " + Line(3) + " "});
  EXPECT_EQ(SumsOf(report), Sums(3, 3, 0, 0, 0, 0));
  EXPECT_EQ(report.last_line, 6U);
  EXPECT_EQ(All(things_, OldestFirst())[0].ToJson(), Line(1));
}

TEST_F(Importing, StopsAtABadLineKeepingWhatCameBefore) {
  ImportReport report;
  const auto stopped = TryImport({Line(1), "", Line(2), "{\"_id\":3,", Line(4)}, &report);
  EXPECT_TRUE(Fails(stopped, ErrorCode::kInvalidArgument, "line 4: "));
  EXPECT_EQ(SumsOf(report), Sums(3, 2, 0, 0, 0, 1));
  EXPECT_EQ(report.last_line, 4U);
  EXPECT_EQ(FoundIds(things_, OldestFirst()), (Lines{"1", "2"}));
  ASSERT_EQ(rejected_.size(), 1U);
  EXPECT_EQ(rejected_[0].line, 4U);
  EXPECT_EQ(rejected_[0].text, "{\"_id\":3,");
}

TEST_F(Importing, SkipsBadLinesAndTellsTheReasonOfEach) {
  options_.on_error = OnError::kSkip;
  options_.batch = 2;
  const ImportReport report = Import({Line(1), "nonsense", Line(2), "[1]", R"({"_id":3})",
                                      R"({"_id":[3],"timestamp":"2024-01-31"})", Line(4, "1812-01-01"),
                                      R"({"_id":5,"timestamp":"2024-01-31","text":")"
                                      "\xFF\"}",
                                      std::string(200, '[') + std::string(200, ']'), Line(6)});
  EXPECT_EQ(SumsOf(report), Sums(10, 3, 0, 0, 0, 7));
  EXPECT_EQ(report.untimed, 1U);
  ASSERT_EQ(rejected_.size(), 7U);
  const std::vector<std::pair<std::uint64_t, std::string>> expected = {
      {2, ""}, {4, "object"}, {5, "no time"}, {6, "array"}, {7, "outside"}, {8, "UTF-8"}, {9, ""}};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(rejected_[i].line, expected[i].first);
    EXPECT_NE(rejected_[i].message.find(expected[i].second), std::string::npos) << rejected_[i].message;
  }
  EXPECT_EQ(FoundIds(things_, OldestFirst()), (Lines{"1", "2", "6"}));
}

TEST_F(Importing, CountsEqualDocumentsAsDuplicatesAlsoInAnotherKeyOrder) {
  Import({Line(1, "2024-01-31", R"(,"a":1,"b":{"x":1,"y":[1,2]})")});
  const ImportReport report = Import({R"({"b":{"y":[1,2],"x":1},"timestamp":"2024-01-31","_id":1,"a":1})"});
  EXPECT_EQ(SumsOf(report), Sums(1, 0, 0, 1, 0, 0));
  // The order of an array, and the type of a number, are content.
  EXPECT_EQ(SumsOf(Import({Line(1, "2024-01-31", R"(,"a":1,"b":{"x":1,"y":[2,1]})")})), Sums(1, 0, 0, 0, 1, 0));
  EXPECT_EQ(SumsOf(Import({Line(1, "2024-01-31", R"(,"a":1.0,"b":{"x":1,"y":[1,2]})")})), Sums(1, 0, 0, 0, 1, 0));
}

TEST_F(Importing, KeepsTheStoredDocumentOfAConflictUnlessToldOtherwise) {
  const Lines lines = {Line(1), Line(1, "2024-02-01"), Line(2), Line(1, "2024-01-31"), Line(1, "2024-03-01")};
  EXPECT_EQ(SumsOf(Import(lines)), Sums(5, 2, 0, 1, 2, 0));
  EXPECT_EQ(Must(things_.Get(Value::Int(1)))->ToJson(), Line(1));
  EXPECT_TRUE(rejected_.empty());
}

TEST_F(Importing, ReplacesWhereToldSo) {
  options_.on_duplicate = OnDuplicate::kReplace;
  for (const std::uint32_t batch : {1U, 2U, 100U}) {
    options_.batch = batch;
    const std::string name = "batch" + std::to_string(batch);
    Collection things = Must(database_->CreateCollection(name, {}));
    VectorLines source(
        {Line(1), Line(1, "2024-02-01"), Line(2), Line(1, "2024-02-01"), Line(1, "2024-03-01"), Line(1)});
    const ImportReport report = Must(things.Import(source, options_));
    EXPECT_EQ(SumsOf(report), Sums(6, 2, 3, 1, 0, 0)) << batch;
    EXPECT_EQ(Must(things.Get(Value::Int(1)))->ToJson(), Line(1));
    EXPECT_EQ(Must(things.Count({})), 2U);
  }
  EXPECT_EQ(FaultsOf(*database_), "");
}

TEST_F(Importing, RejectsConflictsWhereToldSo) {
  options_.on_duplicate = OnDuplicate::kError;
  EXPECT_TRUE(
      Fails(TryImport({Line(1), Line(1), Line(1, "2024-02-01"), Line(2)}), ErrorCode::kAlreadyExists, "line 3: "));
  EXPECT_EQ(FoundIds(things_), Lines{"1"});
  options_.on_error = OnError::kSkip;
  EXPECT_EQ(SumsOf(Import({Line(1), Line(1, "2024-02-01"), Line(2)})), Sums(3, 1, 0, 1, 0, 1));
  ASSERT_EQ(rejected_.size(), 2U);
  EXPECT_EQ(rejected_[1].line, 2U);
  EXPECT_EQ(rejected_[1].code, ErrorCode::kAlreadyExists);
}

TEST_F(Importing, InsertsNothingWhenRepeatedAlsoWithoutIds) {
  Lines lines;
  for (int i = 0; i < 300; ++i) {
    lines.push_back(Line(i));
    lines.push_back(R"({"timestamp":"2024-01-31","n":)" + std::to_string(i % 100) + "}");  // Each three times.
  }
  for (const int threads : {1, 4}) {
    for (const std::uint32_t batch : {7U, 1000U}) {
      options_.threads = threads;
      options_.batch = batch;
      Collection things =
          Must(database_->CreateCollection("t" + std::to_string(threads) + "b" + std::to_string(batch), {}));
      const auto import = [&] {
        VectorLines source(lines);
        return SumsOf(Must(things.Import(source, options_)));
      };
      EXPECT_EQ(import(), Sums(600, 600, 0, 0, 0, 0));
      EXPECT_EQ(import(), Sums(600, 0, 0, 600, 0, 0));
      EXPECT_EQ(Must(things.Count({})), 600U);
      EXPECT_EQ(Must(things.Count(Matching(R"({"n":7})"))), 3U);
    }
  }
}

TEST_F(Importing, MakesTheSameIdsWhateverTheKeyOrder) {
  EXPECT_EQ(SumsOf(Import({R"({"timestamp":"2024-01-31","a":1})"})), Sums(1, 1, 0, 0, 0, 0));
  EXPECT_EQ(SumsOf(Import({R"({"a":1,"timestamp":"2024-01-31"})"})), Sums(1, 0, 0, 1, 0, 0));
  // One more of the same in one import is another document.
  EXPECT_EQ(SumsOf(Import({R"({"a":1,"timestamp":"2024-01-31"})", R"({"timestamp":"2024-01-31","a":1})"})),
            Sums(2, 1, 0, 1, 0, 0));
  EXPECT_EQ(Must(things_.Count({})), 2U);
}

TEST_F(Importing, MakesNewIdsWhereAsked) {
  options_.new_ids = true;
  const Lines lines = {R"({"timestamp":"2024-01-31"})", R"({"timestamp":"2024-01-31"})", Line(1)};
  EXPECT_EQ(SumsOf(Import(lines)), Sums(3, 3, 0, 0, 0, 0));
  EXPECT_EQ(SumsOf(Import(lines)), Sums(3, 2, 0, 1, 0, 0));
  EXPECT_EQ(Must(things_.Count({})), 5U);
}

TEST_F(Importing, CountsDocumentsStoredUnderTheirArrival) {
  CollectionSpec spec;
  spec.missing_time = MissingTime::kArrival;
  Collection arriving = Must(database_->CreateCollection("arriving", spec));
  const Lines lines = {R"({"_id":1})", R"({"a":1})", R"({"a":1})", Line(2)};
  VectorLines source(lines);
  const ImportReport report = Must(arriving.Import(source, options_));
  EXPECT_EQ(SumsOf(report), Sums(4, 4, 0, 0, 0, 0));
  EXPECT_EQ(report.untimed, 3U);
  VectorLines again(lines);
  EXPECT_EQ(SumsOf(Must(arriving.Import(again, options_))), Sums(4, 0, 0, 4, 0, 0));
}

TEST_F(Importing, TellsEveryCommitInOrder) {
  Lines lines;
  for (int i = 0; i < 95; ++i) lines.push_back(i % 10 == 3 ? "bad" : Line(i));
  options_.batch = 10;
  options_.threads = 4;
  options_.on_error = OnError::kSkip;
  std::vector<std::uint64_t> last_lines;
  std::vector<std::uint64_t> rejected_before;
  options_.on_commit = [&](const ImportReport& report) {
    last_lines.push_back(report.last_line);
    rejected_before.push_back(rejected_.size());
    EXPECT_EQ(report.read, report.last_line);
    // What it tells is stored.
    EXPECT_EQ(Must(things_.Count({})), report.inserted);
  };
  Import(lines);
  EXPECT_EQ(last_lines, (std::vector<std::uint64_t>{10, 20, 30, 40, 50, 60, 70, 80, 90, 95}));
  EXPECT_EQ(rejected_before, (std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
}

TEST_F(Importing, EndsWhereItIsCancelledKeepingWhatWasCommitted) {
  CancelFlag cancel;
  options_.batch = 10;
  options_.call.cancel = &cancel;
  options_.on_commit = [&cancel](const ImportReport& report) {
    if (report.read >= 50) cancel.Cancel();
  };
  Lines lines;
  for (int i = 0; i < 3000; ++i) lines.push_back(Line(i));
  ImportReport report;
  EXPECT_TRUE(Fails(TryImport(lines, &report), ErrorCode::kCancelled));
  EXPECT_GE(report.inserted, 50U);
  EXPECT_LT(report.inserted, 3000U);
  EXPECT_EQ(report.last_line, report.inserted);
  EXPECT_EQ(Must(things_.Count({})), report.inserted);
}

TEST_F(Importing, EndsAtItsDeadline) {
  options_.call.deadline = std::chrono::steady_clock::now();
  EXPECT_TRUE(Fails(TryImport({Line(1)}), ErrorCode::kDeadlineExceeded));
}

TEST_F(Importing, EndsWithTheErrorOfTheSourceKeepingWhatWasCommitted) {
  options_.batch = 10;
  Lines lines;
  for (int i = 0; i < 100; ++i) lines.push_back(Line(i));
  VectorLines source(lines, [](std::uint64_t number) -> Status {
    if (number == 55) return Error(ErrorCode::kIoError, "the pipe is broken");
    return {};
  });
  ImportReport report;
  EXPECT_TRUE(Fails(things_.Import(source, options_, &report), ErrorCode::kIoError, "the pipe is broken"));
  EXPECT_EQ(Must(things_.Count({})), report.inserted);
}

TEST_F(Importing, NeedsABatchOfAtLeastOneLine) {
  options_.batch = 0;
  EXPECT_TRUE(Fails(TryImport({Line(1)}), ErrorCode::kInvalidArgument, "batch"));
}

TEST_F(Importing, TakesLinesUpToTheLimitOfADocument) {
  options_.on_error = OnError::kSkip;
  const std::string text(12U << 20U, 'x');
  const ImportReport report = Import({Line(1), Line(2, "2024-01-31", R"(,"text":")" + text + "\""),
                                      Line(3, "2024-01-31", R"(,"text":")" + text + text + "\""), Line(4)});
  EXPECT_EQ(SumsOf(report), Sums(4, 3, 0, 0, 0, 1));
  ASSERT_EQ(rejected_.size(), 1U);
  EXPECT_EQ(rejected_[0].line, 3U);
  EXPECT_EQ(rejected_[0].code, ErrorCode::kLimitExceeded);
  EXPECT_EQ(Must(things_.Get(Value::Int(2)))->Get("text").as_string().size(), text.size());
}

// Lines that depend on each other over commits: the outcome is that of one thread, line after line.
TEST_F(Importing, GivesTheSameResultWithSeveralThreads) {
  Lines lines;
  for (int i = 0; i < 2000; ++i) {
    // Few ids with two contents each, that come and go.
    lines.push_back(i % 17 == 0 ? "bad" : Line(i % 5, i % 3 == 0 ? "2024-01-31" : "2024-02-01"));
    lines.push_back(R"({"timestamp":"2024-01-31","n":)" + std::to_string(i % 50) + "}");
  }
  options_.on_error = OnError::kSkip;
  options_.batch = 3;
  for (const OnDuplicate rule : {OnDuplicate::kSkip, OnDuplicate::kReplace, OnDuplicate::kError}) {
    options_.on_duplicate = rule;
    std::vector<std::string> contents;
    std::vector<Sums> sums;
    for (const int threads : {1, 4}) {
      options_.threads = threads;
      Collection things = Must(database_->CreateCollection(
          "r" + std::to_string(static_cast<int>(rule)) + "t" + std::to_string(threads), {}));
      VectorLines source(lines);
      sums.push_back(SumsOf(Must(things.Import(source, options_))));
      std::string content;
      for (const Document& document : All(things, OldestFirst())) content += document.ToJson() + "\n";
      contents.push_back(content);
    }
    EXPECT_EQ(sums[0], sums[1]) << static_cast<int>(rule);
    EXPECT_EQ(contents[0], contents[1]) << static_cast<int>(rule);
  }
}

// Enough documents for a dictionary, which is trained on the first of them before any is written.
TEST_F(Importing, LearnsADictionaryThatMakesDocumentsSmaller) {
  const auto line = [](int i) {
    return Line(i, "2024-0" + std::to_string(1 + i % 3) + "-15T00:00:00Z",
                R"(,"session":"session-)" + std::to_string(i % 40) + R"(","message":"the quick brown fox number )" +
                    std::to_string(i * 7919 % 1000) + R"( jumps over the lazy dog again","model":"large-model-of-)" +
                    std::to_string(i % 3) + "\"");
  };
  Lines lines;
  for (int i = 0; i < 6000; ++i) lines.push_back(line(i));
  const ScratchDirectory scratch;
  std::map<Codec, std::uint64_t> bytes;
  for (const Codec codec : {Codec::kNone, Codec::kZstd, Codec::kZlib, Codec::kZstdDictionary}) {
    const std::string directory = scratch / ("db" + std::to_string(static_cast<int>(codec)));
    CollectionSpec spec;
    spec.codec = codec;
    {
      const auto database = OpenDatabase(directory);
      Collection things = Must(database->CreateCollection("things", spec));
      VectorLines source(lines);
      EXPECT_EQ(SumsOf(Must(things.Import(source, options_))), Sums(6000, 6000, 0, 0, 0, 0));
      Must(database->Close());
    }
    const auto database = OpenDatabase(directory, false);
    Collection things = Must(database->GetCollection("things"));
    for (int i = 0; i < 6000; i += 97) EXPECT_EQ(Must(things.Get(Value::Int(i)))->ToJson(), line(i));
    VectorLines source(lines);
    EXPECT_EQ(SumsOf(Must(things.Import(source, options_))), Sums(6000, 0, 0, 6000, 0, 0));
    EXPECT_EQ(FaultsOf(*database), "");
    Must(database->Close());
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
      if (entry.is_regular_file() && entry.path().extension() == ".log") bytes[codec] += entry.file_size();
    }
  }
  EXPECT_LT(bytes[Codec::kZstdDictionary] * 10, bytes[Codec::kZstd] * 8);
  EXPECT_LT(bytes[Codec::kZstd], bytes[Codec::kNone]);
  EXPECT_LT(bytes[Codec::kZlib], bytes[Codec::kNone]);
}

}  // namespace
}  // namespace kalends
