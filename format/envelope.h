#pragma once

#include <flatbuffers/flatbuffers.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "format/checksum.h"
#include "format/errors.h"
#include "format/varint.h"

// What is around every FlatBuffer that is a value of its own (catalog, state families, block directories):
//
//   offset  bytes  field
//        0      1  version   1; a reader refuses any other
//        1      4  checksum  Checksum32 of the FlatBuffer, little-endian
//        5      *  FlatBuffer of the schema that the writer names
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

// Of what the builder finished.
inline std::string Enclose(const flatbuffers::FlatBufferBuilder& builder) {
  return Enclose({reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize()});
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

// The root table of a value, verified, in memory of its own: what RocksDB hands out begins at any byte, and FlatBuffers
// reads integers in place, where they must be aligned. Moving it leaves the table where it is.
template <class Table>
class Root {
 public:
  static Result<Root> Open(std::string_view what, std::string_view value) {
    KALENDS_TRY(const std::string_view bytes, Unclose(what, value));
    Root root(bytes);
    flatbuffers::Verifier verifier(root.data(), bytes.size(), kDepthMax, kTablesMax);
    if (!verifier.VerifyBuffer<Table>(nullptr)) return Corruption(what, ": the FlatBuffer is not well formed");
    return root;
  }

  const Table& operator*() const { return *flatbuffers::GetRoot<Table>(data()); }
  const Table* operator->() const { return &**this; }

 private:
  static constexpr std::uint32_t kDepthMax = 64;
  static constexpr std::uint32_t kTablesMax = 100'000'000;

  explicit Root(std::string_view bytes) : memory_((bytes.size() + sizeof(std::uint64_t) - 1) / sizeof(std::uint64_t)) {
    if (!bytes.empty()) std::memcpy(memory_.data(), bytes.data(), bytes.size());
  }
  const std::uint8_t* data() const { return reinterpret_cast<const std::uint8_t*>(memory_.data()); }

  std::vector<std::uint64_t> memory_;
};

}  // namespace kalends
