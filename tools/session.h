#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "kalends/database.h"
#include "tools/output.h"

namespace kalends {

// The options that every command takes.
struct CommonOptions {
  std::optional<std::uint64_t> memory_bytes;
  int threads = 0;
  std::optional<std::chrono::milliseconds> timeout;
  bool quiet = false;
  bool verbose = false;
  std::optional<OutputFormat> output;
  bool canonical = false;
};

// One run of the command: its options, its output, and what it tells the person in front of it.
class Session {
 public:
  Session(std::string command, const CommonOptions& options);

  const CommonOptions& options() const { return options_; }
  OutputStream& out() { return out_; }
  JsonStyle style() const { return options_.canonical ? JsonStyle::kCanonical : JsonStyle::kRelaxed; }
  // Of results that are sequences of documents: as asked for, else a table on a terminal and NDJSON elsewhere.
  OutputFormat format() const;

  // Opens a database; where `create` is not set, the directory must hold one, and the error names the remedy.
  Result<std::unique_ptr<Database>> Open(const std::string& directory, bool create = false, bool cut_log = false);
  // The deadline of --timeout, counted from the start of the command, and Ctrl-C.
  CallOptions call() const;

  std::unique_ptr<Printer> MakePrinter() { return kalends::MakePrinter(format(), style(), &out_); }
  // Ends a printer and tells of columns that were left out.
  void Finish(Printer* printer);
  // Prints one object that is the whole result.
  void PrintObject(const Document& object) { kalends::PrintObject(object.value(), format(), style(), &out_); }

  // A line for the person, on standard error; not with --quiet.
  void Note(std::string_view line) const;
  // A line for the person, with --verbose.
  void Detail(std::string_view line) const;
  // Say what is wrong and return the exit status.
  int Fail(const Error& error) const;
  int RefuseUsage(std::string_view problem) const;

  // Opens a database that exists, does `work`, and closes it. Returns the exit status.
  int WithDatabase(const std::string& directory, const std::function<int(Database&)>& work);
  int WithCollection(const std::string& directory, const std::string& name,
                     const std::function<int(Database&, Collection&)>& work);
  // Closes the database and adds what goes wrong there to `status`.
  int Close(Database* database, int status) const;
  // Writes what is left. A reader that went away is no failure.
  int End(int status);

 private:
  std::string command_;
  CommonOptions options_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  OutputStream out_;
};

}  // namespace kalends
