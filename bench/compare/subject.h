#pragma once

// A store that is measured: each does the same work on the same lines of NDJSON, messages with `uuid` and `timestamp`.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kalends/time.h"

namespace kalends::bench {

// The lines of a file, in memory, and what the questions are made of.
struct Messages {
  std::string text;
  std::vector<std::string_view> lines;
  std::vector<std::string_view> ids;  // Of each line.
  TimeRange time;                     // Of all lines.

  static Messages Read(const std::string& file, std::size_t count_max);
};

// The text between quotes behind `name` (such as `"uuid":"`), which the line must hold.
std::string_view TextBehind(std::string_view line, std::string_view name);

class Subject {
 public:
  virtual ~Subject() = default;
  virtual std::string name() const = 0;

  // Makes an empty store in the directory and leaves it open.
  virtual void Create(const std::string& directory) = 0;
  // Stores all lines as fast as the store can; returns when all that it does behind the writer is done too.
  virtual void Import(const Messages& messages) = 0;
  virtual void Close() = 0;

  // A commit each, not synced.
  virtual void Insert(std::string_view line) = 0;
  virtual void Replace(std::string_view id, std::string_view line) = 0;
  virtual void Delete(std::string_view id) = 0;

  // As JSON text; empty when there is none.
  virtual std::string Get(std::string_view id) = 0;
  // The newest `limit` of the range, newest first.
  virtual void Newest(TimeRange range, std::size_t limit, std::vector<std::string>* found) = 0;
  // All, oldest first. With `as_text` false they are read but not written as text, where the store makes a difference.
  virtual void Scan(bool as_text, const std::function<void(std::string_view text)>& visit) = 0;
  virtual std::uint64_t Count(TimeRange range) = 0;
};

std::unique_ptr<Subject> MakeKalends();
std::unique_ptr<Subject> MakeSqlite();

}  // namespace kalends::bench
