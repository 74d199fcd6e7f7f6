#pragma once

#include <span>
#include <string>

#include "kalends/document.h"
#include "query/expression.h"

// Expressions as text, for the tests of expressions.
namespace kalends {

struct ExpressionCase {
  const char* document;
  const char* expression;
  const char* expected;  // The value as relaxed JSON; `missing`.
};

inline const FilterContext kTimedContext{.time_fields = {"at"}, .time_unit = TimeUnit::kAuto, .id_field = "key"};

// The value as relaxed JSON, or the code and the message of the error.
inline std::string Evaluated(const std::string& document, const std::string& expression) {
  const auto root = OwnedValue::FromJson(document);
  const auto parsed_text = OwnedValue::FromJson(expression);
  if (!root.has_value() || !parsed_text.has_value()) return "no JSON";
  const auto parsed = Expression::Parse(parsed_text->value(), kTimedContext, "$expr");
  const auto as_text = [](const Error& error) {
    return std::string(ErrorCodeName(error.code())) + ": " + error.message();
  };
  if (!parsed.has_value()) return as_text(parsed.error());
  Arena arena;
  const StoredRow row{.time = TimeUs{1'700'000'000'123'456}, .id = Value::Int(7), .root = root->value()};
  const Result<Value> value = (*parsed)->Evaluate(row, arena);
  if (!value.has_value()) return as_text(value.error());
  return value->is_missing() ? "missing" : ToJson(*value);
}

inline void CheckAll(std::span<const ExpressionCase> cases) {
  for (const ExpressionCase& one : cases) {
    EXPECT_EQ(Evaluated(one.document, one.expression), one.expected) << one.expression << " of " << one.document;
  }
}

// Each fails with a message that begins with `expected`.
inline void CheckErrors(std::span<const ExpressionCase> cases) {
  for (const ExpressionCase& one : cases) {
    const std::string answer = Evaluated(one.document, one.expression);
    EXPECT_EQ(answer.substr(0, std::string(one.expected).size()), one.expected)
        << one.expression << " of " << one.document << ": " << answer;
  }
}

}  // namespace kalends
