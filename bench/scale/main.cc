// kalends-scale: one month that grows. Imports small documents and stops at sizes on the way to measure what a single
// insert and a question cost there, the memory and the disk. See docs/performance.md.
#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "bench/measure.h"
#include "bench/scale/session_documents.h"
#include "kalends/database.h"

namespace kalends::bench {
namespace {

struct Options {
  std::string directory = "kalends-scale.tmp";
  std::uint64_t documents = 10'000'000;
  std::vector<std::uint64_t> sizes = {1'000'000, 3'000'000, 10'000'000, 30'000'000, 100'000'000};
  std::uint64_t singles = 300;
  std::uint64_t gets = 1'000;
  std::uint64_t users = 10;
  double seconds_max = 60;
  std::uint64_t memory_mib = 256;
  std::uint64_t cache_mib = 256;
  std::string csv;
  bool keep = false;
};

// What was measured at a size. Times in microseconds.
struct Point {
  std::uint64_t documents = 0;
  double inserts_per_second = 0;  // Of the documents since the size before, all sealed.
  double insert_p50 = 0;
  double insert_p99 = 0;
  double get_p50 = 0;
  double get_p99 = 0;
  double get_disk_kb = 0;  // Read from the disk for each, on average.
  double newest_p50 = 0;
  double newest_p99 = 0;
  double newest_disk_kb = 0;
  double count_p50 = 0;
  double resident_mb = 0;
  double resident_peak_mb = 0;
  double rows_mb = 0;
  double index_mb = 0;
  double text_mb = 0;
  double columns_mb = 0;
  double disk_mb = 0;
  double segments = 0;
};

// As the table and the file show it.
struct Column {
  const char* name;
  double Point::*value;
  int decimals;
};
constexpr std::array<Column, 18> kColumns = {{{"inserts/s", &Point::inserts_per_second, 0},
                                              {"insert p50 us", &Point::insert_p50, 1},
                                              {"insert p99 us", &Point::insert_p99, 1},
                                              {"get p50 us", &Point::get_p50, 1},
                                              {"get p99 us", &Point::get_p99, 1},
                                              {"get disk KB", &Point::get_disk_kb, 1},
                                              {"newest p50 us", &Point::newest_p50, 0},
                                              {"newest p99 us", &Point::newest_p99, 0},
                                              {"newest disk KB", &Point::newest_disk_kb, 1},
                                              {"count p50 us", &Point::count_p50, 0},
                                              {"RSS MB", &Point::resident_mb, 0},
                                              {"RSS peak MB", &Point::resident_peak_mb, 0},
                                              {"rows MB", &Point::rows_mb, 1},
                                              {"index MB", &Point::index_mb, 1},
                                              {"text MB", &Point::text_mb, 1},
                                              {"columns MB", &Point::columns_mb, 1},
                                              {"disk MB", &Point::disk_mb, 1},
                                              {"segments", &Point::segments, 0}}};

class Scale {
 public:
  explicit Scale(Options options)
      : options_(std::move(options)),
        // 30 days of the 31: what is inserted behind the last size is of the same month.
        documents_(options_.sizes, {kBegin, {kBegin.value + 30 * 86'400'000'000}}) {}

  void Run() {
    Create();
    PrintHeader();
    for (std::size_t size = 0; size < options_.sizes.size(); ++size) {
      points_.push_back(Measure(size));
      PrintRow(points_.back());
    }
    CompareWithTenth();
    std::printf("resident at most %.0f MB; --memory and --cache are %.0f MB together\n",
                points_.back().resident_peak_mb,
                static_cast<double>((options_.memory_mib + options_.cache_mib) << 20U) / 1e6);
    collection_.reset();
    Must(database_->Close());
    if (!options_.keep) std::filesystem::remove_all(options_.directory);
    if (!options_.csv.empty()) WriteCsv();
  }

 private:
  static constexpr TimeUs kBegin{1'709'251'200'000'000};  // 2024-03-01.

  void Create() {
    MakeEmpty(options_.directory);
    DatabaseOptions options;
    options.create_if_missing = true;
    options.memory_bytes = options_.memory_mib << 20U;
    options.cache_bytes = options_.cache_mib << 20U;
    options.on_event = [](const std::string& event) { std::fprintf(stderr, "%s\n", event.c_str()); };
    database_ = Must(Database::Open(options_.directory, options));
    CollectionSpec spec;
    spec.time_fields = {"t"};
    spec.time_unit = TimeUnit::kMilliseconds;
    spec.indexes = {"session", "user"};
    spec.compress_above = 1024;  // Small documents are compressed by block.
    collection_ = Must(database_->CreateCollection("events", spec));
  }

  Point Measure(std::size_t size) {
    Point point;
    point.inserts_per_second = ImportTo(options_.sizes[size]);
    point.documents = stored_;
    Describe(&point);
    const std::vector<double> inserts = InsertSingly();
    point.insert_p50 = Median(inserts);
    point.insert_p99 = Quantile(inserts, 0.99);
    std::uint64_t read_before = BytesReadFromDisk();
    const std::vector<double> gets = GetRandom();
    point.get_disk_kb = KilobytesEach(read_before, gets.size());
    point.get_p50 = Median(gets);
    point.get_p99 = Quantile(gets, 0.99);
    read_before = BytesReadFromDisk();
    const std::vector<double> newest = FindNewest(size);
    point.newest_disk_kb = KilobytesEach(read_before, newest.size());
    point.newest_p50 = Median(newest);
    point.newest_p99 = Quantile(newest, 0.99);
    point.count_p50 = Median(CountByUser());
    point.resident_mb = ProcessMegabytes("VmRSS:");
    point.resident_peak_mb = ProcessMegabytes("VmHWM:");
    return point;
  }

  static double KilobytesEach(std::uint64_t read_before, std::size_t count) {
    return static_cast<double>(BytesReadFromDisk() - read_before) / 1e3 / static_cast<double>(count);
  }

  // Documents a second, the clock running until all are sealed and merged.
  double ImportTo(std::uint64_t size) {
    const std::uint64_t begin = stored_;
    SessionLines lines(documents_, begin, std::max(size, begin));
    const Stopwatch watch;
    stored_ += Must(collection_->Import(lines, {})).inserted;
    Must(database_->SealAll());
    const double seconds = watch.Seconds();
    if (stored_ < size) Fail("the import did not insert every document");
    return static_cast<double>(stored_ - begin) / seconds;
  }

  void Describe(Point* point) const {
    for (const PartitionStats& partition : Must(database_->Stats("events")).partitions) {
      point->rows_mb += static_cast<double>(partition.disk_bytes.rows) / 1e6;
      point->index_mb += static_cast<double>(partition.disk_bytes.index) / 1e6;
      point->text_mb += static_cast<double>(partition.disk_bytes.text) / 1e6;
      point->columns_mb += static_cast<double>(partition.disk_bytes.columns) / 1e6;
      point->segments += static_cast<double>(partition.segments);
    }
    point->disk_mb = static_cast<double>(DiskBytes(options_.directory)) / 1e6;
  }

  // A commit each, not synced; reading the text is not counted.
  std::vector<double> InsertSingly() {
    std::vector<Document> documents;
    std::string line;
    for (std::uint64_t n = 0; n < options_.singles; ++n) {
      documents_.Write(stored_ + n, &line);
      documents.push_back(Must(Document::FromJson(line)));
    }
    stored_ += documents.size();
    return MicrosOfEach(documents.size(), 1e9, [&](std::size_t n) { Must(collection_->Insert(documents[n])); });
  }

  std::vector<double> GetRandom() {
    return MicrosOfEach(options_.gets, options_.seconds_max, [&](std::size_t /*n*/) {
      const auto id = static_cast<std::int64_t>(random_() % stored_);
      if (!Must(collection_->Get(Value::Long(id)))) Fail("an id was not found");
    });
  }

  // Each rare session of the size once: nothing of it was asked for before.
  std::vector<double> FindNewest(std::size_t size) const {
    return MicrosOfEach(SessionDocuments::kRareSessions, options_.seconds_max, [&](std::size_t n) {
      Query query;
      query.filter = DocumentBuilder().Add("session", SessionDocuments::RareName(size, n)).Build();
      query.limit = 100;
      if (Must(Must(collection_->Find(query)).ToVector()).empty()) Fail("a session was not found");
    });
  }

  std::vector<double> CountByUser() {
    std::vector<std::uint64_t> expected(SessionDocuments::kUsers);
    for (std::uint64_t number = 0; number < stored_; ++number) ++expected[SessionDocuments::UserOf(number)];
    return MicrosOfEach(options_.users, options_.seconds_max, [&](std::size_t /*n*/) {
      const std::uint64_t user = random_() % SessionDocuments::kUsers;
      Query query;
      query.filter = DocumentBuilder().Add("user", SessionDocuments::UserName(user)).Build();
      if (Must(collection_->Count(query)) != expected[user]) Fail("a count is wrong");
    });
  }

  static void PrintHeader() {
    std::printf("%11s", "documents");
    for (const Column& column : kColumns) std::printf(" %13s", column.name);
    std::printf("\n");
    std::fflush(stdout);
  }
  static void PrintRow(const Point& point) {
    std::printf("%11llu", static_cast<unsigned long long>(point.documents));
    for (const Column& column : kColumns) std::printf(" %13.*f", column.decimals, point.*column.value);
    std::printf("\n");
    std::fflush(stdout);
  }

  // The last size beside the one of a tenth of it.
  void CompareWithTenth() const {
    const auto tenth = std::find(options_.sizes.begin(), options_.sizes.end(), options_.sizes.back() / 10);
    if (tenth == options_.sizes.end()) return;
    const Point& before = points_[static_cast<std::size_t>(tenth - options_.sizes.begin())];
    const Point& after = points_.back();
    std::printf(
        "%llu documents beside %llu, times slower (at most 1.5): inserts/s %.2f, insert p50 %.2f, get p50 %.2f, "
        "newest p50 %.2f\n",
        static_cast<unsigned long long>(after.documents), static_cast<unsigned long long>(before.documents),
        before.inserts_per_second / after.inserts_per_second, after.insert_p50 / before.insert_p50,
        after.get_p50 / before.get_p50, after.newest_p50 / before.newest_p50);
  }

  void WriteCsv() const {
    std::ofstream out(options_.csv);
    out << "documents";
    for (const Column& column : kColumns) out << "," << column.name;
    out << "\n";
    for (const Point& point : points_) {
      out << point.documents;
      for (const Column& column : kColumns) out << "," << point.*column.value;
      out << "\n";
    }
    if (!out.flush()) Fail("cannot write " + options_.csv);
  }

  const Options options_;
  const SessionDocuments documents_;
  std::unique_ptr<Database> database_;
  std::optional<Collection> collection_;
  std::uint64_t stored_ = 0;  // Their numbers are 0 to this.
  std::mt19937_64 random_{1};
  std::vector<Point> points_;
};

}  // namespace
}  // namespace kalends::bench

int main(int argc, char** argv) {
  kalends::bench::Options options;
  CLI::App app("Measures one month that grows");
  app.add_option("--directory", options.directory, "where the database is made; removed at the end");
  app.add_option("--documents", options.documents, "how many there are at the end")->check(CLI::PositiveNumber);
  app.add_option("--sizes", options.sizes, "where to stop and measure, beside the end; larger ones are left out")
      ->delimiter(',');
  app.add_option("--singles", options.singles, "documents inserted one by one at each size");
  app.add_option("--gets", options.gets, "ids asked for at each size");
  app.add_option("--users", options.users, "counts of a user's documents at each size");
  app.add_option("--seconds", options.seconds_max, "questions of a kind end after these, but not before the third");
  app.add_option("--memory", options.memory_mib, "MiB of write buffers and tails");
  app.add_option("--cache", options.cache_mib, "MiB of blocks read");
  app.add_option("--csv", options.csv, "a file for the table");
  app.add_flag("--keep", options.keep, "leave the database in its directory");
  CLI11_PARSE(app, argc, argv);
  std::vector<std::uint64_t>& sizes = options.sizes;
  std::erase_if(sizes, [&](std::uint64_t size) { return size >= options.documents; });
  sizes.push_back(options.documents);
  std::sort(sizes.begin(), sizes.end());
  sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
  kalends::bench::Scale(std::move(options)).Run();
}
