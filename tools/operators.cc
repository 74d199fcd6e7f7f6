#include "tools/operators.h"

#include <array>

namespace kalends {
namespace {

// The example with what else it needs.
std::string ExampleText(const OperatorRow& row) {
  std::string text(row.example);
  if (!row.where.empty()) text += " where " + std::string(row.where);
  if (!row.array_filters.empty()) text += " array filters " + std::string(row.array_filters);
  return text;
}

std::string_view Documents(const OperatorTable& table, const OperatorRow& row) {
  return row.of.empty() && table.kind == OperatorKind::kUpdate ? "nothing, with upsert" : row.of;
}

std::string RowAsText(const OperatorTable& table, const OperatorRow& row) {
  constexpr std::size_t kNameColumns = 18;
  std::string text = "  " + std::string(row.name);
  text.append(row.name.size() < kNameColumns ? kNameColumns - row.name.size() : 1, ' ');
  text += std::string(row.summary) + "\n      " + ExampleText(row);
  const std::string_view documents = Documents(table, row);
  if (!documents.empty()) text += "  of  " + std::string(documents);
  return text + "  gives  " + std::string(row.gives) + "\n";
}

bool IsCalled(const OperatorRow& row, std::string_view name) {
  return row.name == name || (row.name.starts_with('$') && row.name.substr(1) == name);
}

// Code in a cell of a Markdown table; words stay words.
std::string Cell(std::string_view text) {
  if (text.empty() || text.starts_with("nothing")) return std::string(text);
  return "`" + std::string(text) + "`";
}

}  // namespace

std::span<const OperatorTable> OperatorTables() {
  static const std::array tables = {
      OperatorTable{OperatorKind::kFilter, "Filter operators", FilterRows()},
      OperatorTable{OperatorKind::kProjection, "Projection operators", ProjectionRows()},
      OperatorTable{OperatorKind::kUpdate, "Update operators", UpdateRows()},
      OperatorTable{OperatorKind::kExpression, "Expression operators: numbers", NumberExpressionRows()},
      OperatorTable{OperatorKind::kExpression, "Expression operators: conditions, variables, types",
                    LogicExpressionRows()},
      OperatorTable{OperatorKind::kExpression, "Expression operators: arrays, sets, objects", ArrayExpressionRows()},
      OperatorTable{OperatorKind::kExpression, "Expression operators: strings", TextExpressionRows()},
  };
  return tables;
}

std::string OperatorsAsText(std::string_view name) {
  std::string text;
  for (const OperatorTable& table : OperatorTables()) {
    std::string rows;
    for (const OperatorRow& row : table.rows) {
      if (name.empty() || IsCalled(row, name)) rows += RowAsText(table, row);
    }
    if (rows.empty()) continue;
    if (!text.empty()) text += "\n";
    text += std::string(table.title) + "\n" + rows;
  }
  return text;
}

std::string OperatorsAsMarkdown(const OperatorTable& table) {
  std::string text = "### " + std::string(table.title) + "\n\n";
  text += "| operator | what it does | example | of | gives |\n|---|---|---|---|---|\n";
  for (const OperatorRow& row : table.rows) {
    text += "| " + Cell(row.name) + " | " + std::string(row.summary) + " | " + Cell(ExampleText(row)) + " | " +
            Cell(Documents(table, row)) + " | " + Cell(row.gives) + " |\n";
  }
  return text;
}

std::string OperatorsAsMarkdown() {
  std::string text;
  for (const OperatorTable& table : OperatorTables()) {
    text += (text.empty() ? "" : "\n") + OperatorsAsMarkdown(table);
  }
  return text;
}

}  // namespace kalends
