#pragma once

#include "kalends/value.h"

// Numbers of JSON text.
namespace kalends {

// Whether a number or literal can end before this byte.
bool EndsToken(char c);

struct JsonNumber {
  Value value;
  const char* end = nullptr;     // Behind the number; where it is wrong, the byte that is.
  const char* reason = nullptr;  // Why it is refused; nullptr when it is not.
};

// Reads the number at `text`, which begins with a digit or `-`; some byte after it must end the token. An integer
// becomes kInt, kLong or, beyond 64 bits, kDouble. `-0` is the double -0.0: as an integer the sign would be lost.
JsonNumber ReadJsonNumber(const char* text);

enum class DoubleRange : std::uint8_t { kFits, kTooLarge, kNoNumber };

// Reads the whole of [begin, end), which has the form of a JSON number, to the nearest double; what is too small
// becomes zero of its sign.
DoubleRange ReadDouble(const char* begin, const char* end, double* value);

}  // namespace kalends
