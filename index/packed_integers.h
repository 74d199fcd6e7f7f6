#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "index/row_bits.h"
#include "kalends/status.h"

namespace kalends {

// Unsigned 64-bit integers, packed by 1,024: each piece has a base, a step that divides all differences, and as many
// bits a value as the spread needs, in 16 lanes, so that one vector operation unpacks a value of each lane. The layout
// is at the head of the .cc.
inline constexpr std::uint32_t kPackedPiece = 1024;

void AppendPackedIntegers(std::span<const std::uint64_t> values, std::string* out);

// Reads in place: the bytes must outlive it. Immutable, hence thread-safe.
class PackedIntegers {
 public:
  PackedIntegers() = default;  // Of no values.
  // Reads `count` values from the front of `bytes`, and moves past them. kCorruption where they cannot be.
  static Result<PackedIntegers> Open(std::uint32_t count, std::string_view* bytes);

  std::uint32_t count() const { return count_; }
  std::uint32_t pieces() const { return (count_ + kPackedPiece - 1) / kPackedPiece; }
  // Of a piece, known without unpacking it.
  std::uint64_t PieceMin(std::uint32_t piece) const;
  std::uint64_t PieceMax(std::uint32_t piece) const;

  std::uint64_t At(std::uint32_t index) const;  // index < count(). Some ns.
  // Unpacks a piece; `out` has room for kPackedPiece values, also where the piece has fewer. Returns how many it has.
  std::uint32_t Decode(std::uint32_t piece, std::uint64_t* out) const;
  // Calls visit(index, value) for the values of a piece; of all.
  template <class Visit>
  void ForEachInPiece(std::uint32_t piece, Visit visit) const {
    std::array<std::uint64_t, kPackedPiece> values{};
    VisitPiece(piece, &values, visit);
  }
  template <class Visit>
  void ForEach(Visit visit) const {
    std::array<std::uint64_t, kPackedPiece> values{};
    for (std::uint32_t piece = 0; piece < pieces(); ++piece) VisitPiece(piece, &values, visit);
  }
  // Adds the indexes of the values that are in [low, high] to `bits`, which has count() places. Pieces that lie wholly
  // inside or outside are not unpacked.
  void Select(std::uint64_t low, std::uint64_t high, RowBits* bits) const;

 private:
  template <class Visit>
  void VisitPiece(std::uint32_t piece, std::array<std::uint64_t, kPackedPiece>* values, Visit& visit) const {
    const std::uint32_t count = Decode(piece, values->data());
    for (std::uint32_t i = 0; i < count; ++i) visit(piece * kPackedPiece + i, (*values)[i]);
  }

  std::uint32_t count_ = 0;
  std::string_view directory_;
  std::string_view packed_;
};

}  // namespace kalends
