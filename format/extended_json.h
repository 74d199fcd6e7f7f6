#pragma once

#include <span>

#include "format/arena.h"
#include "kalends/status.h"
#include "kalends/value.h"

namespace kalends {

// The value that an object of these fields stands for in Extended JSON v2, where it has exactly the form of a type;
// kMissing when it is an object like others. Values inside are already read. Of the forms of version 1 it knows
// {"$date": milliseconds} and {"$binary": base64, "$type": hex}. Errors: the form of a type with content that cannot be
// (kInvalidArgument), a type that is not stored (kUnsupported).
Result<Value> ReadTypedForm(std::span<const Field> fields, Arena& arena);

}  // namespace kalends
