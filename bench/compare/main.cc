// kalends-compare: the same documents and questions on Kalends and on SQLite, in one run. Answers are compared before
// anything is timed; runs alternate, and the median run is printed. Both read the lines from memory. See
// docs/performance.md.
#include <CLI/CLI.hpp>

#include "bench/compare/comparison.h"

int main(int argc, char** argv) {
  kalends::bench::Options options;
  CLI::App app("Measures Kalends and SQLite on the same messages, with full text in both");
  app.add_option("file", options.file, "NDJSON of `kalends-generate messages`")->required();
  app.add_option("--directory", options.directory, "where the stores are made; removed at the end");
  app.add_option("--count", options.count, "documents read at most");
  app.add_option("--only", options.only, "what is measured; all unless given")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::IsMember(kalends::bench::Comparison::Names()));
  app.add_option("--import-runs", options.import_runs, "imports of each")->check(CLI::PositiveNumber);
  app.add_option("--runs", options.runs, "alternated runs of all else")->check(CLI::PositiveNumber);
  app.add_option("--gets", options.gets, "ids asked for in a run");
  app.add_option("--questions", options.questions, "questions of a kind asked in a run");
  app.add_option("--seconds", options.seconds_max, "a run of questions ends after these, but not before the third");
  app.add_option("--singles", options.singles, "documents inserted one by one");
  app.add_flag("!--no-text", options.with_text, "full text in neither, and no questions for words");
  app.add_flag("--keep", options.keep, "leave the stores in their directory");
  app.add_option("--reuse", options.reuse,
                 "kalends, sqlite: use the store that an earlier run kept there, not a new one")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::IsMember({"kalends", "sqlite"}));
  app.add_option("--json", options.json, "a file for all figures, each run's too");
  CLI11_PARSE(app, argc, argv);
  kalends::bench::Comparison(options).Run();
}
