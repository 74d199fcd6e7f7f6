// Real documents, all of them: in, out again as they were, and in once more. The files lie outside the project:
// KALENDS_TEST_DATA names their folder.
#include <xxhash.h>
#include <zstd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/engine/engine_test_support.h"
#include "tests/engine/line_sources.h"
#include "tests/engine/scratch_directory.h"

namespace kalends {
namespace {

namespace fs = std::filesystem;

std::string DataFolder(const std::string& kind) {
  const char* const given = std::getenv("KALENDS_TEST_DATA");
  const fs::path root = given != nullptr ? fs::path(given) : fs::path(KALENDS_SOURCE_DIR) / "../shared";
  return (root / "data" / kind).string();
}

std::vector<std::string> ReadZstd(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string compressed((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  ZSTD_DStream* const stream = ZSTD_createDStream();
  ZSTD_inBuffer in{compressed.data(), compressed.size(), 0};
  std::string text;
  std::vector<char> buffer(ZSTD_DStreamOutSize());
  std::size_t left = 1;
  while (in.pos < in.size || left != 0) {
    ZSTD_outBuffer out{buffer.data(), buffer.size(), 0};
    left = ZSTD_decompressStream(stream, &out, &in);
    if (ZSTD_isError(left) != 0U || (in.pos == in.size && out.pos == 0)) break;
    text.append(buffer.data(), out.pos);
  }
  ZSTD_freeDStream(stream);
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

std::vector<std::string> LinesOf(const std::string& folder) {
  std::set<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".zst") paths.insert(entry.path());
  }
  std::vector<std::string> lines;
  for (const fs::path& path : paths) {
    for (std::string& line : ReadZstd(path)) lines.push_back(std::move(line));
  }
  return lines;
}

// Types and the order of fields count.
std::pair<std::uint64_t, std::uint64_t> HashOf(const Document& document) {
  const std::string json = document.ToJson(JsonStyle::kCanonical);
  const XXH128_hash_t hash = XXH3_128bits(json.data(), json.size());
  return {hash.high64, hash.low64};
}

// The month of a time as the standard library tells it: of an ISO text with an offset, or of seconds.
std::optional<std::string> MonthOf(const Value& time) {
  std::chrono::sys_seconds instant;
  if (time.is_string()) {
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int length = 0;
    const std::string text(time.as_string());
    if (std::sscanf(text.c_str(), "%d-%u-%uT%d:%d:%d%n", &year, &month, &day, &hour, &minute, &second, &length) != 6)
      return std::nullopt;
    instant = std::chrono::sys_days(std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day)) +
              std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second);
    const std::string zone =
        text.substr(std::min(text.find_first_of("+-Z", static_cast<std::size_t>(length)), text.size()));
    int offset_hours = 0;
    int offset_minutes = 0;
    if (zone.size() > 1 && std::sscanf(zone.c_str() + 1, "%d:%d", &offset_hours, &offset_minutes) == 2) {
      const auto offset = std::chrono::hours(offset_hours) + std::chrono::minutes(offset_minutes);
      instant -= zone[0] == '-' ? -offset : offset;
    }
  } else if (time.is_integer()) {
    instant = std::chrono::sys_seconds(std::chrono::seconds(time.as_integer()));
  } else {
    return std::nullopt;
  }
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(instant));
  std::string name = std::to_string(static_cast<int>(date.year()));
  const unsigned month = static_cast<unsigned>(date.month());
  return name + (month < 10 ? "_0" : "_") + std::to_string(month);
}

struct Expectation {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> documents;  // Those that are stored, sorted.
  std::map<std::string, std::uint64_t> months;                     // Of those with a time.
  std::uint64_t untimed = 0;                                       // Stored without one.
  std::uint64_t bad = 0;
  std::uint64_t repeated = 0;
};

Expectation ExpectFrom(const std::vector<std::string>& lines, const CollectionSpec& spec) {
  Expectation expected;
  std::set<std::string> ids;
  for (const std::string& line : lines) {
    const auto document = Document::FromJson(line);
    if (!document.has_value()) {
      ++expected.bad;
      continue;
    }
    const Value id = document->Get(spec.id_field);
    if (!id.is_missing() && !id.is_null() && !ids.insert(ToJson(id)).second) {
      ++expected.repeated;
      continue;
    }
    expected.documents.push_back(HashOf(*document));
    std::optional<std::string> month;
    for (const std::string& field : spec.time_fields) {
      const std::size_t dot = field.find('.');
      const Value time = dot == std::string::npos ? document->Get(field)
                                                  : document->Get(field.substr(0, dot)).Get(field.substr(dot + 1));
      if (!month) month = MonthOf(time);
    }
    if (month) {
      ++expected.months[*month];
    } else {
      ++expected.untimed;
    }
  }
  std::sort(expected.documents.begin(), expected.documents.end());
  return expected;
}

void ImportsAndExportsAll(const std::string& kind, const std::string& preset, std::uint64_t bad_lines) {
  const std::string folder = DataFolder(kind);
  if (!fs::exists(folder)) GTEST_SKIP() << "no real data in " << folder << "; set KALENDS_TEST_DATA";
  const std::vector<std::string> lines = LinesOf(folder);
  const CollectionSpec spec = Must(CollectionSpec::Preset(preset));
  const Expectation expected = ExpectFrom(lines, spec);
  EXPECT_EQ(expected.bad, bad_lines);

  const ScratchDirectory scratch;
  auto database = OpenDatabase(scratch / "db");
  Collection collection = Must(database->CreateCollection(kind, spec));
  ImportOptions options;
  options.on_error = OnError::kSkip;
  std::uint64_t rejects = 0;
  options.on_reject = [&rejects](const ImportReject&) { ++rejects; };
  const auto import = [&] {
    VectorLines source(lines);
    return Must(collection.Import(source, options));
  };
  const ImportReport first = import();
  EXPECT_EQ(first.inserted, expected.documents.size());
  EXPECT_EQ(first.duplicates + first.conflicts, expected.repeated);
  EXPECT_EQ(first.rejected, expected.bad);
  EXPECT_EQ(rejects, expected.bad);
  EXPECT_EQ(first.read, lines.size());

  Must(database->Close());
  database = OpenDatabase(scratch / "db", false);
  collection = Must(database->GetCollection(kind));

  const auto check_export = [&] {
    std::vector<std::pair<std::uint64_t, std::uint64_t>> exported;
    Cursor cursor = Must(collection.Find(OldestFirst()));
    Document document;
    while (Must(cursor.Next(&document))) exported.push_back(HashOf(document));
    std::sort(exported.begin(), exported.end());
    EXPECT_TRUE(exported == expected.documents);
  };
  check_export();

  // Months, those of arrival aside.
  std::map<std::string, std::uint64_t> months;
  std::uint64_t documents = 0;
  for (const PartitionStats& stats : Must(database->Stats(kind)).partitions) {
    months[stats.name.substr(kind.size() + 1)] = stats.documents;
    documents += stats.documents;
  }
  EXPECT_EQ(documents, expected.documents.size());
  std::uint64_t elsewhere = 0;
  for (const auto& [month, count] : months) {
    const auto known = expected.months.find(month);
    const std::uint64_t timed = known == expected.months.end() ? 0 : known->second;
    EXPECT_GE(count, timed) << month;
    elsewhere += count - timed;
  }
  EXPECT_EQ(elsewhere, expected.untimed);

  const ImportReport again = import();
  EXPECT_EQ(again.inserted, 0U);
  EXPECT_EQ(again.replaced, 0U);
  EXPECT_EQ(again.duplicates + again.conflicts, expected.documents.size() + expected.repeated);
  EXPECT_EQ(again.conflicts, first.conflicts);
  check_export();
  EXPECT_EQ(FaultsOf(*database), "");
}

TEST(RealData, ImportsAndExportsAllMessages) { ImportsAndExportsAll("messages", "transcripts", 531); }
TEST(RealData, ImportsAndExportsAllEvents) { ImportsAndExportsAll("events", "events", 0); }

}  // namespace
}  // namespace kalends
