#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

// The operators of the query language, each with an example that the tests run. `kalends help operators` prints them,
// and docs/query-language.md holds the same tables.
namespace kalends {

enum class OperatorKind : std::uint8_t { kFilter, kProjection, kUpdate, kExpression };

struct OperatorRow {
  std::string_view name;
  std::string_view summary;
  std::string_view example;  // A filter, a projection, an update or an expression, as Extended JSON.
  // What comes of `of`: the documents that match, the document shown, the document updated, the value. `nothing` where
  // no document matches or there is no value.
  std::string_view gives;
  std::string_view of = {};             // Documents with commas between them; empty: {}, of an update an upsert.
  std::string_view where = {};          // The filter of a projection or update that needs one.
  std::string_view array_filters = {};  // Of an update: an array.
};

struct OperatorTable {
  OperatorKind kind;
  std::string_view title;  // Such as `Filter operators`; the tables of one kind have one title each.
  std::span<const OperatorRow> rows;
};

// In the order in which they are printed.
std::span<const OperatorTable> OperatorTables();

// For people: two lines an operator; those called `name` alone where it is not empty (`$` may be left out). Empty where
// none is called so.
std::string OperatorsAsText(std::string_view name = {});
// The table as Markdown, with its title.
std::string OperatorsAsMarkdown(const OperatorTable& table);
// All of them, as docs/query-language.md has them.
std::string OperatorsAsMarkdown();

// The rows, a file a kind (operators_*.cc).
std::span<const OperatorRow> FilterRows();
std::span<const OperatorRow> ProjectionRows();
std::span<const OperatorRow> UpdateRows();
std::span<const OperatorRow> NumberExpressionRows();
std::span<const OperatorRow> LogicExpressionRows();
std::span<const OperatorRow> ArrayExpressionRows();
std::span<const OperatorRow> TextExpressionRows();

}  // namespace kalends
