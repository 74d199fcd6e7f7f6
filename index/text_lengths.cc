// The lengths of the texts of a block:
//
//   bytes  field
//       1  version  1; a reader refuses any other
//       *  rows     varint, at most 65,536
//       *  sum      varint: of all lengths
//       *  lengths  as index/packed_integers.cc packs them
#include "index/text_lengths.h"

#include <numeric>

#include "format/errors.h"
#include "format/varint.h"

namespace kalends {
namespace {

constexpr char kVersion = 1;
constexpr std::uint64_t kRowsMax = 65536;

}  // namespace

std::string EncodeTextLengths(std::span<const std::uint64_t> lengths) {
  std::string bytes(1, kVersion);
  AppendVarint(lengths.size(), &bytes);
  AppendVarint(std::accumulate(lengths.begin(), lengths.end(), std::uint64_t{0}), &bytes);
  AppendPackedIntegers(lengths, &bytes);
  return bytes;
}

Result<TextLengths> TextLengths::Open(std::string_view bytes) {
  if (bytes.empty()) return Corruption("text lengths: they are empty");
  if (bytes.front() != kVersion) {
    return Unsupported("text lengths: format version ", int{static_cast<unsigned char>(bytes.front())},
                       ", but this program reads version ", int{kVersion}, ": use a newer one");
  }
  bytes.remove_prefix(1);
  const auto rows = TakeVarint(&bytes);
  const auto sum = TakeVarint(&bytes);
  if (!rows.has_value() || !sum.has_value() || *rows > kRowsMax)
    return Corruption("text lengths: their head is damaged");
  TextLengths lengths;
  lengths.sum_ = *sum;
  KALENDS_TRY(lengths.lengths_, PackedIntegers::Open(static_cast<std::uint32_t>(*rows), &bytes));
  if (!bytes.empty()) return Corruption("text lengths: ", bytes.size(), " bytes too many");
  return lengths;
}

}  // namespace kalends
