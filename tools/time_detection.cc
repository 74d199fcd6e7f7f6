#include "tools/time_detection.h"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <vector>

#include "kalends/document.h"
#include "kalends/time.h"

namespace kalends {
namespace {

constexpr std::array<std::string_view, 6> kUsualNames = {"timestamp", "time", "ts", "@timestamp", "created_at", "date"};

constexpr double kSecondsOf1900 = -2208988800.0;
constexpr double kSecondsOf1980 = 315532800.0;
constexpr double kSecondsOf2100 = 4102444800.0;

bool IsUsualName(std::string_view name) { return std::ranges::find(kUsualNames, name) != kUsualNames.end(); }

// The units of TimeUnit::kAuto.
double SecondsOf(double number) {
  const double size = number < 0 ? -number : number;
  if (size < 1e11) return number;
  if (size < 1e14) return number / 1e3;
  return number / 1e6;
}

bool IsTime(std::string_view name, const Value& value) {
  if (value.type() == Type::kDate) return true;
  if (value.is_string()) return ParseTime(value.as_string()).has_value();
  if (!value.is_number()) return false;
  const double seconds = SecondsOf(value.ToDouble());
  return seconds >= (IsUsualName(name) ? kSecondsOf1900 : kSecondsOf1980) && seconds < kSecondsOf2100;
}

}  // namespace

std::optional<std::string> DetectTimeField(std::span<const std::string_view> lines) {
  std::vector<std::string> order(kUsualNames.begin(), kUsualNames.end());
  std::unordered_map<std::string, std::size_t> times;
  for (const std::string& name : order) times[name] = 0;
  std::size_t documents = 0;
  for (const std::string_view line : lines) {
    const auto document = Document::FromJson(line);
    if (!document) continue;
    ++documents;
    for (const Field& field : document->value().fields()) {
      const auto [entry, is_new] = times.try_emplace(std::string(field.name), 0);
      if (is_new) order.emplace_back(field.name);
      if (IsTime(field.name, field.value)) ++entry->second;
    }
  }
  for (const std::string& name : order) {
    // A dot in a path steps into objects: such a name could not be found again.
    if (name.empty() || name.find('.') != std::string::npos) continue;
    if (documents > 0 && times[name] * 10 >= documents * 9) return name;
  }
  return std::nullopt;
}

}  // namespace kalends
