#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "kalends/spec.h"
#include "kalends/status.h"
#include "kalends/time.h"
#include "kalends/value.h"

namespace kalends {

// The value at a dotted path, stepping into objects only (not into arrays); a key that itself holds the dots is found
// first. kMissing if none.
Value ValueAtPath(const Value& root, std::string_view path);
// Whether a field of the path has no name, as in "a..b" or "a.".
bool HasEmptyPart(std::string_view path);

// The time that a value of the time field means: a date, an ISO-8601 string, or a number in `unit` (fractions are kept
// to the microsecond). nullopt when it is missing, null, or no time at all.
std::optional<TimeUs> TimeOfValue(const Value& value, TimeUnit unit);

// The first of `paths` that holds a time.
std::optional<TimeUs> TimeOfDocument(const Value& root, std::span<const std::string> paths, TimeUnit unit);

}  // namespace kalends
