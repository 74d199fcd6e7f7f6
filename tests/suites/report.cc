#include "suites/report.h"

#include <algorithm>
#include <iomanip>

namespace kalends::suites {
namespace {

void PrintTable(const std::string& title, const std::map<std::string, Tally>& rows, std::ostream& out) {
  std::size_t width = title.size();
  for (const auto& [name, tally] : rows) width = std::max(width, name.size());
  const auto print = [&](const std::string& name, const auto& passed, const auto& refused, const auto& failed,
                         const auto& unsupported) {
    out << std::left << std::setw(static_cast<int>(width)) << name << std::right << std::setw(8) << passed
        << std::setw(9) << refused << std::setw(8) << failed << std::setw(13) << unsupported << "\n";
  };
  out << "\n";
  print(title, "passed", "refused", "failed", "unsupported");
  for (const auto& [name, tally] : rows) print(name, tally.passed, tally.refused, tally.failed, tally.unsupported);
}

}  // namespace

std::string Shortened(const std::string& text) {
  constexpr std::size_t kBytesMax = 300;
  std::string result = text.substr(0, kBytesMax);
  if (result.size() < text.size()) result += "... (" + std::to_string(text.size()) + " bytes)";
  std::replace(result.begin(), result.end(), '\n', ' ');
  return result;
}

void Tally::Add(Verdict verdict) {
  passed += verdict == Verdict::kPassed || verdict == Verdict::kRefused ? 1 : 0;
  refused += verdict == Verdict::kRefused ? 1 : 0;
  failed += verdict == Verdict::kFailed ? 1 : 0;
  unsupported += verdict == Verdict::kUnsupported ? 1 : 0;
}

void Report::Add(const std::string& file, const Case& the_case, const Outcome& outcome) {
  total_.Add(outcome.verdict);
  if (the_case.expectation.must_fail) errors_.Add(outcome.verdict);
  files_[file].Add(outcome.verdict);
  for (const std::string& name : the_case.operators) operators_[name].Add(outcome.verdict);
  if (outcome.verdict == Verdict::kUnsupported) ++reasons_[Shortened(outcome.reason)];
}

void Report::Print(std::ostream& out) const {
  PrintTable("operator", operators_, out);
  out << "\nunsupported, by reason\n";
  for (const auto& [reason, count] : reasons_) out << std::setw(7) << count << "  " << reason << "\n";
  PrintTable("file", files_, out);
  out << "\nrun in a rolling collection too: " << rolling_run_
      << ", not so, as the answer depends on each field: " << rolling_skipped_ << "\n"
      << "had to fail: " << errors_.passed << " did (" << errors_.refused
      << " of them as a part of the language is not there), " << errors_.failed << " did not, " << errors_.unsupported
      << " cannot be asked\n"
      << total_.passed << " passed, " << total_.failed << " failed, " << total_.unsupported << " unsupported\n";
}

}  // namespace kalends::suites
