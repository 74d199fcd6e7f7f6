#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "kalends/options.h"
#include "kalends/status.h"

namespace kalends {

// Where an import reads: lines of NDJSON, in order. One thread at a time calls it.
class LineSource {
 public:
  virtual ~LineSource() = default;
  // Sets `line` to the next line without its end (`\n` or `\r\n`), valid until the next call, and `number` to its
  // number in its file, from 1; false at the end. A byte-order mark and blank lines may be passed on: the import drops
  // them.
  virtual Result<bool> Next(std::string_view* line, std::uint64_t* number) = 0;
};

enum class OnError : std::uint8_t {
  kStop,  // At the first bad line; all before it is committed.
  kSkip,  // Counted and reported to on_reject.
};
enum class OnDuplicate : std::uint8_t {
  kSkip,     // Equal documents count as duplicates, others with the same id as conflicts; the stored one stays.
  kReplace,  // The new one takes its place, unless equal.
  kError,    // As a bad line.
};

struct ImportReject {
  std::uint64_t line;
  std::string_view text;  // Of the line.
  const Error* error;
};

// The counts of an import. read = inserted + replaced + duplicates + conflicts + rejected.
struct ImportReport {
  std::uint64_t read = 0;
  std::uint64_t inserted = 0;
  std::uint64_t replaced = 0;
  std::uint64_t duplicates = 0;  // The same id and the same fields, values and types in any order.
  std::uint64_t conflicts = 0;   // The same id, another content.
  std::uint64_t rejected = 0;
  std::uint64_t untimed = 0;  // Documents without a time, whether stored under their arrival or rejected.
  std::uint64_t bytes = 0;    // Of the lines read.
  double seconds = 0;
  std::map<std::string, std::uint64_t> partitions;  // Documents inserted or replaced, by partition.
  std::uint64_t last_line = 0;  // The number of the last line whose outcome is settled and committed.
};

struct ImportOptions {
  std::uint32_t batch = 1000;  // Lines a commit; at least 1.
  OnError on_error = OnError::kStop;
  OnDuplicate on_duplicate = OnDuplicate::kSkip;
  bool new_ids = false;  // Documents without an id get a random one, so that importing a file twice inserts them twice.
  int threads = 0;       // 0: those of the database.
  CallOptions call;
  WriteOptions write;
  std::function<void(const ImportReport&)> on_commit;  // After each commit, in order, from one thread at a time.
  std::function<void(const ImportReject&)>
      on_reject;  // Before the on_commit of its batch. Also called for conflicts of kError.
};

}  // namespace kalends
