#include "tools/csv_reader.h"

#include <gtest/gtest.h>

#include "tests/tools/scratch_folder.h"
#include "tools/import_source.h"

namespace kalends {
namespace {

struct Row {
  std::uint64_t line;
  std::string json;
  friend bool operator==(const Row&, const Row&) = default;
};
void PrintTo(const Row& row, std::ostream* out) { *out << row.line << " " << row.json; }

struct Reading {
  std::vector<Row> rows;
  std::vector<FileLines::Refusal> refusals;
  std::string error;
};

Reading Read(const std::string& csv) {
  const ScratchFolder folder;
  const CancelFlag cancel;
  ImportSource source({folder.Write("rows.csv", csv)}, InputFormat::kCsv, cancel);
  Reading reading;
  std::string_view line;
  std::uint64_t number = 0;
  while (true) {
    const auto more = source.Next(&line, &number);
    if (!more) reading.error = more.error().message();
    if (!more || !*more) return reading;
    if (const auto refusal = source.TakeRefusal(number)) {
      reading.refusals.push_back(*refusal);
    } else {
      reading.rows.push_back({number, std::string(line)});
    }
  }
}

TEST(CsvReader, TheFirstRowNamesTheFields) {
  EXPECT_EQ(Read("id,name\n1,Ada\n2,Bob\n").rows,
            (std::vector<Row>{{2, R"({"id":1,"name":"Ada"})"}, {3, R"({"id":2,"name":"Bob"})"}}));
}

TEST(CsvReader, QuotesHoldCommasQuotesAndLineEnds) {
  EXPECT_EQ(Read("a,b\r\n\"x,\"\"y\"\"\",\"1\r\n2\"\r\nlast,row\r\n").rows,
            (std::vector<Row>{{2, R"({"a":"x,\"y\"","b":"1\u000d\u000a2"})"}, {4, R"({"a":"last","b":"row"})"}}));
}

TEST(CsvReader, AnEmptyValueLeavesItsFieldOut) {
  EXPECT_EQ(Read("a,b,c\n,x,\"\"\n").rows, (std::vector<Row>{{2, R"({"b":"x"})"}}));
}

TEST(CsvReader, BlankLinesAndTheByteOrderMarkAreDropped) {
  EXPECT_EQ(Read("\xEF\xBB\xBF"
                 "a\n\n1\r\n\r\n")
                .rows,
            (std::vector<Row>{{3, R"({"a":1})"}}));
}

TEST(CsvReader, NumbersThatSurviveBecomeNumbers) {
  for (const char* text :
       {"0", "-1", "42", "9223372036854775807", "-9223372036854775808", "1.5", "12.50", "-0.001", "1.5e-7", "0.0"}) {
    EXPECT_TRUE(IsCsvNumber(text)) << text;
  }
  for (const char* text : {"",     "-",         "007", "-0",    "+1",   "1e5",     "9223372036854775808", "1.", ".5",
                           "1,5",  "0x10",      "NaN", "1.2.3", "1.5e", "1.5e400", "0.1234567890123456",  " 1", "1 ",
                           "true", "2024-01-31"}) {
    EXPECT_FALSE(IsCsvNumber(text)) << text;
  }
}

TEST(CsvReader, RefusesRowsThatDoNotFitTheHeaderAndGoesOn) {
  const Reading reading = Read("a,b\n1\n1,2\n1,2,3\n");
  EXPECT_EQ(reading.rows, (std::vector<Row>{{3, R"({"a":1,"b":2})"}}));
  ASSERT_EQ(reading.refusals.size(), 2U);
  EXPECT_EQ(reading.refusals[0].reason, "the row has 1 values, the header has 2");
  EXPECT_EQ(reading.refusals[1].text, "1,2,3");
}

TEST(CsvReader, RefusesQuotesAtAWrongPlace) {
  const Reading reading = Read("a,b\nx\"y,1\n\"x\"y,1\nx,2\n");
  EXPECT_EQ(reading.rows, (std::vector<Row>{{4, R"({"a":"x","b":2})"}}));
  ASSERT_EQ(reading.refusals.size(), 2U);
  EXPECT_NE(reading.refusals[0].reason.find("quote at a wrong place"), std::string::npos);
}

TEST(CsvReader, RefusesAQuoteThatIsNeverClosed) {
  const Reading reading = Read("a,b\n1,\"x\ny\n");
  EXPECT_TRUE(reading.rows.empty());
  ASSERT_EQ(reading.refusals.size(), 1U);
  EXPECT_NE(reading.refusals[0].reason.find("not closed"), std::string::npos);
}

TEST(CsvReader, RefusesAHeaderThatNamesAFieldTwice) {
  EXPECT_NE(Read("a,b,a\n1,2,3\n").error.find("'a' stands there twice"), std::string::npos);
}

TEST(CsvReader, AFileWithoutRowsIsEmpty) {
  EXPECT_TRUE(Read("").rows.empty());
  EXPECT_TRUE(Read("a,b\n").rows.empty());
}

}  // namespace
}  // namespace kalends
