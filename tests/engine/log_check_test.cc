#include "engine/log_check.h"

#include <gtest/gtest.h>
#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/crc32c.h"
#include "engine/log_file.h"
#include "format/varint.h"
#include "tests/engine/scratch_directory.h"

namespace kalends {
namespace {

namespace fs = std::filesystem;

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}
void WriteAll(const std::string& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }

std::vector<std::string> Logs(const std::string& directory) {
  std::vector<std::string> paths;
  const auto logs = ListLogs(directory);
  if (!logs) return paths;
  for (const LogName& log : *logs) paths.push_back(log.path);
  return paths;
}

std::string Key(int number) { return "key " + std::to_string(1000 + number); }

// A database that was written and not closed: RocksDB's own logs, one a part of `parts`, a batch of each size in it.
void WriteLogs(const std::string& directory, const std::vector<std::vector<std::size_t>>& parts) {
  const ScratchDirectory scratch;
  rocksdb::Options options;
  options.create_if_missing = true;
  // The logs stay as long as this family, which is never flushed, has keys in the first of them.
  options.create_missing_column_families = true;
  std::vector<rocksdb::ColumnFamilyHandle*> families;
  rocksdb::DB* db = nullptr;
  const auto status =
      rocksdb::DB::Open(options, scratch / "db", {{"default", options}, {"other", options}}, &families, &db);
  ASSERT_TRUE(status.ok()) << status.ToString();
  int number = 0;
  for (std::size_t part = 0; part < parts.size(); ++part) {
    for (const std::size_t size : parts[part]) {
      ASSERT_TRUE(db->Put({}, families[0], Key(number), std::string(size, static_cast<char>('a' + number % 26))).ok());
      ++number;
    }
    if (part + 1 == parts.size()) break;
    // Flushing the other family begins a new log.
    ASSERT_TRUE(db->Put({}, families[1], "key", "value").ok());
    ASSERT_TRUE(db->Flush({}, families[1]).ok());
  }
  fs::copy(scratch / "db", directory);
  for (auto* family : families) ASSERT_TRUE(db->DestroyColumnFamilyHandle(family).ok());
  delete db;
  ASSERT_EQ(Logs(directory).size(), parts.size());
}

// The keys from 0 that RocksDB finds, and none behind a gap. -1 where it does not open, -2 where there is a gap.
int KeysFound(const std::string& directory) {
  const ScratchDirectory scratch;
  fs::copy(directory, scratch / "db");
  rocksdb::Options options;
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  std::vector<rocksdb::ColumnFamilyHandle*> families;
  rocksdb::DB* db = nullptr;
  const auto status =
      rocksdb::DB::Open(options, scratch / "db", {{"default", options}, {"other", options}}, &families, &db);
  if (!status.ok()) return -1;
  int found = 0;
  bool gap = false;
  for (int number = 0; number < 100; ++number) {
    std::string value;
    const bool is_there = db->Get({}, families[0], Key(number), &value).ok();
    if (is_there && found < number) gap = true;
    if (is_there) ++found;
  }
  for (auto* family : families) EXPECT_TRUE(db->DestroyColumnFamilyHandle(family).ok());
  delete db;
  return gap ? -2 : found;
}

// Where batches begin in a log, found with the layout alone; the file's end is the last.
std::vector<std::uint64_t> Boundaries(const std::string& bytes) {
  std::vector<std::uint64_t> boundaries;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t left = kLogBlockBytes - at % kLogBlockBytes;
    if (left < 7) {
      at += left;
      continue;
    }
    if (bytes[at + 6] == 1 || bytes[at + 6] == 2) boundaries.push_back(at);
    at += 7 + ReadLittleEndian<std::uint16_t>(bytes, at + 4);
  }
  boundaries.push_back(bytes.size());
  return boundaries;
}

std::optional<LogFault> Check(const std::string& directory) {
  const auto fault = CheckLogs(directory);
  EXPECT_TRUE(fault.has_value()) << fault.error().message();
  return fault.has_value() ? *fault : std::nullopt;
}

// One record in the layout of the log.
std::string Record(int type, const std::string& payload, std::uint32_t log_number = 0) {
  std::string body(1, static_cast<char>(type));
  if (type >= 5 && type <= 8) AppendLittleEndian(log_number, &body);
  body += payload;
  std::string record;
  AppendLittleEndian(MaskCrc32c(Crc32c(body)), &record);
  AppendLittleEndian(static_cast<std::uint16_t>(payload.size()), &record);
  return record + body;
}

class LogCheck : public testing::Test {
 protected:
  std::string Log(int number) const { return db_ + "/00000" + std::to_string(number) + ".log"; }
  // Puts `bytes` as the only log, number 5, and checks it.
  std::optional<LogFault> CheckBytes(const std::string& bytes) {
    fs::create_directories(db_);
    WriteAll(Log(5), bytes);
    return Check(db_);
  }
  void ExpectFault(const std::string& bytes, std::uint64_t offset, bool is_torn_end, const std::string& problem) {
    const auto fault = CheckBytes(bytes);
    ASSERT_TRUE(fault.has_value());
    EXPECT_EQ(fault->offset, offset);
    EXPECT_EQ(fault->bytes, bytes.size());
    EXPECT_EQ(fault->is_torn_end, is_torn_end);
    EXPECT_EQ(fault->problem, problem);
    EXPECT_EQ(fault->file, Log(5));
  }

  const ScratchDirectory scratch_;
  const std::string db_ = scratch_ / "db";
};

TEST_F(LogCheck, FindsNothingInTheLogsOfRocks) {
  // Batches that end near, at and across the ends of blocks, and one over four of them.
  std::vector<std::size_t> sizes = {0, 1, 100, 32600, 5, 120000, 32768, 65536};
  for (std::size_t i = 0; i < 30; ++i) sizes.push_back(32680 + i);
  WriteLogs(db_, {sizes, {10, 20}, {}});
  EXPECT_FALSE(Check(db_).has_value());
  EXPECT_EQ(KeysFound(db_), 40);
}

TEST_F(LogCheck, AnEmptyLogAndNoLogAreFine) {
  EXPECT_FALSE(CheckBytes("").has_value());
  fs::remove(Log(5));
  EXPECT_FALSE(Check(db_).has_value());
  EXPECT_EQ(CheckLogs(scratch_ / "absent").error().code(), ErrorCode::kNotFound);
}

TEST_F(LogCheck, ReadsLogsInTheOrderOfTheirNumbersAndNothingElse) {
  fs::create_directories(db_);
  WriteAll(db_ + "/1000000.log", "cut");
  WriteAll(db_ + "/999999.log", "cut");
  WriteAll(db_ + "/LOG", "text");
  WriteAll(db_ + "/000001x.log", "text");
  WriteAll(db_ + "/000001.sst", "text");
  EXPECT_EQ(Check(db_)->file, db_ + "/999999.log");
}

TEST_F(LogCheck, ALogCutAtAnyByteEndsAtTheLastWholeBatch) {
  WriteLogs(db_, {{50, 200, 40000, 60, 10}});
  const std::string path = Logs(db_)[0];
  const std::string good = ReadAll(path);
  const std::vector<std::uint64_t> boundaries = Boundaries(good);
  ASSERT_EQ(boundaries.size(), 6U);
  const auto step = [&](std::size_t size) { return size > 100 && size + 150 < good.size() ? 197 : 1; };
  for (std::size_t size = 0; size < good.size(); size += step(size)) {
    WriteAll(path, good.substr(0, size));
    const auto fault = Check(db_);
    if (std::find(boundaries.begin(), boundaries.end(), size) != boundaries.end()) {
      EXPECT_FALSE(fault.has_value()) << size;
      continue;
    }
    ASSERT_TRUE(fault.has_value()) << size;
    EXPECT_EQ(fault->problem, "cut record") << size;
    EXPECT_EQ(fault->offset, *(std::upper_bound(boundaries.begin(), boundaries.end(), size) - 1)) << size;
    EXPECT_TRUE(fault->is_torn_end) << size;
  }
}

TEST_F(LogCheck, EveryFlippedBitIsFoundAndTornOnlyInTheLastBatch) {
  WriteLogs(db_, {{0, 20, 1, 3}});
  const std::string path = Logs(db_)[0];
  const std::string good = ReadAll(path);
  const std::vector<std::uint64_t> boundaries = Boundaries(good);
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
    WriteAll(path, bad);
    const auto fault = Check(db_);
    ASSERT_TRUE(fault.has_value()) << "bit " << bit;
    EXPECT_EQ(fault->offset, *(std::upper_bound(boundaries.begin(), boundaries.end(), bit / 8) - 1)) << "bit " << bit;
    EXPECT_EQ(fault->is_torn_end, fault->offset == boundaries[3]) << "bit " << bit;
  }
}

TEST_F(LogCheck, AFlippedByteFarBeforeTheEndIsNoTornEnd) {
  WriteLogs(db_, {{40000, 40000, 40000, 40000, 40000}});
  const std::string path = Logs(db_)[0];
  const std::string good = ReadAll(path);
  const std::vector<std::uint64_t> boundaries = Boundaries(good);
  for (std::size_t at = 1000; at < good.size(); at += 9973) {
    std::string bad = good;
    bad[at] = static_cast<char>(~bad[at]);
    WriteAll(path, bad);
    const auto fault = Check(db_);
    ASSERT_TRUE(fault.has_value());
    EXPECT_EQ(fault->problem, "checksum is wrong");
    EXPECT_EQ(fault->offset, *(std::upper_bound(boundaries.begin(), boundaries.end(), at) - 1)) << at;
    // The last record of the file alone has nothing behind it.
    EXPECT_EQ(fault->is_torn_end, at >= good.size() - good.size() % kLogBlockBytes) << at;
  }
}

TEST_F(LogCheck, AZeroedEndIsATornEnd) {
  const std::string first = Record(1, "first");
  ExpectFault(first + std::string(5, '\0'), 12, true, "cut record");
  ExpectFault(first + std::string(7, '\0'), 12, true, "zeroed");
  ExpectFault(first + std::string(200000, '\0'), 12, true, "zeroed");
  ExpectFault(first + Record(1, "second").substr(0, 3) + std::string(10, '\0'), 12, true, "zeroed");
  ExpectFault(first + Record(1, "second").substr(0, 10) + std::string(10, '\0'), 12, true, "checksum is wrong");
}

TEST_F(LogCheck, AZeroedMiddleIsNoTornEnd) {
  ExpectFault(Record(1, "first") + std::string(70000, '\0') + Record(1, "second"), 12, false, "zeroed");
}

TEST_F(LogCheck, PartsMustFollowEachOther) {
  EXPECT_FALSE(CheckBytes(Record(2, "a") + Record(3, "b") + Record(4, "c") + Record(1, "d")).has_value());
  ExpectFault(Record(2, "a") + Record(3, "b"), 0, true, "cut record");
  ExpectFault(Record(1, "x") + Record(2, "a") + Record(3, "b") + "cut", 8, true, "cut record");
  ExpectFault(Record(2, "a") + Record(1, "b"), 0, false, "record without its end");
  ExpectFault(Record(2, "a") + Record(2, "b") + Record(4, "c"), 0, false, "record without its end");
  ExpectFault(Record(3, "a") + Record(4, "b"), 0, false, "record without its beginning");
  ExpectFault(Record(1, "a") + Record(4, "b"), 8, false, "record without its beginning");
  ExpectFault(Record(1, "a") + Record(10, "b"), 8, true, "record of an unknown type");
}

TEST_F(LogCheck, AnEmptyFirstPartBeforeTheBatchAnewIsFine) {
  EXPECT_FALSE(CheckBytes(Record(2, "") + Record(1, "a")).has_value());
}

TEST_F(LogCheck, ALengthPastItsBlockIsAFault) {
  std::string bytes = Record(1, "first") + Record(1, std::string(32000, 'x')) + Record(1, "third");
  bytes[12 + 5] = 0x7F;
  ExpectFault(bytes, 12, false, "cut record");
}

TEST_F(LogCheck, RecycledLogsEndWhereTheFilesFormerUseBegins) {
  EXPECT_FALSE(CheckBytes(Record(5, "a", 5) + Record(6, "b", 5) + Record(8, "c", 5)).has_value());
  EXPECT_FALSE(CheckBytes(Record(5, "a", 5) + Record(5, "old", 4) + "anything").has_value());
  ExpectFault(Record(5, "a", 5) + Record(6, "b", 5) + Record(5, "old", 4), 12, true, "cut record");
  ExpectFault(Record(5, "a", 5) + "garbage, and no new record" + Record(5, "old", 4), 12, true, "cut record");
}

TEST_F(LogCheck, ACutOlderLogIsNoTornEnd) {
  WriteLogs(db_, {{10, 20, 30}, {40, 50}});
  const std::vector<std::string> logs = Logs(db_);
  // Inside the third batch; the put that began the next log is behind it.
  fs::resize_file(logs[0], Boundaries(ReadAll(logs[0]))[3] - 1);
  const auto fault = Check(db_);
  ASSERT_TRUE(fault.has_value());
  EXPECT_EQ(fault->file, logs[0]);
  EXPECT_FALSE(fault->is_torn_end);
  // The reason for this check: RocksDB opens with a hole.
  EXPECT_EQ(KeysFound(db_), -2);
}

TEST_F(LogCheck, ATornEndMayHaveEmptyAndGarbledLogsBehindIt) {
  WriteLogs(db_, {{10, 20, 30}});
  const std::string path = Logs(db_)[0];
  fs::resize_file(path, fs::file_size(path) - 1);
  WriteAll(db_ + "/999998.log", "");
  WriteAll(db_ + "/999999.log", std::string(50000, '\0'));
  EXPECT_TRUE(Check(db_)->is_torn_end);
  WriteAll(db_ + "/999999.log", std::string(50000, '\0') + Record(1, "whole"));
  EXPECT_FALSE(Check(db_)->is_torn_end);
}

// Numbers of files have gaps, so a log that is gone leaves no trace here: the commit numbers in the logs tell it.
TEST_F(LogCheck, ARemovedLogIsNotSeen) {
  WriteLogs(db_, {{10}, {20}, {30}});
  fs::remove(Logs(db_)[1]);
  EXPECT_FALSE(Check(db_).has_value());
}

TEST_F(LogCheck, CuttingATornEndLetsRocksOpenWithAllBefore) {
  WriteLogs(db_, {{50, 200}, {40000, 60, 10}});
  const std::string path = Logs(db_)[1];
  const std::string good = ReadAll(path);
  const std::vector<std::uint64_t> boundaries = Boundaries(good);
  int counter = 0;
  for (std::size_t size = 1; size < good.size(); size += size + 200 < good.size() ? 4999 : 11) {
    for (const bool zeroed : {false, true}) {
      WriteAll(path, good.substr(0, size) + (zeroed ? std::string(good.size() - size, '\0') : ""));
      const auto fault = Check(db_);
      if (!fault) continue;  // Cut between two batches.
      ASSERT_TRUE(fault->is_torn_end) << size;
      const auto report = CutLog(db_, *fault, scratch_ / "lost");
      ASSERT_TRUE(report.has_value()) << report.error().message();
      EXPECT_FALSE(Check(db_).has_value());
      EXPECT_EQ(fs::file_size(path), fault->offset);
      const auto whole = std::upper_bound(boundaries.begin(), boundaries.end(), size) - boundaries.begin() - 1;
      // Opening takes long.
      if (++counter % 8 == 0) {
        EXPECT_EQ(KeysFound(db_), 2 + whole) << size;
      }
    }
  }
  EXPECT_GT(counter, 20);
}

TEST_F(LogCheck, CuttingKeepsWhatItRemoves) {
  WriteLogs(db_, {{10, 20, 30}, {40, 50}, {60}});
  const std::vector<std::string> logs = Logs(db_);
  std::string bytes = ReadAll(logs[0]);
  const std::uint64_t second = Boundaries(bytes)[1];
  bytes[second + 20] = static_cast<char>(~bytes[second + 20]);
  WriteAll(logs[0], bytes);
  const std::string newer = ReadAll(logs[1]);
  const std::string newest = ReadAll(logs[2]);
  const auto fault = Check(db_);
  ASSERT_TRUE(fault.has_value());
  EXPECT_FALSE(fault->is_torn_end);

  const std::string lost = scratch_ / "made/where/needed";
  const auto report = CutLog(db_, *fault, lost);
  ASSERT_TRUE(report.has_value()) << report.error().message();
  EXPECT_EQ(*report, "moved " + std::to_string(bytes.size() - second) + " bytes from offset " + std::to_string(second) +
                         " of " + logs[0] + " on, and " + std::to_string(newer.size() + newest.size()) +
                         " bytes of 2 newer logs, to " + lost);
  EXPECT_EQ(Logs(db_), std::vector<std::string>{logs[0]});
  EXPECT_EQ(ReadAll(logs[0]), bytes.substr(0, second));
  const auto lost_name = [&](const std::string& log, std::uint64_t offset) {
    return lost + "/log-" + fs::path(log).stem().string() + "-at-" + std::to_string(offset) + "-1";
  };
  EXPECT_EQ(ReadAll(lost_name(logs[0], second)), bytes.substr(second));
  EXPECT_EQ(ReadAll(lost_name(logs[1], 0)), newer);
  EXPECT_EQ(ReadAll(lost_name(logs[2], 0)), newest);
  EXPECT_EQ(KeysFound(db_), 1);
}

TEST_F(LogCheck, CuttingTwiceAtOnePlaceKeepsBoth) {
  const std::string bytes = Record(1, "first") + "cut";
  for (int round = 1; round <= 2; ++round) {
    const auto fault = CheckBytes(bytes);
    ASSERT_TRUE(CutLog(db_, *fault, scratch_ / "lost").has_value());
    EXPECT_EQ(ReadAll(scratch_ / "lost/log-000005-at-12-" + std::to_string(round)), "cut");
  }
}

TEST_F(LogCheck, CuttingRefusesALogThatChanged) {
  const auto fault = CheckBytes(Record(1, "first") + "cut");
  WriteAll(Log(5), Record(1, "first") + Record(1, "second"));
  EXPECT_EQ(CutLog(db_, *fault, scratch_ / "lost").error().code(), ErrorCode::kInvalidArgument);
  fs::remove(Log(5));
  EXPECT_EQ(CutLog(db_, *fault, scratch_ / "lost").error().code(), ErrorCode::kNotFound);
  EXPECT_FALSE(fs::exists(scratch_ / "lost"));
}

TEST_F(LogCheck, CuttingChangesNothingWhereItCannotCopy) {
  const std::string bytes = Record(1, "first") + "cut";
  const auto fault = CheckBytes(bytes);
  WriteAll(scratch_ / "file", "");
  EXPECT_FALSE(CutLog(db_, *fault, scratch_ / "file/lost").has_value());
  EXPECT_EQ(ReadAll(Log(5)), bytes);
}

}  // namespace
}  // namespace kalends
