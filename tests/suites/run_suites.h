#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "kalends/status.h"
#include "suites/report.h"

namespace kalends::suites {

struct SuiteOptions {
  std::vector<std::string> files;
  std::string only;            // A part of the ids of the cases to run; empty: all.
  bool tables_only = false;    // Without the cases that failed.
  bool shows_reasons = false;  // Each case that is unsupported, with its reason.
};

// Runs the cases of the files, each in a plain and in a rolling collection, and prints what was seen. An error is one
// of reading a file or of making a collection.
Result<Report> RunSuites(const SuiteOptions& options, std::ostream& out);

}  // namespace kalends::suites
