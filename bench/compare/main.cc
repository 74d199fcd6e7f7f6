// kalends-compare: the same documents and questions on Kalends and on SQLite, in one run. Answers are compared before
// anything is timed; runs alternate, and the median run is printed. Both read the lines from memory. See
// docs/performance.md.
#include <CLI/CLI.hpp>

#include <array>
#include <functional>
#include <random>

#include "bench/compare/subject.h"
#include "bench/measure.h"
#include "kalends/document.h"

namespace kalends::bench {
namespace {

constexpr std::int64_t kDayUs = 86'400'000'000;

struct Options {
  std::string file;
  std::string directory = "kalends-compare.tmp";
  std::size_t count = 1'000'000;
  std::size_t import_runs = 1;
  std::size_t runs = 3;
  std::size_t gets = 20'000;
  std::size_t ranges = 1'000;
  std::size_t updates = 100'000;
};

class Comparison {
 public:
  explicit Comparison(Options options)
      : options_(std::move(options)), messages_(Messages::Read(options_.file, options_.count)) {
    subjects_[0] = MakeKalends();
    subjects_[1] = MakeSqlite();
  }

  void Run() {
    std::size_t bytes = 0;
    for (const std::string_view line : messages_.lines) bytes += line.size();
    std::printf("%zu documents of %zu bytes, %.0f days\n", messages_.lines.size(), bytes / messages_.lines.size(),
                static_cast<double>(messages_.time.end.value - messages_.time.begin.value) / kDayUs);
    std::printf("%-44s %12s %12s %8s\n", "", "kalends", "sqlite", "ratio");
    Import();
    CompareAnswers();
    Gets();
    Ranges();
    Scans();
    Updates();
    for (const auto& subject : subjects_) subject->Close();
    std::filesystem::remove_all(options_.directory);
  }

 private:
  using Figures = std::array<std::vector<double>, 2>;  // Of each subject, a figure a run.

  std::string DirectoryOf(std::size_t subject) const { return options_.directory + "/" + subjects_[subject]->name(); }

  static void Print(const std::string& what, const Figures& figures) {
    const double kalends = Median(figures[0]);
    const double sqlite = Median(figures[1]);
    std::printf("%-44s %12.1f %12.1f %8.2f\n", what.c_str(), kalends, sqlite, kalends / sqlite);
    std::fflush(stdout);
  }

  void Import() {
    Figures rate;
    Figures cpu;
    Figures disk;
    const auto documents = static_cast<double>(messages_.lines.size());
    for (std::size_t run = 0; run < options_.import_runs; ++run) {
      for (std::size_t i = 0; i < 2; ++i) {
        subjects_[i]->Create(DirectoryOf(i));
        const double cpu_before = CpuSeconds();
        const Stopwatch watch;
        subjects_[i]->Import(messages_);
        rate[i].push_back(documents / watch.Seconds());
        cpu[i].push_back((CpuSeconds() - cpu_before) * 1e6 / documents);
        disk[i].push_back(static_cast<double>(DiskBytes(DirectoryOf(i))) / 1e6);
      }
    }
    Print("import, documents/s", rate);
    Print("import, CPU us a document", cpu);
    Print("on disk, MB", disk);
  }

  // Random ids, and ranges of `days` whole days within the time of the documents.
  std::vector<std::string_view> RandomIds(std::size_t count, unsigned seed) const {
    std::mt19937_64 random(seed);
    std::vector<std::string_view> ids;
    for (std::size_t i = 0; i < count; ++i) ids.push_back(messages_.ids[random() % messages_.ids.size()]);
    return ids;
  }
  std::vector<TimeRange> RandomRanges(std::size_t count, std::int64_t days, unsigned seed) const {
    std::mt19937_64 random(seed);
    const std::int64_t room =
        std::max<std::int64_t>(1, (messages_.time.end.value - messages_.time.begin.value) - days * kDayUs);
    std::vector<TimeRange> ranges;
    for (std::size_t i = 0; i < count; ++i) {
      const std::int64_t begin =
          messages_.time.begin.value + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(room));
      ranges.push_back({{begin}, {begin + days * kDayUs}});
    }
    return ranges;
  }

  static bool SameDocument(const std::string& a, const std::string& b) {
    return a == b || (!a.empty() && !b.empty() &&
                      Identical(Must(Document::FromJson(a)).value(), Must(Document::FromJson(b)).value()));
  }

  void CompareAnswers() {
    for (const std::string_view id : RandomIds(1000, 1)) {
      if (!SameDocument(subjects_[0]->Get(id), subjects_[1]->Get(id)))
        Fail("the answers for " + std::string(id) + " differ");
    }
    for (const TimeRange range : RandomRanges(50, 7, 2)) {
      std::array<std::vector<std::string>, 2> found;
      for (std::size_t i = 0; i < 2; ++i) subjects_[i]->Newest(range, 100, &found[i]);
      if (!std::equal(found[0].begin(), found[0].end(), found[1].begin(), found[1].end(), SameDocument))
        Fail("the newest of a week differ");
    }
    for (const TimeRange range : RandomRanges(50, 90, 3)) {
      if (subjects_[0]->Count(range) != subjects_[1]->Count(range)) Fail("the counts of 90 days differ");
    }
    std::array<std::vector<std::string>, 2> scanned;
    for (std::size_t i = 0; i < 2; ++i) {
      subjects_[i]->Scan(
          true, [ids = &scanned[i]](std::string_view text) { ids->emplace_back(TextBehind(text, "\"uuid\":\"")); });
    }
    if (scanned[0].size() != messages_.lines.size() || scanned[0] != scanned[1]) Fail("the scans differ");
  }

  // The median over the runs of the p50 and of the p99 of `count` operations, in microseconds.
  void Latencies(const std::string& what, std::size_t count,
                 const std::function<void(Subject&, std::size_t)>& operation) {
    Figures p50;
    Figures p99;
    for (std::size_t run = 0; run < options_.runs; ++run) {
      for (std::size_t i = 0; i < 2; ++i) {
        std::vector<double> micros;
        for (std::size_t n = 0; n < count; ++n) {
          const Stopwatch watch;
          operation(*subjects_[i], n);
          micros.push_back(watch.Micros());
        }
        p50[i].push_back(Quantile(micros, 0.5));
        p99[i].push_back(Quantile(micros, 0.99));
      }
    }
    Print(what + ", p50 us", p50);
    Print(what + ", p99 us", p99);
  }

  void Gets() {
    const auto ids = RandomIds(options_.gets, 4);
    Latencies("get by id, as text", ids.size(), [&ids](Subject& subject, std::size_t n) {
      if (subject.Get(ids[n]).empty()) Fail("an id was not found");
    });
  }

  void Ranges() {
    const auto weeks = RandomRanges(options_.ranges, 7, 5);
    std::vector<std::string> found;
    Latencies("newest 100 of a week", weeks.size(),
              [&](Subject& subject, std::size_t n) { subject.Newest(weeks[n], 100, &found); });
    const auto quarters = RandomRanges(options_.ranges / 10 + 1, 90, 6);
    Latencies("count of 90 days", quarters.size(),
              [&](Subject& subject, std::size_t n) { subject.Count(quarters[n]); });
  }

  void Scans() {
    for (const bool as_text : {true, false}) {
      Figures rate;
      for (std::size_t run = 0; run < options_.runs; ++run) {
        for (std::size_t i = 0; i < 2; ++i) {
          const Stopwatch watch;
          std::size_t documents = 0;
          subjects_[i]->Scan(as_text, [&documents](std::string_view /*text*/) { ++documents; });
          rate[i].push_back(static_cast<double>(documents) / watch.Seconds());
        }
      }
      Print(as_text ? "scan, oldest first, as text, documents/s" : "scan, as documents (sqlite: text), documents/s",
            rate);
    }
  }

  // Single-document commits: for each 100 inserts a delete and a replacement of earlier documents at random.
  void Updates() {
    Figures rate;
    Figures cpu;
    const std::size_t inserts = std::min(options_.updates, messages_.lines.size());
    for (std::size_t run = 0; run < options_.runs; ++run) {
      for (std::size_t i = 0; i < 2; ++i) {
        Subject& subject = *subjects_[i];
        subject.Create(DirectoryOf(i) + "-updates");
        std::mt19937_64 random(7);
        std::vector<std::size_t> alive;
        const double cpu_before = CpuSeconds();
        const Stopwatch watch;
        std::size_t operations = 0;
        for (std::size_t n = 0; n < inserts; ++n, ++operations) {
          subject.Insert(messages_.lines[n]);
          alive.push_back(n);
          if (n % 100 != 99) continue;
          std::swap(alive[random() % alive.size()], alive.back());
          subject.Delete(messages_.ids[alive.back()]);
          alive.pop_back();
          const std::size_t changed = alive[random() % alive.size()];
          std::string line(messages_.lines[changed]);
          line.insert(line.size() - 1, ",\"edited\":true");
          subject.Replace(messages_.ids[changed], line);
          operations += 2;
        }
        rate[i].push_back(static_cast<double>(operations) / watch.Seconds());
        cpu[i].push_back((CpuSeconds() - cpu_before) * 1e6 / static_cast<double>(operations));
        if (subject.Count(TimeRange()) != alive.size()) Fail(subject.name() + " counts wrongly after the updates");
        subject.Close();
        std::filesystem::remove_all(DirectoryOf(i) + "-updates");
      }
    }
    Print("single commits, 1 % deletes, commits/s", rate);
    Print("single commits, CPU us a commit", cpu);
  }

  const Options options_;
  const Messages messages_;
  std::array<std::unique_ptr<Subject>, 2> subjects_;
};

}  // namespace
}  // namespace kalends::bench

int main(int argc, char** argv) {
  kalends::bench::Options options;
  CLI::App app("Measures Kalends and SQLite on the same messages");
  app.add_option("file", options.file, "NDJSON of `kalends-generate messages`")->required();
  app.add_option("--directory", options.directory, "where the stores are made; removed at the end");
  app.add_option("--count", options.count, "documents read at most");
  app.add_option("--import-runs", options.import_runs, "imports of each");
  app.add_option("--runs", options.runs, "alternated runs of all else");
  app.add_option("--gets", options.gets, "ids asked for in a run");
  app.add_option("--ranges", options.ranges, "weeks asked for in a run");
  app.add_option("--updates", options.updates, "inserts of the update load");
  CLI11_PARSE(app, argc, argv);
  kalends::bench::Comparison(options).Run();
}
