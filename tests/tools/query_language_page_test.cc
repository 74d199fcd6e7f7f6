// docs/query-language.md: the examples in its text, in tables of three columns whose head says what they are.

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "tests/tools/query_examples.h"

namespace kalends {
namespace {

using Cells = std::vector<std::string>;

// The cells of a line such as "| `a` | b |" without the signs of code; none where it is no line of a table.
Cells CellsOf(const std::string& line) {
  Cells cells;
  if (!line.starts_with("| ")) return cells;
  for (std::size_t begin = 2; begin < line.size();) {
    const std::size_t end = line.find(" |", begin);
    if (end == std::string::npos) break;
    std::string cell = line.substr(begin, end - begin);
    if (cell.size() > 1 && cell.front() == '`' && cell.back() == '`') cell = cell.substr(1, cell.size() - 2);
    cells.push_back(std::move(cell));
    begin = end + 3;
  }
  return cells;
}

std::string Rewritten(const std::string& value, JsonStyle style) { return ToJson(One(value).value(), style); }

// What to do with the first two cells of a row, by the table's head; the third says what comes of it.
using Check = void (*)(const std::string& first, const std::string& second, const std::string& third);
const std::map<Cells, Check> kChecks = {
    {{"documents", "filter", "found"},
     [](const std::string& documents, const std::string& filter, const std::string& found) {
       EXPECT_EQ(Found(documents, filter), Expected(found)) << filter << " of " << documents;
     }},
    {{"document", "projection", "shown"},
     [](const std::string& document, const std::string& projection, const std::string& shown) {
       EXPECT_EQ(Shown(document, projection, ""), Expected(shown)) << projection << " of " << document;
     }},
    {{"document", "update", "updated"},
     [](const std::string& document, const std::string& update, const std::string& updated) {
       EXPECT_EQ(Updated(document, update, "", ""), Expected(updated)) << update << " of " << document;
     }},
    {{"documents", "sort", "order"},
     [](const std::string& documents, const std::string& sort, const std::string& order) {
       EXPECT_EQ(Sorted(documents, sort), Expected(order)) << sort << " of " << documents;
     }},
    {{"document", "expression", "value"},
     [](const std::string& document, const std::string& expression, const std::string& value) {
       EXPECT_EQ(ValueOf(document, expression), Expected(value)) << expression << " of " << document;
     }},
    {{"document", "filter", "error"},
     [](const std::string& document, const std::string& filter, const std::string& error) {
       EXPECT_EQ(Found(document, filter), error) << filter;
     }},
    {{"written", "relaxed", "canonical"},
     [](const std::string& written, const std::string& relaxed, const std::string& canonical) {
       EXPECT_EQ(Rewritten(written, JsonStyle::kRelaxed), relaxed) << written;
       EXPECT_EQ(Rewritten(written, JsonStyle::kCanonical), canonical) << written;
     }},
};

TEST(QueryLanguagePage, EveryExampleInItsTextGivesWhatItSays) {
  std::ifstream page(KALENDS_SOURCE_DIR "/docs/query-language.md");
  std::map<Cells, int> rows;
  auto check = kChecks.end();
  for (std::string line; std::getline(page, line);) {
    const Cells cells = CellsOf(line);
    if (cells.empty()) {
      if (!line.starts_with("|---")) check = kChecks.end();
    } else if (check == kChecks.end()) {
      check = kChecks.find(cells);
    } else {
      ASSERT_EQ(cells.size(), 3U) << line;
      check->second(cells[0], cells[1], cells[2]);
      ++rows[check->first];
    }
  }
  for (const auto& [head, unused] : kChecks) EXPECT_GT(rows[head], 0) << "no table of " << head.back();
}

}  // namespace
}  // namespace kalends
