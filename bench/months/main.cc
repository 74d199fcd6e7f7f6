// kalends-months: what many months cost. Each part runs in a process of its own, so that memory figures are of that
// part alone. See docs/performance.md.
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include <atomic>
#include <functional>
#include <thread>

#include "bench/measure.h"
#include "bench/months/small_documents.h"
#include "kalends/database.h"

namespace kalends::bench {
namespace {

constexpr TimeUs kBegin{-630'720'000'000'000};  // 1950-01-06: room for 900 months before now.
constexpr std::int64_t kMonthUs = 2'629'746'000'000;

struct Options {
  std::string directory = "kalends-months.tmp";
  std::vector<std::string> parts = {"open", "make", "reopen", "drop", "import"};
  std::uint64_t months_open = 120;
  std::uint64_t months_beside = 600;
  std::uint64_t months_made = 20;
  std::uint64_t reopenings = 1000;
  std::uint64_t drop_documents = 1'000'000;
  std::uint64_t stored = 5'000'000;  // In the store that is imported into,
  std::uint64_t added = 500'000;     // and what is imported.
};

class Months {
 public:
  explicit Months(const Options& options) : options_(options) {}

  // Runs a part in a child; false when it failed.
  static bool InChild(const std::function<void()>& part) {
    std::fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
      part();
      std::fflush(stdout);
      _exit(0);
    }
    int status = 0;
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
  }

  // The steps of a part, each for a process.
  std::vector<std::function<void()>> StepsOf(const std::string& part) {
    if (part == "open") return {[this] { MakeMonths(options_.months_open, 20, true); }, [this] { MeasureOpening(); }};
    if (part == "make") return {[this] { MakeMonths(options_.months_beside, 1, false); }, [this] { MeasureMaking(); }};
    if (part == "reopen") return {[this] { MeasureReopening(); }};
    if (part == "drop") return {[this] { MeasureDrop(); }};
    if (part == "import") {
      return {[this] { MeasureImport("empty", 0); }, [this] { FillForImport(); },
              [this] { MeasureImport("full", options_.stored); }};
    }
    Fail("unknown part " + part);
  }

 private:
  std::unique_ptr<Database> OpenOrMake() const {
    DatabaseOptions options;
    options.create_if_missing = true;
    options.on_event = [](const std::string& event) { std::fprintf(stderr, "%s\n", event.c_str()); };
    return Must(Database::Open(options_.directory, options));
  }
  static Collection Events(Database& database) {
    auto found = database.GetCollection("events");
    return found.has_value() ? *found
                             : Must(database.CreateCollection("events", Must(CollectionSpec::Preset("events"))));
  }
  static Document SmallDocument(std::uint64_t id, TimeUs time) {
    return Must(Document::FromJson(SmallDocuments::Line(id, time)));
  }

  // Months from 1950 on, with some documents each.
  void MakeMonths(std::uint64_t months, std::uint64_t documents, bool seal) const {
    MakeEmpty(options_.directory);
    const auto database = OpenOrMake();
    Collection events = Events(*database);
    SmallDocuments lines(months * documents, 0,
                         {kBegin, {kBegin.value + static_cast<std::int64_t>(months) * kMonthUs}});
    ImportOptions import;
    import.batch = 100;
    Must(events.Import(lines, import));
    if (seal) Must(database->SealAll());
    Must(database->Close());
  }

  void MeasureOpening() const {
    std::vector<double> milliseconds;
    double idle = 0;
    for (int run = 0; run < 5; ++run) {
      const Stopwatch watch;
      const auto database = OpenOrMake();
      milliseconds.push_back(watch.Seconds() * 1e3);
      if (run == 0) {
        std::this_thread::sleep_for(std::chrono::seconds(1));
        idle = ResidentMegabytes();
        std::printf("open: first question (a count of all): ");
        const Stopwatch first;
        Must(Events(*database).Count({}));
        std::printf("%.1f ms\n", first.Seconds() * 1e3);
      }
      Must(database->Close());
    }
    std::printf("open: %llu months: %.1f ms, idle %.0f MB resident\n",
                static_cast<unsigned long long>(options_.months_open), Median(milliseconds), idle);
  }

  // The time to insert into a month that is not there yet, and the longest that another writer waits meanwhile.
  void MeasureMaking() const {
    const auto database = OpenOrMake();
    Collection events = Events(*database);
    std::atomic<bool> stop{false};
    std::atomic<double> longest{0};
    std::thread writer([&] {
      for (std::uint64_t id = 1U << 30U; !stop.load(); ++id) {
        const Document document = SmallDocument(id, kBegin);
        const Stopwatch watch;
        Must(events.Insert(document));
        longest.store(std::max(longest.load(), watch.Seconds() * 1e3));
      }
    });
    std::this_thread::sleep_for(std::chrono::seconds(2));
    const double alone = longest.exchange(0);
    std::vector<double> milliseconds;
    for (std::uint64_t i = 0; i < options_.months_made; ++i) {
      const auto month = static_cast<std::int64_t>(options_.months_beside + 2 + i);
      const Document document = SmallDocument((1U << 31U) + i, {kBegin.value + month * kMonthUs});
      const Stopwatch watch;
      Must(events.Insert(document));
      milliseconds.push_back(watch.Seconds() * 1e3);
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    stop = true;
    writer.join();
    std::printf(
        "make: a month beside %llu: p50 %.1f ms, longest %.1f ms; longest wait of another writer %.1f ms (%.1f ms "
        "before)\n",
        static_cast<unsigned long long>(options_.months_beside), Median(milliseconds), Quantile(milliseconds, 1),
        longest.load(), alone);
    Must(database->Close());
  }

  void MeasureReopening() const {
    MakeEmpty(options_.directory);
    std::vector<double> openings;
    const Stopwatch all;
    for (std::uint64_t run = 0; run < options_.reopenings; ++run) {
      const Stopwatch watch;
      const auto database = OpenOrMake();
      openings.push_back(watch.Seconds() * 1e3);
      Must(Events(*database).Insert(SmallDocument(run, kBegin)));
      Must(database->Close());
    }
    const double seconds = all.Seconds();
    const std::vector<double> last(
        openings.end() - static_cast<std::ptrdiff_t>(std::min<std::size_t>(20, openings.size())), openings.end());
    const auto database = OpenOrMake();
    const std::uint64_t documents = Must(Events(*database).Count({}));
    if (documents != options_.reopenings) Fail("documents are missing after the reopenings");
    std::uint64_t segments = 0;
    for (const PartitionStats& partition : Must(database->Stats("events")).partitions) segments += partition.segments;
    std::printf("reopen: %llu times open, insert, close in %.1f s; then %llu segments, opening takes %.1f ms\n",
                static_cast<unsigned long long>(options_.reopenings), seconds,
                static_cast<unsigned long long>(segments), Median(last));
    Must(database->Close());
  }

  void MeasureDrop() const {
    MakeEmpty(options_.directory);
    const auto database = OpenOrMake();
    Collection events = Events(*database);
    const TimeUs begin = Must(ParseTime("2024-03-01"));
    SmallDocuments lines(options_.drop_documents, 0, {begin, {begin.value + 30 * 86'400'000'000}});
    Must(events.Import(lines, {}));
    Must(database->SealAll());
    const std::uint64_t before = DiskBytes(options_.directory);
    const Stopwatch watch;
    const DropReport report = Must(database->Drop("events", "2024-03", false));
    const double returned = watch.Seconds();
    if (report.documents != options_.drop_documents) Fail("the drop reports another number of documents");
    while (DiskBytes(options_.directory) + report.bytes * 95 / 100 > before && watch.Seconds() < 60) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    std::printf("drop: %llu documents: returned in %.1f ms, %.1f MB back after %.1f ms\n",
                static_cast<unsigned long long>(report.documents), returned * 1e3,
                static_cast<double>(before - DiskBytes(options_.directory)) / 1e6, watch.Seconds() * 1e3);
    Must(database->Close());
  }

  // 60 months to the end of 2024.
  TimeRange SixtyMonths() const { return {Must(ParseTime("2020-01-01")), Must(ParseTime("2025-01-01"))}; }

  void FillForImport() const {
    MakeEmpty(options_.directory);
    const auto database = OpenOrMake();
    SmallDocuments lines(options_.stored, 0, SixtyMonths());
    Must(Events(*database).Import(lines, {}));
    Must(database->Close());
  }

  void MeasureImport(const char* store, std::uint64_t first_id) const {
    if (first_id == 0) MakeEmpty(options_.directory);
    const auto database = OpenOrMake();
    Collection events = Events(*database);
    SmallDocuments lines(options_.added, options_.stored, SixtyMonths());
    const double cpu = CpuSeconds();
    const Stopwatch watch;
    const ImportReport report = Must(events.Import(lines, {}));
    Must(database->SealAll());
    const double seconds = watch.Seconds();
    if (report.inserted != options_.added) Fail("the import did not insert every document");
    std::printf(
        "import: %llu documents over 60 months into a store of %llu (%s): %.0f documents/s, %.1f us CPU a document\n",
        static_cast<unsigned long long>(options_.added), static_cast<unsigned long long>(first_id), store,
        static_cast<double>(options_.added) / seconds,
        (CpuSeconds() - cpu) * 1e6 / static_cast<double>(options_.added));
    Must(database->Close());
  }

  const Options& options_;
};

}  // namespace
}  // namespace kalends::bench

int main(int argc, char** argv) {
  kalends::bench::Options options;
  CLI::App app("Measures what many months cost");
  app.add_option("parts", options.parts, "open, make, reopen, drop, import; all unless given");
  app.add_option("--directory", options.directory, "where the databases are made; removed at the end");
  app.add_option("--months-open", options.months_open, "open: months of the database");
  app.add_option("--months-beside", options.months_beside, "make: months that are there");
  app.add_option("--months-made", options.months_made, "make: months that are made");
  app.add_option("--reopenings", options.reopenings, "reopen: times");
  app.add_option("--drop-documents", options.drop_documents, "drop: documents in the month");
  app.add_option("--stored", options.stored, "import: documents that are there");
  app.add_option("--added", options.added, "import: documents that are imported");
  CLI11_PARSE(app, argc, argv);
  kalends::bench::Months months(options);
  bool all_passed = true;
  for (const std::string& part : options.parts) {
    for (const auto& step : months.StepsOf(part)) {
      if (!kalends::bench::Months::InChild(step)) {
        all_passed = false;
        break;
      }
    }
    std::filesystem::remove_all(options.directory);
  }
  return all_passed ? 0 : 1;
}
