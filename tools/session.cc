#include "tools/session.h"

#include <unistd.h>

#include <cstdio>
#include <cstring>

#include "tools/command.h"
#include "tools/signal.h"
#include "tools/text.h"

namespace kalends {
namespace {

void PrintForPeople(const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); }

}  // namespace

Session::Session(std::string command, const CommonOptions& options)
    : command_(std::move(command)), options_(options), out_(STDOUT_FILENO) {}

OutputFormat Session::format() const {
  if (options_.output) return *options_.output;
  return ::isatty(STDOUT_FILENO) != 0 ? OutputFormat::kTable : OutputFormat::kNdjson;
}

Result<std::unique_ptr<Database>> Session::Open(const std::string& directory, bool create, bool cut_log) {
  DatabaseOptions options;
  options.create_if_missing = create;
  options.cut_log = cut_log;
  options.threads = options_.threads;
  if (options_.memory_bytes) {
    options.memory_bytes = *options_.memory_bytes / 2;
    options.cache_bytes = *options_.memory_bytes - options.memory_bytes;
  }
  // What a log lost must be seen, whatever was asked for.
  const bool tell = cut_log || !options_.quiet;
  options.on_event = [tell](const std::string& event) {
    if (tell) PrintForPeople("kalends: " + event);
  };
  auto database = Database::Open(directory, options);
  if (database || database.error().code() != ErrorCode::kNotFound) return database;
  return Error(ErrorCode::kNotFound, database.error().message() + "; `kalends create` and `kalends import` make one");
}

CallOptions Session::call() const {
  CallOptions call;
  if (options_.timeout) call.deadline = start_ + *options_.timeout;
  call.cancel = &Interrupted();
  return call;
}

void Session::Finish(Printer* printer) {
  printer->Finish();
  if (printer->documents_cut() > 0) {
    Note(WithThousands(printer->documents_cut()) +
         " documents have fields that the first one has not, and which are not shown; --output ndjson shows all");
  }
}

void Session::Note(std::string_view line) const {
  if (!options_.quiet) PrintForPeople("kalends: " + std::string(line));
}

void Session::Detail(std::string_view line) const {
  if (options_.verbose) PrintForPeople("kalends: " + std::string(line));
}

int Session::Fail(const Error& error) const {
  if (Interrupted().IsCancelled() && error.code() == ErrorCode::kCancelled) {
    PrintForPeople("kalends " + command_ + ": interrupted");
  } else {
    PrintForPeople("kalends " + command_ + ": " + error.message());
  }
  return kExitFailed;
}

int Session::RefuseUsage(std::string_view problem) const {
  PrintForPeople("kalends " + command_ + ": " + std::string(problem) + "\nSee `kalends help " + command_ + "`.");
  return kExitUsage;
}

int Session::WithDatabase(const std::string& directory, const std::function<int(Database&)>& work) {
  auto database = Open(directory);
  if (!database) return Fail(database.error());
  return Close(database->get(), work(**database));
}

int Session::WithCollection(const std::string& directory, const std::string& name,
                            const std::function<int(Database&, Collection&)>& work) {
  return WithDatabase(directory, [&](Database& database) {
    auto collection = database.GetCollection(name);
    if (!collection) return Fail(collection.error());
    return work(database, *collection);
  });
}

int Session::Close(Database* database, int status) const {
  const Status closed = database->Close();
  if (closed.ok()) return status;
  const int failed = Fail(closed.error());
  return status == kExitDone ? failed : status;
}

int Session::End(int status) {
  out_.Flush();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  Detail(command_ + " took " + std::to_string(seconds) + " s");
  if (out_.error_number() == 0) return status;
  PrintForPeople("kalends " + command_ + ": standard output cannot be written: " + std::strerror(out_.error_number()));
  return kExitFailed;
}

}  // namespace kalends
