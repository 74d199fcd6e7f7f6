// suite_runner [--only PART] [--operators] [--verbose] CASES...
//
// Runs files of cases that were recorded elsewhere against the library. They are not in this repository.
// Exit status: 0 no case failed, 1 some did, 2 the arguments or a file are wrong.

#include <iostream>
#include <string>
#include <string_view>

#include "suites/run_suites.h"

namespace {

constexpr const char* kUsage =
    "usage: suite_runner [--only PART] [--operators] [--verbose] CASES...\n"
    "  CASES        files of cases, a JSON object a line, plain or compressed with zstd\n"
    "  --only PART  only the cases with PART in their id\n"
    "  --operators  only the tables, not each case that failed\n"
    "  --verbose    each case that is unsupported, with its reason\n";

bool ReadArguments(int count, char** arguments, kalends::suites::SuiteOptions* options) {
  for (int i = 1; i < count; ++i) {
    const std::string_view argument = arguments[i];
    if (argument == "--only" && i + 1 < count) {
      options->only = arguments[++i];
    } else if (argument == "--operators") {
      options->tables_only = true;
    } else if (argument == "--verbose") {
      options->shows_reasons = true;
    } else if (argument.starts_with("-")) {
      return false;
    } else {
      options->files.emplace_back(argument);
    }
  }
  return !options->files.empty();
}

}  // namespace

int main(int count, char** arguments) {
  kalends::suites::SuiteOptions options;
  if (!ReadArguments(count, arguments, &options)) {
    std::cerr << kUsage;
    return 2;
  }
  const auto report = kalends::suites::RunSuites(options, std::cout);
  if (!report.has_value()) {
    std::cerr << report.error().message() << "\n";
    return 2;
  }
  return report->total().failed > 0 ? 1 : 0;
}
