#pragma once

#include "format/arena.h"
#include "kalends/value.h"

namespace kalends {

// The value with the fields of all its objects in the order of their names, so that Compare tells no order of fields.
// Made in `arena` where it differs in kind from a scalar.
Value WithSortedFields(const Value& value, Arena& arena);

}  // namespace kalends
