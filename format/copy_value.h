#pragma once

#include <cstddef>

#include "format/arena.h"
#include "kalends/value.h"

// Deep copies of values, in two steps so that the copy of a whole document is one piece of memory.
namespace kalends {

// The bytes that a deep copy of `value` takes besides the 16 of the Value itself: a multiple of 8; 0 for null, bool,
// numbers and dates.
std::size_t DeepCopyBytes(const Value& value);

// Copies `value` into DeepCopyBytes(value) bytes at `memory`, which is aligned to 8.
Value DeepCopy(const Value& value, char* memory);

inline Value DeepCopy(const Value& value, Arena& arena) {
  const std::size_t bytes = DeepCopyBytes(value);
  return bytes == 0 ? DeepCopy(value, nullptr) : DeepCopy(value, static_cast<char*>(arena.Allocate(bytes)));
}

}  // namespace kalends
