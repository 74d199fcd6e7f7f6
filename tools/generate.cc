#include <CLI/CLI.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <string>

#include "tools/generate_output.h"

// `kalends-generate KIND`: sample documents as NDJSON. The same options give the same bytes on every machine.
namespace kalends {
namespace {

using Days = std::chrono::sys_days;

// `2025-01-01`, from 1970 on.
bool ParseDate(const std::string& text, std::chrono::year_month_day* date) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  char rest = 0;
  if (std::sscanf(text.c_str(), "%4d-%2u-%2u%c", &year, &month, &day, &rest) != 3) return false;
  *date = std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day);
  return date->ok() && year >= 1970;
}

std::int64_t Milliseconds(const std::chrono::year_month_day& date) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Days(date).time_since_epoch()).count();
}

int Main(int argc, char** argv) {
  CLI::App app("Writes sample documents as NDJSON to standard output, the same ones for the same options.",
               "kalends-generate");
  GenerateOptions options;
  std::string from = "2025-01-01";
  int months = 12;
  app.require_subcommand(1);
  app.fallthrough();
  app.add_option("--count", options.count, "how many documents (1000)")->check(CLI::Range(1ULL, 1000000000000ULL));
  app.add_option("--seed", options.seed, "another seed gives other documents (1)");
  app.add_option("--from", from, "the first day (2025-01-01)");
  CLI::App* messages = app.add_subcommand("messages", "chat messages of about 900 bytes");
  CLI::App* snapshots = app.add_subcommand("snapshots", "monitors that report metrics");
  CLI::App* small = app.add_subcommand("small", "{\"_id\", \"ts\", \"v\"}");
  for (CLI::App* kind : {messages, small}) {
    kind->add_option("--months", months, "over how many months the documents are spread (12)")
        ->check(CLI::Range(1, 1200));
  }
  snapshots->add_option("--monitors", options.monitors, "how many monitors (10)")->check(CLI::Range(1, 1000000));
  snapshots->add_option("--interval", options.interval_s, "seconds between two snapshots of a monitor (300)")
      ->check(CLI::Range(1, 86400));
  app.footer("Example:\n  kalends-generate messages --count 200000 --seed 7 --from 2025-01-01 --months 12");
  std::chrono::year_month_day first;
  try {
    app.parse(argc, argv);
    if (!ParseDate(from, &first)) throw CLI::ValidationError("--from", "'" + from + "' is no day such as 2025-01-01");
  } catch (const CLI::CallForHelp&) {
    std::fputs(app.help().c_str(), stdout);
    return 0;
  } catch (const CLI::ParseError& error) {
    std::fprintf(stderr, "kalends-generate: %s\nSee `kalends-generate --help`.\n", error.what());
    return 2;
  }
  std::chrono::year_month_day last = first + std::chrono::months(months);
  if (!last.ok()) last = last.year() / last.month() / std::chrono::last;
  options.begin_ms = Milliseconds(first);
  options.end_ms = Milliseconds(last);

  std::signal(SIGPIPE, SIG_DFL);  // `| head` ends it.
  LineWriter out;
  const bool done = messages->parsed()    ? GenerateMessages(options, &out)
                    : snapshots->parsed() ? GenerateSnapshots(options, &out)
                                          : GenerateSmall(options, &out);
  if (!done) std::perror("kalends-generate: standard output");
  return done ? 0 : 1;
}

}  // namespace
}  // namespace kalends

int main(int argc, char** argv) { return kalends::Main(argc, argv); }
