#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <string>

#include "kalends/import.h"
#include "kalends/time.h"

namespace kalends::bench {

// Documents of about 80 bytes with random ids, in order of time, evenly over a range.
class SmallDocuments : public LineSource {
 public:
  SmallDocuments(std::uint64_t count, std::uint64_t first_id, TimeRange range)
      : count_(count), first_id_(first_id), range_(range) {}

  static std::string Line(std::uint64_t id, TimeUs time) {
    // An id is spread over all 64 bits, so that ids do not come in their order.
    std::uint64_t spread = (id + 1) * 0x9E3779B97F4A7C15U;
    spread ^= spread >> 32U;
    spread *= 0xD6E8FEB86659FD93U;
    spread ^= spread >> 32U;
    std::array<char, 128> line{};
    const int size = std::snprintf(line.data(), line.size(), R"({"_id":"%016llx","timestamp":"%s","value":%llu})",
                                   static_cast<unsigned long long>(spread), FormatTime(time).c_str(),
                                   static_cast<unsigned long long>(id));
    return {line.data(), static_cast<std::size_t>(size)};
  }

  Result<bool> Next(std::string_view* line, std::uint64_t* number) override {
    if (next_ == count_) return false;
    const double share = static_cast<double>(next_) / static_cast<double>(count_);
    const auto offset = static_cast<std::int64_t>(share * static_cast<double>(range_.end.value - range_.begin.value));
    line_ = Line(first_id_ + next_, {range_.begin.value + offset});
    *line = line_;
    *number = ++next_;
    return true;
  }

 private:
  const std::uint64_t count_;
  const std::uint64_t first_id_;
  const TimeRange range_;
  std::uint64_t next_ = 0;
  std::string line_;
};

}  // namespace kalends::bench
