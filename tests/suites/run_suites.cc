#include "suites/run_suites.h"

#include <filesystem>
#include <memory>

#include "format/errors.h"
#include "suites/case_lines.h"
#include "suites/judge.h"
#include "suites/place.h"
#include "suites/suite_case.h"

namespace kalends::suites {
namespace {

// What was deleted stays in segments: a fresh database now and then keeps the cases as fast as the first.
constexpr int kCasesPerDatabase = 250;

// The collections in which all cases are run, made once for many of them.
class Places {
 public:
  Status Prepare() {
    if (database_ != nullptr && ++cases_ < kCasesPerDatabase) return {};
    cases_ = 0;
    plain_.reset();
    rolling_.reset();
    KALENDS_TRY(database_, Database::OpenInMemory());
    KALENDS_TRY(plain_, MakePlainPlace(database_.get()));
    KALENDS_TRY(rolling_, MakeRollingPlace(database_.get()));
    return {};
  }
  Place* plain() { return plain_.get(); }
  Place* rolling() { return rolling_.get(); }

 private:
  std::unique_ptr<Database> database_;
  std::unique_ptr<Place> plain_;
  std::unique_ptr<Place> rolling_;
  int cases_ = 0;
};

class Runner {
 public:
  Runner(const SuiteOptions& options, std::ostream& out) : options_(options), out_(out) {}

  Status Run(const std::string& path) {
    KALENDS_TRY(const std::vector<std::string> lines, ReadCaseLines(path));
    const std::string file = std::filesystem::path(path).filename().string();
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const Case the_case = ReadCase(lines[i], file, i + 1);
      if (the_case.id.find(options_.only) == std::string::npos) continue;
      KALENDS_TRY(const Outcome outcome, RunCase(the_case));
      report_.Add(file, the_case, outcome);
    }
    return {};
  }

  const Report& report() const { return report_; }

 private:
  // The worse outcome of the two places.
  Result<Outcome> RunCase(const Case& the_case) {
    KALENDS_RETURN_IF_ERROR(places_.Prepare());
    Outcome outcome = JudgeIn(the_case, places_.plain());
    if (outcome.verdict == Verdict::kUnsupported) return outcome;
    if (the_case.sees_all_fields) {
      report_.AddRollingSkipped();
      return outcome;
    }
    report_.AddRollingRun();
    Outcome rolling = JudgeIn(the_case, places_.rolling());
    return rolling.verdict > outcome.verdict ? rolling : outcome;
  }

  Outcome JudgeIn(const Case& the_case, Place* place) {
    Outcome outcome = Judge(the_case, *place);
    if (outcome.verdict == Verdict::kFailed && !options_.tables_only) {
      out_ << "FAILED in " << place->name() << ": " << the_case.id << "\n  expected " << Shortened(outcome.expected)
           << "\n  got      " << Shortened(outcome.got) << "\n";
    }
    if (outcome.verdict == Verdict::kUnsupported && options_.shows_reasons) {
      out_ << "unsupported: " << the_case.id << "\n  " << Shortened(outcome.reason) << "\n";
    }
    return outcome;
  }

  const SuiteOptions& options_;
  std::ostream& out_;
  Places places_;
  Report report_;
};

}  // namespace

Result<Report> RunSuites(const SuiteOptions& options, std::ostream& out) {
  Runner runner(options, out);
  for (const std::string& file : options.files) KALENDS_RETURN_IF_ERROR(runner.Run(file));
  runner.report().Print(out);
  return runner.report();
}

}  // namespace kalends::suites
