// Every record of every log is read once, in the order of their numbers. A crash leaves the newest log with an end that
// is missing, cut, zeroed or garbled, and nothing whole behind it; a damaged disk leaves a bad record with whole ones
// behind it. Telling the two is the work of this file: the first may be cut off, the second must not be, for what
// follows was acknowledged.
#include "engine/log_check.h"

#include "engine/log_file.h"

namespace kalends {
namespace {

using Part = LogRecord::Part;
using State = LogRecord::State;

struct Problem {
  std::uint64_t offset;     // Of the record, or of the first of its parts.
  std::uint64_t scan_from;  // Whole records from here on speak against a torn end.
  const char* what;
};

// The walk over a log, record by record.
class LogWalk {
 public:
  explicit LogWalk(LogReader* log) : log_(log) {}

  Result<std::optional<Problem>> FirstProblem() {
    for (std::uint64_t block = 0; block < log_->blocks() && !ended_; ++block) {
      Result<std::string_view> bytes = log_->Block(block);
      if (!bytes) return bytes.error();
      const std::uint64_t begin = block * kLogBlockBytes;
      for (std::size_t at = 0; at < bytes->size() && kLogBlockBytes - at >= header_bytes_ && !ended_;) {
        const LogRecord record = ReadLogRecord(bytes->substr(at), log_->number());
        if (const char* what = Take(record, begin + at)) return Found(record, begin + at, what);
        at += record.header_bytes + record.payload_bytes;
      }
    }
    if (!batch_) return std::optional<Problem>();
    return std::optional<Problem>({batch_->offset, log_->bytes(), "cut record"});
  }

 private:
  struct Batch {
    std::uint64_t offset;
    std::size_t bytes;
  };

  // What is wrong with the record, or null.
  const char* Take(const LogRecord& record, std::uint64_t offset) {
    switch (record.state) {
      case State::kCut:
        return "cut record";
      case State::kZeroed:
        return "zeroed";
      case State::kBadChecksum:
        return "checksum is wrong";
      case State::kUnknownType:
        return "record of an unknown type";
      case State::kOld:
        ended_ = true;
        return nullptr;
      case State::kGood:
        break;
    }
    if (record.is_recyclable) header_bytes_ = record.header_bytes;
    switch (record.part) {
      case Part::kWhole:
      case Part::kFirst:
      case Part::kNote:
        // An empty first part at the end of a block, and the batch anew in the next one, is what old writers left.
        if (batch_ && batch_->bytes > 0) return "record without its end";
        batch_.reset();
        if (record.part == Part::kFirst) batch_ = Batch{offset, record.payload_bytes};
        return nullptr;
      case Part::kMiddle:
      case Part::kLast:
        if (!batch_) return "record without its beginning";
        batch_->bytes += record.payload_bytes;
        if (record.part == Part::kLast) batch_.reset();
        return nullptr;
    }
    return nullptr;
  }

  std::optional<Problem> Found(const LogRecord& record, std::uint64_t offset, const char* what) const {
    // Of a right record in a wrong place the record itself is proof that writing went on.
    const std::uint64_t scan_from = record.state == State::kGood ? offset : offset + 1;
    return Problem{batch_ ? batch_->offset : offset, scan_from, what};
  }

  LogReader* log_;
  std::size_t header_bytes_ = 7;  // 11 in a recycled log: less than that at the end of a block is filling.
  std::optional<Batch> batch_;    // Begun and not ended.
  bool ended_ = false;
};

// Is there a record with a right checksum at or behind `from`? At any byte: after a damaged length the place of the
// next record is not known. That other bytes pass for one is as likely as a checksum of 32 bits is to be right by
// chance.
Result<bool> HasRecord(LogReader* log, std::uint64_t from) {
  for (std::uint64_t block = from / kLogBlockBytes; block < log->blocks(); ++block) {
    Result<std::string_view> bytes = log->Block(block);
    if (!bytes) return bytes.error();
    const std::uint64_t begin = block * kLogBlockBytes;
    for (std::size_t at = from > begin ? static_cast<std::size_t>(from - begin) : 0; at + 7 < bytes->size(); ++at) {
      const auto type = static_cast<std::uint8_t>((*bytes)[at + 6]);
      if (type == 0 || type > 8) continue;
      const LogRecord record = ReadLogRecord(bytes->substr(at), log->number());
      if (record.state == State::kGood && record.payload_bytes > 0) return true;
    }
  }
  return false;
}

}  // namespace

Result<std::optional<LogFault>> CheckLogs(const std::string& directory) {
  Result<std::vector<LogName>> logs = ListLogs(directory);
  if (!logs) return logs.error();
  for (std::size_t i = 0; i < logs->size(); ++i) {
    Result<LogReader> log = LogReader::Open((*logs)[i]);
    if (!log) return log.error();
    Result<std::optional<Problem>> problem = LogWalk(&*log).FirstProblem();
    if (!problem) return problem.error();
    if (!problem->has_value()) continue;

    Result<bool> follows = HasRecord(&*log, (*problem)->scan_from);
    for (std::size_t newer = i + 1; newer < logs->size() && follows && !*follows; ++newer) {
      Result<LogReader> next = LogReader::Open((*logs)[newer]);
      if (!next) return next.error();
      follows = HasRecord(&*next, 0);
    }
    if (!follows) return follows.error();
    return std::optional<LogFault>(LogFault{.file = (*logs)[i].path,
                                            .offset = (*problem)->offset,
                                            .bytes = log->bytes(),
                                            .is_torn_end = !*follows,
                                            .problem = (*problem)->what});
  }
  return std::optional<LogFault>();
}

}  // namespace kalends
