#pragma once

#include <string_view>

#include "kalends/status.h"

namespace kalends {

// A part of a reference to another document: $ref, $id or $db. No other name of a field in a path begins with `$`.
bool IsReferencePart(std::string_view part);

// Whether `path`, which names fields to show or to sort by, is one: no empty part, none that begins with `$` except the
// parts of a reference, no zero byte, no more parts than a document nests. Errors begin with `where`, such as
// `sort.a.b`.
Status CheckFieldPath(std::string_view path, std::string_view where);

}  // namespace kalends
