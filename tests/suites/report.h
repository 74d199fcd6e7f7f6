#pragma once

#include <cstdint>
#include <map>
#include <ostream>
#include <string>

#include "suites/judge.h"
#include "suites/suite_case.h"

namespace kalends::suites {

struct Tally {
  std::uint64_t passed = 0;   // The refused among them.
  std::uint64_t refused = 0;  // Cases that had to fail, and did so as something is not built.
  std::uint64_t failed = 0;
  std::uint64_t unsupported = 0;

  void Add(Verdict verdict);
};

// What was seen, by file, operator and reason.
class Report {
 public:
  void Add(const std::string& file, const Case& the_case, const Outcome& outcome);
  void AddRollingSkipped() { ++rolling_skipped_; }
  void AddRollingRun() { ++rolling_run_; }

  const Tally& total() const { return total_; }
  // The tables; the last line is `N passed, N failed, N unsupported`.
  void Print(std::ostream& out) const;

 private:
  Tally total_;
  Tally errors_;  // Of cases that must fail.
  std::map<std::string, Tally> files_;
  std::map<std::string, Tally> operators_;
  std::map<std::string, std::uint64_t> reasons_;
  std::uint64_t rolling_run_ = 0;
  std::uint64_t rolling_skipped_ = 0;
};

// At most about 300 bytes of it, on one line.
std::string Shortened(const std::string& text);

}  // namespace kalends::suites
