#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace kalends {

// The top-level field that holds the time of most (90 %) of these documents: the first of `timestamp`, `time`, `ts`,
// `@timestamp`, `created_at` and `date` that does, else the first other field, in the order in which fields appear.
// Text counts where it is ISO-8601, and a number where it is in the years 1900 to 2100 (under another name: 1980 to
// 2100, so that a small number is not taken for a time). Lines that are no documents are passed over.
std::optional<std::string> DetectTimeField(std::span<const std::string_view> lines);

// How many documents DetectTimeField should be shown.
inline constexpr std::size_t kLinesForTimeDetection = 1000;

}  // namespace kalends
