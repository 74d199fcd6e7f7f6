#pragma once

#include <optional>
#include <string_view>

#include "kalends/time.h"

namespace kalends::bench {

// What the questions ask for of a message, found by a search for the names in its line as `kalends-generate messages`
// writes it: no parsing, no checks, values without escapes. Absent and null are the same.
struct MessageFields {
  std::string_view uuid;
  TimeUs time;
  std::optional<std::string_view> session_id;
  std::optional<std::string_view> user_id;
  std::optional<std::string_view> type;
  std::optional<std::string_view> parent_uuid;
  std::optional<std::string_view> model;
  std::optional<std::string_view> git_branch;
  std::optional<double> cost_usd;
};

// Ends the program on a line without `uuid` or `timestamp`.
MessageFields FieldsOf(std::string_view line);

// Of `uuid` alone.
std::string_view UuidOf(std::string_view line);

// message.usage.output_tokens.
std::optional<double> OutputTokensOf(std::string_view line);

}  // namespace kalends::bench
