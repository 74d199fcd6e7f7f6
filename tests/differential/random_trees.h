#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "kalends/time.h"
#include "tests/differential/tree.h"

namespace kalends::differential {

class Random {
 public:
  explicit Random(std::uint64_t seed) : random_(seed) {}
  std::uint32_t Below(std::size_t bound) { return static_cast<std::uint32_t>(random_() % bound); }
  bool OneIn(std::uint32_t n) { return Below(n) == 0; }
  template <class List>
  const auto& OneOf(const List& list) {
    return list[Below(std::size(list))];
  }

 private:
  std::mt19937_64 random_;
};

// Values of all types from a small stock, so that they often meet; the same number in all its types.
inline Tree RandomScalar(Random& random) {
  static constexpr std::string_view kTexts[] = {"", "x", "y", "xy", "X", "x|y", "$x", "\xc3\xa4"};
  static const std::string kLong(70, 'x');
  static constexpr double kDoubles[] = {-0.0, 0.0, 1.0, 2.0, 0.5, 1.5, -1.5, 9007199254740992.0, 9223372036854775808.0,
                                        1e300};
  static constexpr std::int64_t kLongs[] = {0, 1, 2, -1, 9007199254740993, INT64_MAX, INT64_MIN};
  switch (random.Below(20)) {
    case 0:
    case 1:
      return Null();
    case 2:
      return Bool(random.OneIn(2));
    case 3:
    case 4:
      return Double(random.OneOf(kDoubles));
    case 5:
      return Double(random.OneIn(2) ? std::nan("")
                                    : std::numeric_limits<double>::infinity() * (random.OneIn(2) ? 1 : -1));
    case 6:
    case 7:
      return Long(random.OneOf(kLongs));
    case 8:
      return Date(static_cast<std::int64_t>(random.Below(3)) - 1);
    case 9: {
      Tree tree = Text(std::string(1 + random.Below(12), static_cast<char>(random.Below(4))));
      tree.type = Type::kBinary;
      tree.subtype = random.OneIn(3) ? 5 : 0;
      return tree;
    }
    case 10: {
      Tree tree = Text(std::string(12, static_cast<char>('a' + random.Below(3))));
      tree.type = Type::kObjectId;
      return tree;
    }
    case 11:
    case 12:
    case 13:
    case 14:
      return Text(random.OneIn(12) ? kLong : random.OneOf(kTexts));
    default:
      return Int(static_cast<std::int64_t>(random.Below(7)) - 1);
  }
}

inline Tree RandomObject(Random& random, int depth);

inline Tree RandomValue(Random& random, int depth) {
  if (depth > 0 && random.OneIn(3)) {
    Tree array = Array();
    for (std::uint32_t i = random.Below(4); i > 0; --i) array.items.push_back(RandomValue(random, depth - 1));
    return array;
  }
  return depth > 0 && random.OneIn(3) ? RandomObject(random, depth - 1) : RandomScalar(random);
}

// Few names, some of them unusual.
inline Tree RandomObject(Random& random, int depth) {
  static constexpr std::string_view kNames[] = {"a", "b", "c", "a", "b", "c", "0", "1", "", "a.b", "$a", "$gt"};
  Tree object = Object();
  for (std::uint32_t i = random.Below(4); i > 0; --i) object.Set(random.OneOf(kNames), RandomValue(random, depth));
  return object;
}

// A time in one of eight months, in one of the forms that a document may hold it in.
inline Tree RandomTime(Random& random) {
  static constexpr std::int64_t kDayMs = 86'400'000;
  const std::int64_t day = 19'600 + random.Below(60) * 4;
  const std::int64_t ms = day * kDayMs + (random.OneIn(2) ? 0 : random.Below(3) * 1000 + random.Below(2));
  switch (random.Below(4)) {
    case 0:
      return Date(ms);
    case 1:
      return Long(ms);
    case 2:
      return Text(FormatTime({ms * 1000 + random.Below(2)}));
    default:
      return Text(FormatTime({ms * 1000}));
  }
}

// {"_id": number, "n": a small number or null, "t": time where one is wanted, and others}
inline Tree RandomDocument(Random& random, int id, bool with_time) {
  Tree document = Object({{"_id", Int(id)}});
  if (with_time) document.Set("t", RandomTime(random));
  if (!random.OneIn(4)) {
    const std::int64_t small = static_cast<std::int64_t>(random.Below(9)) - 3;
    document.Set("n", random.OneIn(4)   ? Double(static_cast<double>(small) / 2)
                      : random.OneIn(3) ? Long(small)
                      : random.OneIn(9) ? Null()
                                        : Int(small));
  }
  const Tree others = RandomObject(random, 3);
  for (std::size_t i = 0; i < others.items.size(); ++i) document.Set(others.names[i], others.items[i]);
  if (random.OneIn(2)) document.Set("a", RandomValue(random, 3));
  if (random.OneIn(2)) document.Set("b", RandomValue(random, 2));
  return document;
}

}  // namespace kalends::differential
