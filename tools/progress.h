#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kalends {

// A line on standard error that is rewritten in place, with rate and time left. Nothing where standard error is no
// terminal, or where it is not wanted. Not thread-safe.
class Progress {
 public:
  explicit Progress(bool wanted);
  ~Progress();  // Removes the line.
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // `done` of `total` bytes; `documents` so far. Draws at most ten times a second.
  void Show(std::uint64_t documents, std::uint64_t done, std::optional<std::uint64_t> total);
  // `done` of `total` of what `unit` names.
  void ShowPart(std::string_view unit, std::uint64_t done, std::uint64_t total);
  // Makes room for a line of text.
  void Clear();

 private:
  using Clock = std::chrono::steady_clock;
  void Draw(std::string_view unit, std::uint64_t number, std::uint64_t done, std::optional<std::uint64_t> total);

  bool is_shown_;
  bool has_line_ = false;
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_;
};

// The text of the line: `number` of what `unit` names.
std::string ProgressText(std::string_view unit, std::uint64_t number, std::uint64_t done,
                         std::optional<std::uint64_t> total, double seconds);

}  // namespace kalends
