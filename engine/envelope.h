#pragma once

#include <string>
#include <string_view>

#include "format/checksum.h"
#include "format/errors.h"
#include "format/varint.h"

// What is around every FlatBuffer of the catalog and state families:
//
//   offset  bytes  field
//        0      1  version   1; a reader refuses any other
//        1      4  checksum  Checksum32 of the FlatBuffer, little-endian
//        5      *  FlatBuffer of format/catalog.fbs
namespace kalends {

inline constexpr char kEnvelopeVersion = 1;
inline constexpr std::size_t kEnvelopeBytes = 5;

inline std::string Enclose(std::string_view flatbuffer) {
  std::string out;
  out.reserve(kEnvelopeBytes + flatbuffer.size());
  out.push_back(kEnvelopeVersion);
  AppendLittleEndian<std::uint32_t>(Checksum32(flatbuffer), &out);
  out.append(flatbuffer);
  return out;
}

// The FlatBuffer inside, its checksum verified. `what` names the value in errors.
inline Result<std::string_view> Unclose(std::string_view what, std::string_view value) {
  if (value.size() < kEnvelopeBytes)
    return Corruption(what, ": ", value.size(), " bytes cannot hold version and checksum");
  if (value[0] != kEnvelopeVersion) {
    return Unsupported(what, ": format version ", static_cast<int>(static_cast<unsigned char>(value[0])),
                       " is not known to this version of Kalends, which reads 1; use a newer one");
  }
  const std::string_view flatbuffer = value.substr(kEnvelopeBytes);
  if (ReadLittleEndian<std::uint32_t>(value, 1) != Checksum32(flatbuffer))
    return Corruption(what, ": checksum is wrong");
  return flatbuffer;
}

}  // namespace kalends
