#pragma once

#include <cstddef>

// The escapes of JSON strings.
namespace kalends {

struct UnescapedString {
  const char* end = nullptr;     // Behind the decoded text; where an escape is wrong, that escape.
  const char* reason = nullptr;  // Why it is refused; nullptr when it is not.
};

// Decodes the rest of a string, from its first backslash to its closing quote at `end`, in place: it never becomes
// longer. The text is valid UTF-8 and does not end in a lone backslash, or the quote would not close it.
UnescapedString Unescape(char* backslash, char* end);

}  // namespace kalends
