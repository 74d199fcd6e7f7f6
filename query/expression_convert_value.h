#pragma once

#include <optional>
#include <string>

#include "kalends/status.h"
#include "kalends/value.h"
#include "query/expression_node.h"

namespace kalends {

// `value`, which is not null nor missing, as a value of type `to`, by the rules of $convert. A text is made with
// `evaluation`. The error says what cannot be converted, without a place.
Result<Value> ConvertValue(const Value& value, Type to, Evaluation& evaluation);

}  // namespace kalends
