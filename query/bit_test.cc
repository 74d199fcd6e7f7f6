#include "query/bit_test.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "format/errors.h"
#include "query/filter_values.h"

namespace kalends {
namespace {

using Positions = std::vector<std::uint32_t>;

constexpr std::size_t kMaskBytesMax = 1U << 17U;  // Of a binary: a million positions.

class BitTest final : public ValueTest {
 public:
  BitTest(BitCondition condition, Positions positions) : condition_(condition), positions_(std::move(positions)) {}

  bool Holds(const Value& value, MatchScratch&) const override {
    if (value.type() == Type::kBinary) {
      const std::string_view bytes = value.as_binary();
      // Of the old subtype 2 the length, 32 bits, stands before the bytes.
      const std::uint32_t before = value.binary_subtype() == 2 ? 32 : 0;
      return Answer([&](std::uint32_t bit) {
        if (bit < before) return (bytes.size() >> bit & 1U) != 0;
        bit -= before;
        return bit / 8 < bytes.size() && (static_cast<unsigned char>(bytes[bit / 8]) >> (bit % 8) & 1U) != 0;
      });
    }
    const std::optional<std::int64_t> integer = ExactInteger(value);
    if (!integer.has_value()) return false;
    return Answer([&](std::uint32_t bit) { return (*integer >> std::min(bit, 63U) & 1) != 0; });
  }
  std::optional<bool> HoldsForAll(Type type) const override {
    if (type != Type::kInt && type != Type::kLong && type != Type::kDouble && type != Type::kBinary) return false;
    return std::nullopt;
  }

 private:
  template <class IsSet>
  bool Answer(const IsSet& is_set) const {
    switch (condition_) {
      case BitCondition::kAllSet:
        return std::all_of(positions_.begin(), positions_.end(), is_set);
      case BitCondition::kAllClear:
        return std::none_of(positions_.begin(), positions_.end(), is_set);
      case BitCondition::kAnySet:
        return std::any_of(positions_.begin(), positions_.end(), is_set);
      case BitCondition::kAnyClear:
        return !std::all_of(positions_.begin(), positions_.end(), is_set);
    }
    return false;
  }

  BitCondition condition_;
  Positions positions_;
};

Result<Positions> ReadPositions(const Value& operand, const FilterPlace& place) {
  Positions positions;
  if (operand.type() == Type::kBinary) {
    const std::string_view bytes = operand.as_binary();
    if (bytes.size() > kMaskBytesMax) {
      return LimitExceeded(place, ": a mask has at most ", kMaskBytesMax, " bytes, found ", bytes.size());
    }
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      for (unsigned bit = 0; bit < 8; ++bit) {
        if ((static_cast<unsigned char>(bytes[i]) >> bit & 1U) == 0) continue;
        positions.push_back(static_cast<std::uint32_t>(i * 8 + bit));
      }
    }
    return positions;
  }
  if (operand.is_array()) {
    for (std::size_t i = 0; i < operand.elements().size(); ++i) {
      const std::optional<std::int64_t> position = ExactInteger(operand.elements()[i]);
      if (!position.has_value() || *position < 0 || *position > INT32_MAX) {
        return InvalidArgument(FilterPlace(place, i), ": expected the position of a bit, an integer from 0 to ",
                               INT32_MAX, ", found ", ToJson(operand.elements()[i]).substr(0, 60));
      }
      positions.push_back(static_cast<std::uint32_t>(*position));
    }
    return positions;
  }
  const std::optional<std::int64_t> mask = ExactInteger(operand);
  if (!mask.has_value() || *mask < 0) {
    return InvalidArgument(
        place, ": expected a mask (an integer that is not negative, or a binary) or an array of positions, found ",
        ToJson(operand).substr(0, 60));
  }
  for (std::uint32_t bit = 0; bit < 63; ++bit) {
    if ((*mask >> bit & 1) != 0) positions.push_back(bit);
  }
  return positions;
}

}  // namespace

Result<ValueTestPtr> MakeBitTest(BitCondition condition, const Value& operand, const FilterPlace& place) {
  KALENDS_TRY(Positions positions, ReadPositions(operand, place));
  std::sort(positions.begin(), positions.end());
  positions.erase(std::unique(positions.begin(), positions.end()), positions.end());
  return ValueTestPtr(std::make_unique<BitTest>(condition, std::move(positions)));
}

}  // namespace kalends
