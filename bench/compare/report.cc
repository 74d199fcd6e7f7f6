#include "bench/compare/report.h"

#include <array>
#include <cstdio>
#include <fstream>

#include "bench/measure.h"
#include "kalends/document.h"

namespace kalends::bench {
namespace {

// Figures of such machines differ by so much from run to run: a target within it counts as met.
constexpr double kNoise = 1.3;

// Three digits or more, never an exponent.
std::string Short(double number) {
  int decimals = 0;
  for (double size = number; size < 100 && decimals < 4; size *= 10) ++decimals;
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", decimals, number);
  return text.data();
}

const char* NameOf(Target::Kind kind) {
  switch (kind) {
    case Target::Kind::kFigureAtMost:
      return "figure_at_most";
    case Target::Kind::kRatioAtMost:
      return "ratio_at_most";
    case Target::Kind::kRatioAtLeast:
      return "ratio_at_least";
  }
  return "";
}

}  // namespace

void Report::PrintHeader() {
  std::printf("%-46s %12s %12s %8s  %s\n", "", "kalends", "sqlite", "ratio", "targets");
  std::fflush(stdout);
}

void Report::Add(const std::string& name, const Figures& figures, const std::vector<Target>& targets) {
  Line& line = lines_.emplace_back();
  line.name = name;
  line.figures = figures;
  line.medians = {Median(figures[0]), Median(figures[1])};
  line.ratio = line.medians[0] / line.medians[1];
  std::string judged;
  for (const Target& target : targets) {
    line.verdicts.push_back(Judge(target, line.medians[0], line.ratio));
    judged += (judged.empty() ? "" : "; ") + Describe(line.verdicts.back());
  }
  std::printf("%-46s %12s %12s %8s  %s\n", name.c_str(), Short(line.medians[0]).c_str(), Short(line.medians[1]).c_str(),
              Short(line.ratio).c_str(), judged.c_str());
  std::fflush(stdout);
}

Report::Verdict Report::Judge(const Target& target, double figure, double ratio) {
  switch (target.kind) {
    case Target::Kind::kFigureAtMost:
      return {target, figure, figure / target.bound};
    case Target::Kind::kRatioAtMost:
      return {target, ratio, ratio / target.bound};
    case Target::Kind::kRatioAtLeast:
      return {target, ratio, target.bound / ratio};
  }
  return {};
}

std::string Report::Describe(const Verdict& verdict) {
  const Target::Kind kind = verdict.target.kind;
  std::string text = kind == Target::Kind::kFigureAtMost ? "" : "ratio ";
  text += kind == Target::Kind::kRatioAtLeast ? "at least " : "at most ";
  text += Short(verdict.target.bound) + ": ";
  if (verdict.missed_by <= 1) return text + "met";
  if (verdict.missed_by <= kNoise) return text + "met within 1.3 (off by " + Short(verdict.missed_by) + ")";
  return text + "MISSED by " + Short(verdict.missed_by);
}

void Report::WriteJson(const std::string& file, std::size_t documents, std::uint64_t bytes) const {
  DocumentBuilder builder;
  builder.Add("documents", static_cast<std::int64_t>(documents)).Add("bytes", static_cast<std::int64_t>(bytes));
  builder.BeginArray("figures");
  for (const Line& line : lines_) {
    builder.BeginObject().Add("name", line.name);
    for (const std::size_t i : {0, 1}) {
      const std::string name = i == 0 ? "kalends" : "sqlite";
      builder.Add(name, line.medians[i]).BeginArray(name + "_runs");
      for (const double figure : line.figures[i]) builder.Add(Value::Double(figure));
      builder.End();
    }
    builder.Add("ratio", line.ratio).BeginArray("targets");
    for (const Verdict& verdict : line.verdicts) {
      builder.BeginObject().Add(NameOf(verdict.target.kind), verdict.target.bound);
      builder.Add("reached", verdict.reached).Add("met", verdict.missed_by <= 1);
      builder.Add("met_within_1_3", verdict.missed_by <= kNoise).End();
    }
    builder.End().End();
  }
  builder.End();
  std::ofstream out(file);
  out << builder.Build().ToJson() << "\n";
  if (!out.flush()) Fail("cannot write " + file);
}

}  // namespace kalends::bench
