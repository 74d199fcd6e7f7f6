// The command as scripts see it: its output, its exit status, what it says to people.

#include <gtest/gtest.h>

#include <csignal>
#include <thread>

#include "kalends/document.h"
#include "tests/tools/child_process.h"

namespace kalends {
namespace {

using ::testing::Test;

const char* const kTwoMonths = R"({"_id":1,"timestamp":"2024-01-31T15:00:00Z","kind":"a","n":1})"
                               "\n"
                               R"({"_id":2,"timestamp":"2024-01-31T23:59:59.999Z","kind":"b","n":2})"
                               "\n"
                               R"({"_id":3,"timestamp":"2024-02-01T00:00:00Z","kind":"a","n":3})"
                               "\n"
                               R"({"_id":"4","timestamp":"2024-02-01T10:00:00+02:00","kind":"b","n":4})"
                               "\n";

class CommandTest : public Test {
 protected:
  // Runs `kalends ARGUMENTS`; "DB" stands for the test's database.
  Ended Run(std::vector<std::string> arguments, const std::string& input = "") {
    return Start(std::move(arguments), input)->Wait();
  }
  std::unique_ptr<ChildProcess> Start(std::vector<std::string> arguments, const std::string& input = "") {
    for (std::string& argument : arguments) {
      if (argument == "DB") argument = database_;
    }
    return std::make_unique<ChildProcess>(folder_, KALENDS_COMMAND, arguments, input);
  }
  // Runs it, expects exit status 0, returns what it printed.
  std::string Out(std::vector<std::string> arguments, const std::string& input = "") {
    const std::string name = arguments.front();
    const Ended ended = Run(std::move(arguments), input);
    EXPECT_EQ(ended.status, 0) << name << ": " << ended.error;
    return ended.out;
  }
  void ImportTwoMonths() { ASSERT_NE(Out({"import", "DB", "events", "-", "--quiet"}, kTwoMonths), ""); }

  // The member `path` of the JSON that was printed.
  static std::string Member(const std::string& json, const std::vector<const char*>& path) {
    const auto document = Document::FromJson(json);
    if (!document) return "no JSON: " + json;
    Value value = document->value();
    for (const char* name : path) value = value.Get(name);
    return value.is_missing() ? "missing" : ToJson(value);
  }

  ScratchFolder folder_;
  std::string database_ = folder_ / "db";
};

TEST_F(CommandTest, HelpAndVersionGoToStandardOutput) {
  EXPECT_NE(Out({"help"}).find("import"), std::string::npos);
  EXPECT_NE(Out({"help", "find"}).find("Examples:"), std::string::npos);
  EXPECT_EQ(Out({"find", "--help"}), Out({"help", "find"}));
  EXPECT_TRUE(Out({"--version"}).starts_with("kalends 0."));
}

TEST_F(CommandTest, AWrongCommandLineEndsWithTwoAndPointsToTheHelp) {
  const std::vector<std::vector<std::string>> wrong = {{},
                                                       {"fnd"},
                                                       {"find"},
                                                       {"find", "DB"},
                                                       {"find", "DB", "c", "{"},
                                                       {"find", "DB", "c", "{}", "--form", "now"},
                                                       {"find", "DB", "c", "--from", "yesterday"},
                                                       {"find", "DB", "c", "--limit", "many"},
                                                       {"find", "DB", "c", "--limit", "-1"},
                                                       {"find", "DB", "c", "--skip", "010"},
                                                       {"find", "DB", "c", "--after", ""},
                                                       {"find", "DB", "c", "--output", "xml"},
                                                       {"find", "DB", "c", "--project", "{"},
                                                       {"update", "DB", "c", "{}"},
                                                       {"update", "DB", "c", "{}", "[{\"$set\":{\"a\":1}}]"},
                                                       {"distinct", "DB", "c"},
                                                       {"count", "DB", "c", "{}", "more"},
                                                       {"get", "DB", "c"},
                                                       {"delete", "DB", "c"},
                                                       {"drop", "DB", "c"},
                                                       {"import", "DB", "c", "--on-error", "ask"},
                                                       {"import", "DB", "c", "--batch", "0"},
                                                       {"insert", "DB", "c", "{\"a\":"},
                                                       {"help", "nothing"},
                                                       {"find", "DB", "c", "--memory", "1K"},
                                                       {"find", "DB", "c", "--timeout", "soon"},
                                                       {"spec", "DB", "c", "--dry-run"},
                                                       {"find", "DB", "c", "@/nowhere"}};
  for (const auto& arguments : wrong) {
    const Ended ended = Run(arguments);
    const std::string line = ::testing::PrintToString(arguments);
    EXPECT_EQ(ended.status, 2) << line;
    EXPECT_EQ(ended.out, "") << line;
    EXPECT_NE(ended.error.find("help"), std::string::npos) << line << ended.error;
  }
  EXPECT_FALSE(std::filesystem::exists(database_)) << "a wrong command line makes no database";
}

TEST_F(CommandTest, ADirectoryWithoutDatabaseFailsWithARemedy) {
  for (const char* command : {"collections", "stats", "verify"}) {
    const Ended ended = Run({command, "DB"});
    EXPECT_EQ(ended.status, 1);
    EXPECT_NE(ended.error.find("kalends create"), std::string::npos) << ended.error;
  }
  EXPECT_FALSE(std::filesystem::exists(database_));
  folder_.Write("other/file", "x");
  EXPECT_EQ(Run({"create", folder_ / "other", "c"}).status, 1);
  EXPECT_EQ(ReadFile(folder_ / "other/file"), "x");
}

TEST_F(CommandTest, CreatePrintsTheSpecAndCollectionsLists) {
  const std::string spec = Out({"create", "DB", "messages", "--preset", "messages"});
  EXPECT_EQ(Member(spec, {"id"}), "\"uuid\"") << spec;
  Out({"create", "DB", "notes", "--plain"});
  EXPECT_EQ(Out({"collections", "DB"}),
            "{\"name\":\"messages\",\"plain\":false,\"partitions\":0,\"documents\":0}\n"
            "{\"name\":\"notes\",\"plain\":true,\"partitions\":0,\"documents\":0}\n");
  const Ended again = Run({"create", "DB", "notes"});
  EXPECT_EQ(again.status, 1);
  EXPECT_EQ(Run({"create", "DB", "catalog"}).status, 1);
  EXPECT_EQ(Run({"create", "DB", "c", "--preset", "nothing"}).status, 1);
}

TEST_F(CommandTest, SpecShowsAndChanges) {
  Out({"create", "DB", "c"});
  EXPECT_EQ(Member(Out({"spec", "DB", "c", "--set", "-", "--dry-run"}, R"({"months_ahead": 3})"), {"months_ahead"}),
            "3");
  EXPECT_EQ(Member(Out({"spec", "DB", "c"}), {"months_ahead"}), "24");
  Out({"spec", "DB", "c", "--set", "-"}, R"({"months_ahead": 3})");
  EXPECT_EQ(Member(Out({"spec", "DB", "c"}), {"months_ahead"}), "3");
  EXPECT_EQ(Run({"spec", "DB", "c", "--set", "-"}, R"({"nonsense": 3})").status, 1);
}

TEST_F(CommandTest, ImportCountsByMonthAndFindsTheTimeFieldItself) {
  const Ended ended = Run({"import", "DB", "events"}, kTwoMonths);
  EXPECT_EQ(ended.status, 0) << ended.error;
  EXPECT_NE(ended.error.find("'timestamp'"), std::string::npos) << ended.error;
  EXPECT_EQ(Member(ended.out, {"read"}), "4");
  EXPECT_EQ(Member(ended.out, {"inserted"}), "4");
  EXPECT_EQ(Member(ended.out, {"partitions"}), R"({"events_2024_01":2,"events_2024_02":2})");
  const std::string again = Out({"import", "DB", "events"}, kTwoMonths);
  EXPECT_EQ(Member(again, {"inserted"}), "0");
  EXPECT_EQ(Member(again, {"duplicates"}), "4");
  for (const char* key : {"read", "inserted", "replaced", "duplicates", "conflicts", "rejected", "untimed", "bytes",
                          "seconds", "partitions"}) {
    EXPECT_NE(Member(again, {key}), "missing") << key;
  }
}

TEST_F(CommandTest, ImportStopsAtABadLineAndNamesIt) {
  const std::string file = folder_.Write("bad.ndjson", std::string(kTwoMonths) + "{\"_id\": 5,\n" + kTwoMonths);
  const Ended ended = Run({"import", "DB", "events", file, "--time-field", "timestamp"});
  EXPECT_EQ(ended.status, 1);
  EXPECT_NE(ended.error.find("line 5"), std::string::npos) << ended.error;
  EXPECT_EQ(Member(ended.out, {"inserted"}), "4");
  EXPECT_EQ(Out({"count", "DB", "events"}), "4\n");
}

TEST_F(CommandTest, ImportWritesRefusedLinesToTheErrorFile) {
  folder_.Write("in/1.ndjson", "{\"_id\":1,\"timestamp\":\"2024-01-01\"}\nnot json \xFF\n");
  folder_.Write("in/2.ndjson", "{\"_id\":2}\n{\"_id\":3,\"timestamp\":\"2024-01-02\"}\n");
  const Ended ended = Run({"import", "DB", "events", folder_ / "in", "--time-field", "timestamp", "--on-error", "skip",
                           "--errors", folder_ / "errors"});
  EXPECT_EQ(ended.status, 1) << "something was refused";
  EXPECT_EQ(Member(ended.out, {"read"}), "4");
  EXPECT_EQ(Member(ended.out, {"inserted"}), "2");
  EXPECT_EQ(Member(ended.out, {"rejected"}), "2");
  EXPECT_EQ(Member(ended.out, {"untimed"}), "1");
  std::istringstream lines(ReadFile(folder_ / "errors"));
  std::string line;
  std::getline(lines, line);
  EXPECT_EQ(Member(line, {"line"}), "2");
  EXPECT_EQ(Member(line, {"file"}), "\"" + (folder_ / "in/1.ndjson") + "\"");
  EXPECT_EQ(Member(line, {"text"}), "\"not json \xEF\xBF\xBD\"");
  std::getline(lines, line);
  EXPECT_EQ(Member(line, {"line"}), "1");
  EXPECT_EQ(Member(line, {"text"}), R"("{\"_id\":2}")");
  EXPECT_FALSE(std::getline(lines, line));
}

TEST_F(CommandTest, ImportHandlesDuplicatesAsAsked) {
  ImportTwoMonths();
  const std::string other = R"({"_id":1,"timestamp":"2024-03-01","kind":"z"})";
  const Ended kept = Run({"import", "DB", "events"}, other);
  EXPECT_EQ(kept.status, 1) << "a conflict is left";
  EXPECT_EQ(Member(kept.out, {"conflicts"}), "1");
  EXPECT_EQ(Member(Out({"get", "DB", "events", "1"}), {"kind"}), "\"a\"");
  EXPECT_EQ(Run({"import", "DB", "events", "--on-duplicate", "error"}, other).status, 1);
  const std::string replaced = Out({"import", "DB", "events", "--on-duplicate", "replace"}, other);
  EXPECT_EQ(Member(replaced, {"replaced"}), "1");
  EXPECT_EQ(Member(Out({"get", "DB", "events", "1"}), {"kind"}), "\"z\"");
  EXPECT_EQ(Out({"count", "DB", "events"}), "4\n");
}

TEST_F(CommandTest, ImportAcknowledgesEachCommit) {
  const Ended ended = Run({"import", "DB", "events", "--ack", "--batch", "2"}, kTwoMonths);
  EXPECT_EQ(ended.status, 0) << ended.error;
  EXPECT_TRUE(ended.out.starts_with("2\n4\n{\"read\":4")) << ended.out;
}

TEST_F(CommandTest, ImportReadsCsv) {
  const std::string out = Out({"import", "DB", "orders", "--input", "csv", "--time-field", "at", "--id-field", "order"},
                              "order,at,price,note\n1,2024-01-31 15:00:00,12.50,\"two\nlines\"\n2,2024-02-01,3,\n");
  EXPECT_EQ(Member(out, {"inserted"}), "2");
  EXPECT_EQ(Out({"export", "DB", "orders"}),
            "{\"order\":1,\"at\":\"2024-01-31 15:00:00\",\"price\":12.5,\"note\":\"two\\nlines\"}\n"
            "{\"order\":2,\"at\":\"2024-02-01\",\"price\":3}\n");
}

TEST_F(CommandTest, ImportOfNothingThatExistsMakesNoDatabase) {
  EXPECT_EQ(Run({"import", "DB", "events", folder_ / "missing"}).status, 1);
  EXPECT_EQ(Run({"import", "DB", "a.b"}, kTwoMonths).status, 1);
  const Ended untimed = Run({"import", "DB", "events"}, "{\"a\":1}\n");
  EXPECT_EQ(untimed.status, 1);
  EXPECT_NE(untimed.error.find("--time-field"), std::string::npos) << untimed.error;
  EXPECT_FALSE(std::filesystem::exists(database_));
}

TEST_F(CommandTest, InsertStoresOneOrManyInOneStep) {
  Out({"create", "DB", "events"});
  EXPECT_EQ(Out({"insert", "DB", "events", R"({"_id":1,"timestamp":"2024-01-01"})"}), "{\"inserted\":1,\"ids\":[1]}\n");
  EXPECT_EQ(
      Out({"insert", "DB", "events"}, R"([{"_id":2,"timestamp":"2024-01-01"},{"_id":"x","timestamp":"2024-05-01"}])"),
      "{\"inserted\":2,\"ids\":[2,\"x\"]}\n");
  const Ended again =
      Run({"insert", "DB", "events"}, R"([{"_id":3,"timestamp":"2024-01-01"},{"_id":2,"timestamp":"2024-01-01"}])");
  EXPECT_EQ(again.status, 1);
  EXPECT_EQ(Out({"count", "DB", "events"}), "3\n") << "all or none";
  EXPECT_EQ(Run({"insert", "DB", "events", R"({"_id":9})"}).status, 1) << "no time";
  EXPECT_EQ(Run({"insert", "DB", "nothing", "{}"}).status, 1);
}

TEST_F(CommandTest, GetFindsNumbersAndTextsOfTheSameDigits) {
  ImportTwoMonths();
  EXPECT_EQ(Member(Out({"get", "DB", "events", "1"}), {"n"}), "1");
  EXPECT_EQ(Member(Out({"get", "DB", "events", "4"}), {"n"}), "4") << "the id is the text \"4\"";
  EXPECT_EQ(Member(Out({"get", "DB", "events", "1.0"}), {"n"}), "1");
  const Ended nothing = Run({"get", "DB", "events", "5"});
  EXPECT_EQ(nothing.status, 1);
  EXPECT_EQ(nothing.out + nothing.error, "");
}

TEST_F(CommandTest, FindAnswersAcrossMonthsNewestFirst) {
  ImportTwoMonths();
  const std::string out =
      Out({"find", "DB", "events", "--from", "2024-01-31T15:00:00Z", "--to", "2024-02-01T10:00:00Z"});
  EXPECT_EQ(out,
            "{\"_id\":\"4\",\"timestamp\":\"2024-02-01T10:00:00+02:00\",\"kind\":\"b\",\"n\":4}\n"
            "{\"_id\":3,\"timestamp\":\"2024-02-01T00:00:00Z\",\"kind\":\"a\",\"n\":3}\n"
            "{\"_id\":2,\"timestamp\":\"2024-01-31T23:59:59.999Z\",\"kind\":\"b\",\"n\":2}\n"
            "{\"_id\":1,\"timestamp\":\"2024-01-31T15:00:00Z\",\"kind\":\"a\",\"n\":1}\n");
  EXPECT_EQ(Out({"count", "DB", "events", R"({"kind":"a"})", "--from", "2024-02-01"}), "1\n");
}

TEST_F(CommandTest, FindSortsAndProjects) {
  ImportTwoMonths();
  EXPECT_TRUE(Out({"find", "DB", "events", "--sort", R"({"timestamp":1})", "--limit", "1"}).starts_with("{\"_id\":1,"));
  EXPECT_TRUE(Out({"find", "DB", "events", "--sort", R"({"timestamp":-1})", "--skip", "1", "--limit", "1"})
                  .starts_with("{\"_id\":3,"));
  EXPECT_EQ(Out({"find", "DB", "events", "--sort", R"({"kind":1,"n":-1})", "--project", R"({"n":1,"_id":0})"}),
            "{\"n\":3}\n{\"n\":1}\n{\"n\":4}\n{\"n\":2}\n");
  EXPECT_NE(Run({"find", "DB", "events", "--sort", R"({"n":2})"}).status, 0);
}

TEST_F(CommandTest, PagesFollowEachOtherByToken) {
  ImportTwoMonths();
  const std::string first = Out({"find", "DB", "events", "--sort", R"({"kind":1})", "--page", "--limit", "3"});
  std::string token = Member(first, {"next"});
  ASSERT_GT(token.size(), 2U) << first;
  token = token.substr(1, token.size() - 2);
  EXPECT_EQ(Out({"find", "DB", "events", "--sort", R"({"kind":1})", "--after", token, "--project", R"({"_id":1})"}),
            "{\"_id\":\"4\"}\n");
  const Ended other = Run({"find", "DB", "events", "--after", token});
  EXPECT_EQ(other.status, 1);
  EXPECT_NE(other.error.find("another question"), std::string::npos) << other.error;
}

TEST_F(CommandTest, UpdateDistinctAndExplain) {
  ImportTwoMonths();
  EXPECT_EQ(
      Out({"update", "DB", "events", R"({"kind":"a"})", R"({"$set":{"timestamp":"2024-05-01"},"$inc":{"n":10}})"}),
      "{\"matched\":1,\"modified\":1,\"moved\":1,\"upserted_id\":null}\n");
  EXPECT_EQ(Out({"update", "DB", "events", "{}", R"({"$set":{"kind":"c"}})", "--many"}),
            "{\"matched\":4,\"modified\":4,\"moved\":0,\"upserted_id\":null}\n");
  EXPECT_EQ(Out({"update", "DB", "events", R"({"_id":9})", R"({"$set":{"timestamp":"2024-01-01"}})", "--upsert"}),
            "{\"matched\":0,\"modified\":0,\"moved\":0,\"upserted_id\":9}\n");
  EXPECT_EQ(Out({"distinct", "DB", "events", "kind"}), "\"c\"\n");
  EXPECT_EQ(Out({"distinct", "DB", "events", "n", R"({"n":{"$gt":2}})"}), "4\n13\n");
  const std::string told = Out({"explain", "DB", "events", R"({"n":13})", "--from", "2024-02-01"});
  EXPECT_EQ(Member(told, {"rows", "matched"}), "1") << told;
  EXPECT_EQ(Member(Out({"count", "DB", "events", "--explain"}), {"path"}), "\"times\"");
  EXPECT_EQ(Member(Out({"find", "DB", "events", R"({"_id":9})", "--explain"}), {"path"}), "\"id\"");
  EXPECT_EQ(Run({"update", "DB", "events", "{}", R"({"$inc":{"kind":1}})"}).status, 1);
}

TEST_F(CommandTest, FindPagesWithTheExactTotal) {
  ImportTwoMonths();
  const std::string page = Out({"find", "DB", "events", R"({"n":{"$gte":2}})", "--page", "--limit", "1"});
  EXPECT_EQ(Member(page, {"documents"}), R"([{"_id":"4","timestamp":"2024-02-01T10:00:00+02:00","kind":"b","n":4}])");
  EXPECT_EQ(Member(page, {"total"}), "3");
  EXPECT_NE(Member(page, {"next"}), "null");
  EXPECT_EQ(Member(Out({"find", "DB", "events", R"({"n":{"$gte":2}})", "--page", "--limit", "3"}), {"next"}), "null");
}

TEST_F(CommandTest, ReadsArgumentsFromFilesAndPrintsInFourFormats) {
  ImportTwoMonths();
  const std::string filter = "@" + folder_.Write("filter.json", R"({"_id": 1})");
  EXPECT_EQ(Out({"find", "DB", "events", filter, "--output", "csv"}),
            "_id,timestamp,kind,n\n1,2024-01-31T15:00:00Z,a,1\n");
  EXPECT_EQ(Out({"find", "DB", "events", filter, "--output", "json"}),
            "[\n{\"_id\":1,\"timestamp\":\"2024-01-31T15:00:00Z\",\"kind\":\"a\",\"n\":1}\n]\n");
  EXPECT_NE(Out({"find", "DB", "events", filter, "--output", "table"}).find("---"), std::string::npos);
  EXPECT_NE(Out({"find", "DB", "events", filter, "--canonical"}).find("{\"$numberInt\":\"1\"}"), std::string::npos);
}

TEST_F(CommandTest, AnUnknownOperatorFailsByName) {
  ImportTwoMonths();
  const Ended ended = Run({"count", "DB", "events", R"({"n":{"$nothing":1}})"});
  EXPECT_EQ(ended.status, 1);
  EXPECT_NE(ended.error.find("$nothing"), std::string::npos) << ended.error;
}

TEST_F(CommandTest, DeleteTakesTheNewestOrAll) {
  ImportTwoMonths();
  EXPECT_EQ(Out({"delete", "DB", "events", R"({"kind":"a"})"}), "{\"deleted\":1}\n");
  EXPECT_EQ(Run({"get", "DB", "events", "3"}).status, 1);
  EXPECT_EQ(Out({"delete", "DB", "events", "{}", "--many"}), "{\"deleted\":3}\n");
  EXPECT_EQ(Out({"count", "DB", "events"}), "0\n");
}

TEST_F(CommandTest, DropWantsAYes) {
  ImportTwoMonths();
  EXPECT_EQ(Run({"drop", "DB", "events", "2024-01"}).status, 2);
  const std::string plan = Out({"drop", "DB", "events", "2024-01", "--dry-run"});
  EXPECT_EQ(Member(plan, {"partitions"}), R"(["events_2024_01"])");
  EXPECT_EQ(Member(plan, {"dry_run"}), "true");
  EXPECT_EQ(Out({"count", "DB", "events"}), "4\n");
  EXPECT_EQ(Member(Out({"drop", "DB", "events", "2024-01", "--yes"}), {"documents"}), "2");
  EXPECT_EQ(Out({"count", "DB", "events"}), "2\n");
  EXPECT_EQ(Run({"drop", "DB", "events", "2024-13", "--yes"}).status, 1);
  Out({"drop", "DB", "events", "--yes"});
  EXPECT_EQ(Out({"collections", "DB"}), "");
}

TEST_F(CommandTest, StatsHaveTheKeysOfTheContract) {
  ImportTwoMonths();
  const std::string stats = Out({"stats", "DB"});
  const std::vector<const char*> january = {"collections", "events", "partitions", "events_2024_01"};
  for (const char* key :
       {"documents", "deleted", "raw_bytes", "disk_bytes", "ratio", "from", "to", "segments", "tail"}) {
    auto path = january;
    path.push_back(key);
    EXPECT_NE(Member(stats, path), "missing") << key;
    EXPECT_NE(Member(stats, {"collections", "events", "totals", key}), "missing") << key;
  }
  EXPECT_EQ(Member(stats, {"collections", "events", "totals", "documents"}), "4");
  EXPECT_EQ(Member(stats, {"collections", "events", "totals", "from"}), "\"2024-01-31T15:00:00Z\"");
  EXPECT_EQ(Member(stats, {"cache"}), R"({"entries":0,"bytes":0,"hits":0,"misses":0,"hit_rate":0})");
  EXPECT_EQ(Run({"stats", "DB", "nothing"}).status, 1);
}

TEST_F(CommandTest, ExportGivesBackWhatWasImportedOldestFirst) {
  const std::string odd =
      R"({"timestamp":"2024-01-01T00:00:00Z","_id":1,"z":1.0,"a":{"b":[]},"text":"日志 \u0000 🎉","long":12345678901,"":null})"
      "\n";
  Out({"import", "DB", "events"}, odd);
  EXPECT_EQ(Out({"export", "DB", "events"}), odd);
}

TEST_F(CommandTest, VerifyFindsNothingWrong) {
  ImportTwoMonths();
  EXPECT_EQ(Out({"verify", "DB"}), "");
  EXPECT_EQ(Out({"verify", "DB", "--deep"}), "");
}

TEST_F(CommandTest, ASecondProcessIsToldWhoHoldsTheDatabase) {
  ImportTwoMonths();
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  // An import that waits for more input holds the database.
  const std::string acknowledged = folder_ / "acknowledged";
  const pid_t holder = ::fork();
  if (holder == 0) {
    ::dup2(ends[0], STDIN_FILENO);
    ::close(ends[1]);
    ::dup2(::open(acknowledged.c_str(), O_WRONLY | O_CREAT, 0666), STDOUT_FILENO);
    ::dup2(::open("/dev/null", O_WRONLY), STDERR_FILENO);
    ::execl(KALENDS_COMMAND, KALENDS_COMMAND, "import", database_.c_str(), "events", "--batch", "1", "--ack", nullptr);
    ::_exit(127);
  }
  ::close(ends[0]);
  const std::string line = "{\"_id\":\"held\",\"timestamp\":\"2024-01-01\"}\n";
  ASSERT_EQ(::write(ends[1], line.data(), line.size()), static_cast<ssize_t>(line.size()));
  for (int tries = 0; tries < 600 && ReadFile(acknowledged).empty(); ++tries) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  const Ended second = Run({"count", "DB", "events"});
  EXPECT_EQ(second.status, 1);
  EXPECT_NE(second.error.find(std::to_string(holder)), std::string::npos) << second.error;
  ::close(ends[1]);
  int status = 0;
  ::waitpid(holder, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(Out({"count", "DB", "events"}), "5\n");
}

TEST_F(CommandTest, CtrlCEndsAnImportWithItsReportAndKeepsWhatWasCommitted) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const std::string out = folder_ / "report";
  const pid_t import = ::fork();
  if (import == 0) {
    ::dup2(ends[0], STDIN_FILENO);
    ::close(ends[1]);
    ::dup2(::open(out.c_str(), O_WRONLY | O_CREAT, 0666), STDOUT_FILENO);
    ::dup2(::open("/dev/null", O_WRONLY), STDERR_FILENO);
    ::execl(KALENDS_COMMAND, KALENDS_COMMAND, "import", database_.c_str(), "events", "--time-field", "timestamp",
            "--batch", "1", "--ack", nullptr);
    ::_exit(127);
  }
  ::close(ends[0]);
  // More than one read's worth, so that lines are committed while the pipe stays open.
  std::string lines;
  for (int i = 0; i < 30000; ++i)
    lines += "{\"_id\":" + std::to_string(i) + ",\"timestamp\":\"2024-01-01T00:00:00Z\"}\n";
  ASSERT_EQ(::write(ends[1], lines.data(), lines.size()), static_cast<ssize_t>(lines.size()));
  for (int tries = 0; tries < 600 && ReadFile(out).size() < 10; ++tries)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  ::kill(import, SIGINT);
  int status = 0;
  ::waitpid(import, &status, 0);
  ::close(ends[1]);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 1);
  const std::string printed = ReadFile(out);
  const std::string report = printed.substr(printed.find('{'));
  const std::string inserted = Member(report, {"inserted"});
  EXPECT_GT(std::stoi(inserted), 0);
  EXPECT_EQ(Out({"count", "DB", "events"}), inserted + "\n");
  EXPECT_EQ(Out({"verify", "DB", "--deep"}), "");
}

TEST_F(CommandTest, AReaderThatGoesAwayEndsItQuietly) {
  const std::string sample = folder_ / "sample";
  const std::string prefix = std::string("'") + KALENDS_GENERATE + "' messages --count 20000 > '" + sample + "'";
  ASSERT_EQ(std::system(prefix.c_str()), 0);
  Out({"import", "DB", "messages", sample, "--preset", "messages", "--quiet"});
  const std::string errors = folder_ / "errors";
  const std::string line = "bash -o pipefail -c \"'" + std::string(KALENDS_COMMAND) + "' find '" + database_ +
                           "' messages 2> '" + errors + "' | head -n 1 > /dev/null\"";
  EXPECT_EQ(std::system(line.c_str()), 0);
  EXPECT_EQ(ReadFile(errors), "");
}

TEST_F(CommandTest, ATimeoutFailsAndSaysSo) {
  ImportTwoMonths();
  const Ended ended = Run({"find", "DB", "events", "--timeout", "0ms"});
  EXPECT_EQ(ended.status, 1);
  EXPECT_NE(ended.error, "");
}

TEST_F(CommandTest, FieldsListsWhatDocumentsHave) {
  ImportTwoMonths();
  const std::string fields = Out({"fields", "DB", "events"});
  EXPECT_EQ(std::count(fields.begin(), fields.end(), '\n'), 4);
  const std::string id = fields.substr(0, fields.find('\n'));
  EXPECT_EQ(Member(id, {"path"}), "\"_id\"");
  EXPECT_EQ(Member(id, {"documents"}), "4");
  EXPECT_EQ(Member(id, {"share"}), "1.0");
  EXPECT_EQ(Member(id, {"types"}), R"({"int":3,"string":1})");
  EXPECT_EQ(Member(id, {"min"}), "1");
  EXPECT_EQ(Member(id, {"max"}), "\"4\"");
  EXPECT_EQ(Member(id, {"distinct"}), "4");
  EXPECT_EQ(Member(id, {"exact"}), "true");
  EXPECT_TRUE(Out({"fields", "DB", "events", "--output", "csv"}).starts_with("path,documents,share,types"));
  EXPECT_EQ(Run({"fields", "DB", "nothing"}).status, 1);
}

TEST_F(CommandTest, MigrateBuildsAnIndexThatWasAddedLater) {
  ImportTwoMonths();
  Out({"verify", "DB"});  // An opening and a closing: tails that were read back often are sealed.
  Out({"compact", "DB"});
  Out({"spec", "DB", "events", "--set", "-"}, R"({"indexes": ["kind"]})");
  EXPECT_EQ(Member(Out({"stats", "DB"}), {"collections", "events", "missing_indexes", "kind"}),
            R"(["events_2024_01","events_2024_02"])");
  const std::string plan = Out({"migrate", "DB", "events", "--rebuild", "index", "--from", "2024-02-01", "--dry-run"});
  EXPECT_EQ(Member(plan, {"partitions"}), R"(["events_2024_02"])");
  EXPECT_EQ(Member(plan, {"rows"}), "2");
  EXPECT_EQ(Member(plan, {"dry_run"}), "true");
  const std::string done = Out({"migrate", "DB", "--rebuild", "index"});
  EXPECT_EQ(Member(done, {"segments"}), "2");
  EXPECT_EQ(Member(done, {"rows"}), "4");
  EXPECT_EQ(Member(Out({"stats", "DB"}), {"collections", "events", "missing_indexes"}), "missing");
  EXPECT_EQ(Out({"count", "DB", "events", R"({"kind": "b"})"}), "2\n");
  EXPECT_EQ(Out({"verify", "DB", "--deep"}), "");
}

TEST_F(CommandTest, MigrateRefusesByNameWhatIsNotThere) {
  ImportTwoMonths();
  EXPECT_EQ(Run({"migrate", "DB"}).status, 2);
  EXPECT_EQ(Run({"migrate", "DB", "--rebuild", "everything"}).status, 2);
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"migrate", "DB", "--rebuild", "rollups"},
                                                    {"migrate", "DB", "--rebuild", "compression"},
                                                    {"migrate", "DB", "--rebuild", "index", "--series", "m1"},
                                                    {"migrate", "DB", "--rebuild", "index", "--days", "90"}}) {
    const Ended ended = Run(arguments);
    EXPECT_EQ(ended.status, 1);
    EXPECT_NE(ended.error.find("not available"), std::string::npos) << ended.error;
  }
}

TEST_F(CommandTest, CompactGivesBackTheSpaceOfDeletedDocuments) {
  const std::string sample = folder_ / "sample";
  ASSERT_EQ(std::system((std::string("'") + KALENDS_GENERATE + "' messages --count 5000 > '" + sample + "'").c_str()),
            0);
  Out({"import", "DB", "messages", sample, "--preset", "messages", "--quiet"});
  Out({"delete", "DB", "messages", R"({"type": "assistant"})", "--many"});
  const std::string kept = Out({"count", "DB", "messages"});
  const std::string report = Out({"compact", "DB", "messages"});
  EXPECT_LT(std::stol(Member(report, {"bytes_after"})), std::stol(Member(report, {"bytes_before"}))) << report;
  EXPECT_EQ(Out({"count", "DB", "messages"}), kept);
  EXPECT_EQ(Out({"verify", "DB", "--deep"}), "");
}

}  // namespace
}  // namespace kalends
