#pragma once

#include <cstddef>
#include <string_view>

namespace kalends {

struct JsonFault {
  std::size_t byte;
  const char* reason;
};

// The first fault of a text that the token scan has refused: it sees that bytes are not UTF-8, that a string is open or
// holds a control character, but not where. Slow, for the error message alone.
JsonFault FindJsonFault(std::string_view json);

}  // namespace kalends
