#include "tools/generate_output.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdio>

namespace kalends {

bool LineWriter::Flush() {
  std::string_view rest = buffer_;
  while (!rest.empty()) {
    const ssize_t written = ::write(STDOUT_FILENO, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  buffer_.clear();
  return true;
}

void TimeWriter::Append(std::int64_t milliseconds, std::string* out) {
  using std::chrono::days;
  constexpr std::int64_t kDayMs = 86400000;
  const std::int64_t day = std::chrono::floor<days>(std::chrono::milliseconds(milliseconds)).count();
  if (day != day_) {
    day_ = day;
    const std::chrono::year_month_day date{std::chrono::sys_days(days(day))};
    std::array<char, 32> text;
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    date_ = text.data();
  }
  auto rest = static_cast<std::uint32_t>(milliseconds - day * kDayMs);
  char clock[] = "T00:00:00.000Z";
  const auto put = [&](int at, int digits, std::uint32_t base) {
    std::uint32_t number = rest % base;
    rest /= base;
    for (int i = at + digits - 1; i >= at; --i, number /= 10) clock[i] = static_cast<char>('0' + number % 10);
  };
  put(10, 3, 1000);
  put(7, 2, 60);
  put(4, 2, 60);
  put(1, 2, 24);
  *out += date_;
  *out += clock;
}

void AppendInteger(std::uint64_t number, std::string* out) {
  std::array<char, 24> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  out->append(text.data(), end);
}

void AppendDecimal(std::uint64_t number, unsigned places, std::string* out) {
  std::uint64_t scale = 1;
  for (unsigned i = 0; i < places; ++i) scale *= 10;
  AppendInteger(number / scale, out);
  *out += '.';
  do {
    scale /= 10;
    *out += static_cast<char>('0' + number / scale % 10);
  } while (number % scale != 0);
}

}  // namespace kalends
