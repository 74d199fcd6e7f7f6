#pragma once

#include <string>

#include "kalends/status.h"
#include "kalends/value.h"

namespace kalends {

// Whether `value` is {$meta: "textScore"}, as sorts and projections have it. Errors begin with `where`: another $meta.
Result<bool> IsTextScoreMeta(const Value& value, const std::string& where);

}  // namespace kalends
