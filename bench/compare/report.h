#pragma once

#include <array>
#include <string>
#include <vector>

namespace kalends::bench {

// Of Kalends and of SQLite, a figure a run.
using Figures = std::array<std::vector<double>, 2>;

// What the median of Kalends, or its ratio to SQLite's, is to reach.
struct Target {
  enum class Kind { kFigureAtMost, kRatioAtMost, kRatioAtLeast };
  Kind kind;
  double bound;
};

// Prints a line a figure as soon as it is known, and keeps all of them for a file.
class Report {
 public:
  static void PrintHeader();
  void Add(const std::string& name, const Figures& figures, const std::vector<Target>& targets = {});
  void WriteJson(const std::string& file, std::size_t documents, std::uint64_t bytes) const;

 private:
  struct Verdict {
    Target target;
    double reached;
    double missed_by;  // At most 1 where it is met.
  };
  struct Line {
    std::string name;
    Figures figures;
    std::array<double, 2> medians;
    double ratio;
    std::vector<Verdict> verdicts;
  };
  static Verdict Judge(const Target& target, double figure, double ratio);
  static std::string Describe(const Verdict& verdict);

  std::vector<Line> lines_;
};

}  // namespace kalends::bench
