#pragma once

#include <string>

#include "suites/place.h"
#include "suites/suite_case.h"

namespace kalends::suites {

enum class Verdict {
  kPassed,
  kRefused,      // It had to fail, and did so as a part of the language is not there: counts as passed, shown apart.
  kUnsupported,  // It had to be answered, and a part of the language is not there.
  kFailed,
};

struct Outcome {
  Verdict verdict = Verdict::kPassed;
  std::string reason;    // Of kUnsupported.
  std::string expected;  // Of kFailed, and what was met.
  std::string got;
};

// Runs the case in the place, which it empties first.
Outcome Judge(const Case& the_case, Place& place);

}  // namespace kalends::suites
