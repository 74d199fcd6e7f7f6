#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "kalends/value.h"

namespace kalends {

// The paths with an index, in the order of their numbers. Shared, as rows of a tail and their writers ask whether they
// mean the same ones.
using IndexPaths = std::shared_ptr<const std::vector<std::string>>;

// Rows that are in no segment yet are found by hashes of 32 bits of their indexed values, which are looked through one
// by one; what is found is checked on the row.

// The row may hold any value: an array stands at the path or on the way to it.
inline constexpr std::uint32_t kAnyValueHash = 0;
// Of a value that is looked for; a missing one is null. Equal values have equal hashes, and none has kAnyValueHash.
std::uint32_t IndexHash(const Value& value);
// Of what `root` holds at each of `paths`; `out` has as many places.
void IndexHashesOf(const Value& root, const std::vector<std::string>& paths, std::span<std::uint32_t> out);

}  // namespace kalends
