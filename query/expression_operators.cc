#include "query/expression_operators.h"

#include <algorithm>
#include <unordered_map>

namespace kalends {
namespace {

// Operators of MongoDB that are not there.
constexpr std::string_view kUnsupportedNames[] = {"$accumulator",
                                                  "$binarySize",
                                                  "$bottom",
                                                  "$bottomN",
                                                  "$bsonSize",
                                                  "$createObjectId",
                                                  "$dateAdd",
                                                  "$dateDiff",
                                                  "$dateFromParts",
                                                  "$dateFromString",
                                                  "$dateSubtract",
                                                  "$dateToParts",
                                                  "$dateToString",
                                                  "$dateTrunc",
                                                  "$dayOfMonth",
                                                  "$dayOfWeek",
                                                  "$dayOfYear",
                                                  "$encStrContains",
                                                  "$encStrEndsWith",
                                                  "$encStrNormalizedEq",
                                                  "$encStrStartsWith",
                                                  "$function",
                                                  "$hash",
                                                  "$hexHash",
                                                  "$hour",
                                                  "$isoDayOfWeek",
                                                  "$isoWeek",
                                                  "$isoWeekYear",
                                                  "$median",
                                                  "$meta",
                                                  "$millisecond",
                                                  "$minute",
                                                  "$month",
                                                  "$percentile",
                                                  "$rand",
                                                  "$sampleRate",
                                                  "$second",
                                                  "$serializeEJSON",
                                                  "$deserializeEJSON",
                                                  "$similarityCosine",
                                                  "$similarityDotProduct",
                                                  "$similarityEuclidean",
                                                  "$subtype",
                                                  "$toArray",
                                                  "$toDecimal",
                                                  "$toHashedIndexKey",
                                                  "$toObject",
                                                  "$toUUID",
                                                  "$top",
                                                  "$topN",
                                                  "$tsIncrement",
                                                  "$tsSecond",
                                                  "$week",
                                                  "$year"};

std::unordered_map<std::string_view, const OperatorEntry*> MakeTable() {
  std::unordered_map<std::string_view, const OperatorEntry*> table;
  for (const auto family :
       {ArithmeticOperators(), RoundingOperators(), TrigonometryOperators(), BitwiseOperators(), ComparisonOperators(),
        BooleanOperators(), ConditionalOperators(), VariableOperators(), ArrayOperators(), ArrayOrderOperators(),
        SetOperators(), StringOperators(), SubstringOperators(), TextEditOperators(), ObjectOperators(),
        ConversionOperators(), StatisticsOperators(), RegexOperators()}) {
    for (const OperatorEntry& entry : family) table.emplace(entry.name, &entry);
  }
  return table;
}

}  // namespace

Result<const OperatorEntry*> FindExpressionOperator(std::string_view name, const std::string& where) {
  static const auto table = MakeTable();
  if (const auto found = table.find(name); found != table.end()) return found->second;
  if (std::ranges::find(kUnsupportedNames, name) != std::end(kUnsupportedNames)) {
    return Unsupported(where, ": ", name, " is not supported in an expression");
  }
  return InvalidArgument(where, ": unknown operator ", name);
}

}  // namespace kalends
