// The tables of operators: their examples do what they say, and they leave out none.

#include "tools/operators.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "query/expression_operators.h"
#include "query/filter_operators.h"
#include "query/filter_values.h"
#include "tests/tools/child_process.h"
#include "tests/tools/query_examples.h"

namespace kalends {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = KALENDS_SOURCE_DIR;

std::string Text(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}
const std::string& Page() {
  static const std::string page = Text(kRoot / "docs/query-language.md");
  return page;
}

std::string AnswerOf(OperatorKind kind, const OperatorRow& row) {
  switch (kind) {
    case OperatorKind::kFilter:
      return Found(row.of, row.example);
    case OperatorKind::kProjection:
      return Shown(row.of, row.example, row.where);
    case OperatorKind::kUpdate:
      return Updated(row.of, row.example, row.where, row.array_filters);
    case OperatorKind::kExpression:
      return ValueOf(row.of, row.example);
  }
  return "";
}

// The clock in an answer, as the example writes it.
std::string WithoutClock(const std::string& canonical) {
  static const RE2 kDate(R"(\{"\$date":\{"\$numberLong":"[0-9]+"\}\})");
  std::string replaced(canonical);
  RE2::GlobalReplace(&replaced, kDate, "NOW");
  return replaced;
}

TEST(Operators, EveryExampleGivesWhatItSays) {
  for (const OperatorTable& table : OperatorTables()) {
    for (const OperatorRow& row : table.rows) {
      const std::string answer = AnswerOf(table.kind, row);
      if (row.gives == R"({"a": NOW})") {
        EXPECT_EQ(WithoutClock(answer), R"({"a":NOW})") << row.name << ": " << row.example;
      } else {
        EXPECT_EQ(answer, Expected(row.gives)) << row.name << ": " << row.example << " of " << row.of;
      }
    }
  }
}

std::set<std::string, std::less<>> NamesOf(OperatorKind kind) {
  std::set<std::string, std::less<>> names;
  for (const OperatorTable& table : OperatorTables()) {
    if (table.kind != kind) continue;
    for (const OperatorRow& row : table.rows) {
      EXPECT_TRUE(names.emplace(row.name).second) << row.name << " stands twice in " << table.title;
    }
  }
  return names;
}

// Whatever looks like an operator's name in the sources of the query language whose files' names begin so.
std::set<std::string> NamesInSources(const std::string& prefix = "") {
  static const RE2 kName(R"re("(\$[A-Za-z0-9]+)")re");
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(kRoot / "query")) {
    if (entry.path().extension() != ".cc" || !entry.path().filename().string().starts_with(prefix)) continue;
    const std::string source = Text(entry.path());
    re2::StringPiece rest(source);
    for (std::string name; RE2::FindAndConsume(&rest, kName, &name);) names.insert(name);
  }
  EXPECT_FALSE(names.empty()) << prefix;
  return names;
}

// The names in the line of the page's section of refusals that begins with `- HEAD:`.
std::set<std::string> RefusedOnPage(const std::string& head) {
  static const RE2 kName(R"(`(\$[A-Za-z0-9]+)`)");
  std::set<std::string> names;
  const std::size_t begin = Page().find("\n- " + head + ": ");
  EXPECT_NE(begin, std::string::npos) << head;
  if (begin == std::string::npos) return names;
  const std::string line = Page().substr(begin + 1, Page().find("\n- ", begin + 1) - begin);
  re2::StringPiece rest(line);
  for (std::string name; RE2::FindAndConsume(&rest, kName, &name);) names.insert(name);
  return names;
}

// Sorts every name by what `known` (a Result) says of it, and compares with the tables and with the page.
template <class Known>
void CheckNames(OperatorKind kind, const std::string& head, const Known& known) {
  const auto in_table = NamesOf(kind);
  std::set<std::string> refused;
  for (const std::string& name : NamesInSources()) {
    const auto answer = known(name);
    if (!answer.has_value()) {
      if (answer.error().code() == ErrorCode::kUnsupported) refused.insert(name);
      continue;
    }
    EXPECT_TRUE(in_table.contains(name)) << name << " is in no table of " << head;
  }
  EXPECT_EQ(refused, RefusedOnPage(head)) << "docs/query-language.md, What is refused, " << head;
}

Result<FilterOperator> FindInFilters(const std::string& name) {
  auto answer = FindFilterOperator(name, OperatorPlace::kTop, FilterPlace(""));
  if (!answer.has_value()) answer = FindFilterOperator(name, OperatorPlace::kUnderField, FilterPlace(""));
  return answer;
}

TEST(Operators, NoFilterOperatorIsLeftOut) { CheckNames(OperatorKind::kFilter, "Filters", FindInFilters); }

TEST(Operators, NoExpressionOperatorIsLeftOut) {
  CheckNames(OperatorKind::kExpression, "Expressions",
             [](const std::string& name) { return FindExpressionOperator(name, ""); });
}

// What these files name must be in the table or refused on the page, or is something of filters that they look for.
void CheckNamesOfFiles(const std::string& prefix, OperatorKind kind, const std::string& head) {
  const auto in_table = NamesOf(kind);
  const auto refused = RefusedOnPage(head);
  for (const std::string& name : NamesInSources(prefix)) {
    const bool is_other = FindInFilters(name).has_value() || IsReferenceField(name);
    EXPECT_TRUE(in_table.contains(name) || refused.contains(name) || is_other) << name << " in query/" << prefix;
  }
}

TEST(Operators, NoProjectionOperatorIsLeftOut) {
  CheckNamesOfFiles("projection", OperatorKind::kProjection, "Projections and sorts");
}

TEST(Operators, NoUpdateOperatorIsLeftOut) {
  CheckNamesOfFiles("update", OperatorKind::kUpdate, "Updates");
  const auto in_table = NamesOf(OperatorKind::kUpdate);
  for (const std::string& name : NamesInSources()) {
    DocumentBuilder update;
    update.BeginObject(name).End();
    if (!Update::Parse(update.Build().value(), {}).has_value()) continue;
    EXPECT_TRUE(in_table.contains(name)) << name;
  }
}

TEST(Operators, ThePageHoldsTheTables) {
  EXPECT_NE(Page().find(OperatorsAsMarkdown()), std::string::npos)
      << "put the output of `kalends help operators --markdown` into docs/query-language.md";
}

TEST(Operators, AreFoundByNameWithAndWithoutTheSign) {
  EXPECT_EQ(OperatorsAsText("slice"), OperatorsAsText("$slice"));
  EXPECT_NE(OperatorsAsText("$slice").find("Update operators\n  $slice"), std::string::npos);
  EXPECT_EQ(OperatorsAsText("$nothing"), "");
  EXPECT_NE(OperatorsAsText().find("$regexFindAll"), std::string::npos);
}

TEST(Operators, AreToldByTheCommand) {
  const ScratchFolder folder;
  const auto help = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"help", "operators"});
    return ChildProcess(folder, KALENDS_COMMAND, arguments, "").Wait();
  };
  EXPECT_EQ(help({}).out, OperatorsAsText());
  EXPECT_EQ(help({"$in"}).out, OperatorsAsText("$in"));
  EXPECT_EQ(help({"--markdown"}).out, OperatorsAsMarkdown());
  const Ended unknown = help({"$nothing"});
  EXPECT_EQ(unknown.status, 2);
  EXPECT_EQ(unknown.out, "");
}

}  // namespace
}  // namespace kalends
