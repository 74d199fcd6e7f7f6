#include "tools/output.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

#include "tools/progress.h"

namespace kalends {
namespace {

Document Json(const char* json) { return Document::FromJson(json).value(); }

// What a printer makes of these documents.
std::string Printed(OutputFormat format, const std::vector<const char*>& documents, std::uint64_t* cut = nullptr) {
  OutputStream out(-1);
  const auto printer = MakePrinter(format, JsonStyle::kRelaxed, &out);
  for (const char* document : documents) printer->Print(Json(document).value());
  printer->Finish();
  if (cut != nullptr) *cut = printer->documents_cut();
  return out.buffer();
}

TEST(Output, NdjsonIsALineADocument) {
  EXPECT_EQ(Printed(OutputFormat::kNdjson, {R"({"a": 1})", R"({"b": [1.5, null]})"}),
            "{\"a\":1}\n{\"b\":[1.5,null]}\n");
}

TEST(Output, JsonIsOneArray) {
  EXPECT_EQ(Printed(OutputFormat::kJson, {}), "[]\n");
  EXPECT_EQ(Printed(OutputFormat::kJson, {R"({"a":1})", R"({"a":2})"}), "[\n{\"a\":1},\n{\"a\":2}\n]\n");
}

TEST(Output, CsvTakesItsColumnsFromTheFirstDocumentAndCountsWhatIsCut) {
  std::uint64_t cut = 0;
  EXPECT_EQ(Printed(OutputFormat::kCsv, {R"({"a":1,"b":"x,y"})", R"({"b":"say \"hi\"","c":true})"}, &cut),
            "a,b\n1,\"x,y\"\n,\"say \"\"hi\"\"\"\n");
  EXPECT_EQ(cut, 1U);
}

TEST(Output, CsvShowsDatesAsIsoAndObjectsAsJson) {
  EXPECT_EQ(Printed(OutputFormat::kCsv, {R"({"t":{"$date":"2024-01-31T15:00:00Z"},"o":{"a":[1]},"n":null,"f":false})"}),
            "t,o,n,f\n2024-01-31T15:00:00Z,\"{\"\"a\"\":[1]}\",,false\n");
}

TEST(Output, TableAlignsNumbersToTheRight) {
  EXPECT_EQ(Printed(OutputFormat::kTable, {R"({"name":"a","n":1})", R"({"name":"long name","n":1000})"}),
            "name       n\n---------  ----\na             1\nlong name  1000\n");
}

TEST(Output, AnEmptyTableIsEmpty) { EXPECT_EQ(Printed(OutputFormat::kTable, {}), ""); }

TEST(Output, AnObjectAsTableIsALineAField) {
  OutputStream out(-1);
  PrintObject(Json(R"({"read":10,"inserted":9})").value(), OutputFormat::kTable, JsonStyle::kRelaxed, &out);
  EXPECT_EQ(out.buffer(), "read      10\ninserted  9\n");
}

TEST(Output, AClosedPipeIsNoticedAndIsNoError) {
  ASSERT_NE(std::signal(SIGPIPE, SIG_IGN), SIG_ERR);
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ::close(ends[0]);
  OutputStream out(ends[1]);
  out.Write("text");
  out.Flush();
  EXPECT_TRUE(out.is_closed());
  EXPECT_EQ(out.error_number(), 0);
  ::close(ends[1]);
}

TEST(Progress, ShowsRateShareAndTimeLeft) {
  EXPECT_EQ(ProgressText("documents", 200000, 50, 100, 2), "200,000 documents, 100,000/s, 50 %, 0:02 left");
  EXPECT_EQ(ProgressText("documents", 10, 0, std::nullopt, 1), "10 documents, 10/s");
}

}  // namespace
}  // namespace kalends
