#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "kalends/status.h"

// Words for people, and the small languages of the command line.
namespace kalends {

// `text` with every byte that is not part of valid UTF-8 replaced by U+FFFD.
std::string ValidUtf8(std::string_view text);

// The columns that `text` (valid UTF-8) takes on a terminal: two for East Asian wide characters and emoji, none for
// combining marks.
std::size_t DisplayWidth(std::string_view text);
// The first characters of `text` in at most `columns` columns, ending in an ellipsis where some were left out. Line
// ends and tabs become spaces.
std::string FitToWidth(std::string_view text, std::size_t columns);

// 1234567 as `1,234,567`.
std::string WithThousands(std::uint64_t number);
// Bytes as `1.2 GB`.
std::string HumanBytes(double bytes);
// Seconds as `0:07` or `1:02:03`.
std::string HumanSeconds(double seconds);

// `512`, `64K`, `256M`, `2G` (powers of 1,024; `KB`, `KiB` and small letters too).
Result<std::uint64_t> ParseByteSize(std::string_view text);
// `500ms`, `30s`, `5m`, `24h`, `90d`, `2w`.
Result<std::chrono::milliseconds> ParseDuration(std::string_view text);

}  // namespace kalends
