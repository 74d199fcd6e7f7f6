#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kalends/import.h"

namespace kalends {

// Lines from memory. `before_line` is called before each, with its number.
class VectorLines : public LineSource {
 public:
  explicit VectorLines(std::vector<std::string> lines, std::function<Status(std::uint64_t)> before_line = nullptr)
      : lines_(std::move(lines)), before_line_(std::move(before_line)) {}
  Result<bool> Next(std::string_view* line, std::uint64_t* number) override {
    if (at_ == lines_.size()) return false;
    if (before_line_) {
      if (const Status status = before_line_(at_ + 1); !status.ok()) return status.error();
    }
    *line = lines_[at_++];
    *number = at_;
    return true;
  }

 private:
  const std::vector<std::string> lines_;
  const std::function<Status(std::uint64_t)> before_line_;
  std::size_t at_ = 0;
};

}  // namespace kalends
