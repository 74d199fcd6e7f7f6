#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kalends/import.h"
#include "kalends/time.h"

namespace kalends::bench {

// Documents of about 85 bytes in order of time, evenly over a range, each a function of its number alone:
//
//   {"_id":1234567,"t":1709254923456,"session":"s0030864","user":"u0417","value":523.25}
//
// A usual session has 40 documents that are near each other. Beside these there are rare sessions: for each of the
// `sizes`, kRareSessions whose kRareRows documents are spread over all documents up to that size, so that a store can
// be asked the same at each size.
class SessionDocuments {
 public:
  static constexpr std::uint64_t kRareSessions = 100;
  static constexpr std::uint64_t kRareRows = 300;
  static constexpr std::uint64_t kUsers = 1000;

  SessionDocuments(std::vector<std::uint64_t> sizes, TimeRange range) : sizes_(std::move(sizes)), range_(range) {}

  static std::uint64_t UserOf(std::uint64_t number) { return Mix(number) % kUsers; }
  static std::string UserName(std::uint64_t user) { return Padded("u", user, 4); }
  // Of sizes[size].
  static std::string RareName(std::size_t size, std::uint64_t session) {
    return Padded("r" + std::to_string(size) + "-", session, 3);
  }

  std::string SessionOf(std::uint64_t number) const {
    for (std::size_t size = 0; size < sizes_.size(); ++size) {
      // Every `stride`th document is of a rare session, each of them in turn.
      const std::uint64_t stride = std::max<std::uint64_t>(2, sizes_[size] / (kRareSessions * kRareRows));
      if (number < sizes_[size] && number % stride == size % stride)
        return RareName(size, number / stride % kRareSessions);
    }
    // 16 sessions are open at a time.
    return Padded("s", number / 640 * 16 + Mix(number) % 16, 7);
  }

  void Write(std::uint64_t number, std::string* line) const {
    const double share = static_cast<double>(number) / static_cast<double>(sizes_.back());
    const auto offset = static_cast<std::int64_t>(share * static_cast<double>(range_.end.value - range_.begin.value));
    line->assign(R"({"_id":)");
    Append(number, line);
    line->append(R"(,"t":)");
    Append(static_cast<std::uint64_t>((range_.begin.value + offset) / 1000), line);
    line->append(R"(,"session":")");
    line->append(SessionOf(number));
    line->append(R"(","user":")");
    line->append(UserName(UserOf(number)));
    line->append(R"(","value":)");
    Append(Mix(number + 1) % 1000, line);
    line->append(".25}");
  }

 private:
  // Spreads a number over all 64 bits.
  static std::uint64_t Mix(std::uint64_t number) {
    std::uint64_t mixed = (number + 1) * 0x9E3779B97F4A7C15U;
    mixed ^= mixed >> 32U;
    mixed *= 0xD6E8FEB86659FD93U;
    return mixed ^ (mixed >> 32U);
  }
  static void Append(std::uint64_t number, std::string* out) {
    std::array<char, 20> digits{};
    out->append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
  }
  static std::string Padded(std::string name, std::uint64_t number, std::size_t digits_min) {
    std::string digits;
    Append(number, &digits);
    if (digits.size() < digits_min) name.append(digits_min - digits.size(), '0');
    return name + digits;
  }

  const std::vector<std::uint64_t> sizes_;  // Ascending; the last is all.
  const TimeRange range_;
};

// Those from `begin` to `end`.
class SessionLines : public LineSource {
 public:
  SessionLines(const SessionDocuments& documents, std::uint64_t begin, std::uint64_t end)
      : documents_(documents), next_(begin), end_(end) {}
  Result<bool> Next(std::string_view* line, std::uint64_t* number) override {
    if (next_ == end_) return false;
    documents_.Write(next_, &line_);
    *line = line_;
    *number = ++next_;
    return true;
  }

 private:
  const SessionDocuments& documents_;
  std::uint64_t next_;
  const std::uint64_t end_;
  std::string line_;
};

}  // namespace kalends::bench
