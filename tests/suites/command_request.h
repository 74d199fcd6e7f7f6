#pragma once

#include "kalends/status.h"
#include "kalends/value.h"
#include "suites/request.h"

namespace kalends::suites {

// MongoDB's command, such as {"find": "c", "filter": {...}}, in the words of the library. An error (kUnsupported) names
// what the library has no words for: a command, an argument, or an argument of another type than it takes.
Result<Request> ReadCommand(const Value& command);

}  // namespace kalends::suites
