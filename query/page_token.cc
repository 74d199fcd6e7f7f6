// A token is base64 of
//
//   offset  bytes  field (integers little-endian)
//        0      1  version     1
//        1      4  question    what it belongs to
//        5      8  time        of the row, microseconds since 1970
//       13      4  generation  of its partition
//       17      8  row
//       25      *  sort key    SortSpec::EncodeKey; nothing where the order is that of time
//        *      4  checksum    Checksum32 of all that is before it
#include "query/page_token.h"

#include "format/binary_text.h"
#include "format/checksum.h"
#include "format/errors.h"
#include "format/varint.h"

namespace kalends {
namespace {

constexpr char kVersion = 1;
constexpr std::size_t kHeaderBytes = 25;
constexpr std::size_t kChecksumBytes = 4;

Error NoToken() { return InvalidArgument("the page token is damaged, or none; pass it on as it was given"); }

}  // namespace

std::string EncodePageToken(const PagePosition& position, std::uint32_t question) {
  std::string bytes(1, kVersion);
  AppendLittleEndian(question, &bytes);
  AppendLittleEndian(static_cast<std::uint64_t>(position.row.time.value), &bytes);
  AppendLittleEndian(position.row.generation.value, &bytes);
  AppendLittleEndian(position.row.row.value, &bytes);
  bytes += position.sort_key;
  AppendLittleEndian(Checksum32(bytes), &bytes);
  std::string token;
  AppendBase64(bytes, &token);
  return token;
}

Result<PagePosition> DecodePageToken(std::string_view token, std::uint32_t question) {
  std::string bytes;
  if (!DecodeBase64(token, &bytes) || bytes.size() < kHeaderBytes + kChecksumBytes || bytes[0] != kVersion) {
    return NoToken();
  }
  const std::string_view body = std::string_view(bytes).substr(0, bytes.size() - kChecksumBytes);
  if (Checksum32(body) != ReadLittleEndian<std::uint32_t>(bytes, body.size())) return NoToken();
  if (ReadLittleEndian<std::uint32_t>(body, 1) != question) {
    return InvalidArgument(
        "the page token is of another question: collection, filter, sort and order must be those of the page before");
  }
  PagePosition position;
  position.row.time = {static_cast<std::int64_t>(ReadLittleEndian<std::uint64_t>(body, 5))};
  position.row.generation = {ReadLittleEndian<std::uint32_t>(body, 13)};
  position.row.row = {ReadLittleEndian<std::uint64_t>(body, 17)};
  position.sort_key = body.substr(kHeaderBytes);
  return position;
}

}  // namespace kalends
