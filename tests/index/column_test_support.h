#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "format/arena.h"
#include "format/checksum.h"
#include "format/varint.h"
#include "index/column.h"
#include "tests/hex.h"

namespace kalends {

inline std::string WithRightChecksum(std::string bytes) {
  bytes.resize(bytes.size() - 4);
  AppendLittleEndian(Checksum32(bytes), &bytes);
  return bytes;
}

// The plainest column there is: a value a row, kMissing where the row lacks the path.
using PlainColumn = std::vector<Value>;

inline ColumnBuilder BuilderOf(const PlainColumn& plain, bool keeps_unique_strings = true) {
  ColumnBuilder builder(keeps_unique_strings);
  for (std::uint32_t row = 0; row < plain.size(); ++row) {
    if (!plain[row].is_missing()) builder.Add(row, plain[row]);
  }
  return builder;
}

inline std::string EncodeColumn(const PlainColumn& plain, bool keeps_unique_strings = true) {
  return BuilderOf(plain, keeps_unique_strings).Encode(static_cast<std::uint32_t>(plain.size()));
}

// `bytes` must outlive the column.
inline Column OpenColumn(std::string_view bytes) {
  auto column = Column::Open(bytes);
  if (!column.has_value()) {
    ADD_FAILURE() << column.error().message();
    std::abort();
  }
  return std::move(column).value();
}

inline RowBits SelectPlaces(const ColumnStream& stream, ColumnStream::CodeRange range) {
  RowBits places(stream.count());
  for (std::uint32_t i = 0; i < stream.count(); ++i) {
    const std::uint64_t code = stream.CodeAt(i);
    if (code >= range.low && code <= range.high) places.Set(i);
  }
  return places;
}

}  // namespace kalends
