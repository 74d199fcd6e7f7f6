#pragma once

#include <string>
#include <string_view>

// Bytes as text and back.
namespace kalends {

void AppendBase64(std::string_view bytes, std::string* out);
// Standard alphabet with padding, no spaces. False for anything else, also where the bits after the last byte are not
// zero, which could not be given back as they came.
bool DecodeBase64(std::string_view text, std::string* bytes);

void AppendHex(std::string_view bytes, std::string* out);  // Lower case.
// Two digits a byte, of either case; false for anything else.
bool DecodeHex(std::string_view text, std::string* bytes);

}  // namespace kalends
