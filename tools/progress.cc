#include "tools/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "tools/text.h"

namespace kalends {
namespace {

constexpr auto kBetween = std::chrono::milliseconds(100);
constexpr double kSecondsBeforeEstimate = 1;  // Before, the time left would be a guess.

}  // namespace

std::string ProgressText(std::string_view unit, std::uint64_t number, std::uint64_t done,
                         std::optional<std::uint64_t> total, double seconds) {
  std::string text = WithThousands(number) + " " + std::string(unit);
  if (seconds > 0)
    text += ", " + WithThousands(static_cast<std::uint64_t>(static_cast<double>(number) / seconds)) + "/s";
  if (!total || *total == 0) return text;
  const double share = std::min(1.0, static_cast<double>(done) / static_cast<double>(*total));
  text += ", " + std::to_string(static_cast<int>(share * 100)) + " %";
  if (seconds >= kSecondsBeforeEstimate && share > 0)
    text += ", " + HumanSeconds(seconds * (1 - share) / share) + " left";
  return text;
}

Progress::Progress(bool wanted) : is_shown_(wanted && ::isatty(STDERR_FILENO) != 0) {}

Progress::~Progress() { Clear(); }

void Progress::Show(std::uint64_t documents, std::uint64_t done, std::optional<std::uint64_t> total) {
  Draw("documents", documents, done, total);
}

void Progress::ShowPart(std::string_view unit, std::uint64_t done, std::uint64_t total) {
  Draw(unit, done, done, total);
}

void Progress::Draw(std::string_view unit, std::uint64_t number, std::uint64_t done,
                    std::optional<std::uint64_t> total) {
  if (!is_shown_) return;
  const Clock::time_point now = Clock::now();
  if (has_line_ && now - last_ < kBetween) return;
  last_ = now;
  has_line_ = true;
  const double seconds = std::chrono::duration<double>(now - start_).count();
  std::fprintf(stderr, "\r\033[K%s", ProgressText(unit, number, done, total, seconds).c_str());
  std::fflush(stderr);
}

void Progress::Clear() {
  if (!has_line_) return;
  has_line_ = false;
  std::fputs("\r\033[K", stderr);
  std::fflush(stderr);
}

}  // namespace kalends
