#pragma once

#include <string>
#include <vector>

#include "kalends/status.h"

namespace kalends::suites {

// The lines of a file of cases, plain or compressed with zstd (told by its first bytes), without the empty ones.
Result<std::vector<std::string>> ReadCaseLines(const std::string& path);

}  // namespace kalends::suites
