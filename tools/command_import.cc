#include <CLI/CLI.hpp>
#include <filesystem>
#include <optional>

#include "tools/arguments.h"
#include "tools/command.h"
#include "tools/import_source.h"
#include "tools/import_watcher.h"
#include "tools/session.h"
#include "tools/signal.h"
#include "tools/spec_options.h"
#include "tools/time_detection.h"

namespace kalends {
namespace {

bool IsThere(const std::string& directory) {
  std::error_code error;
  return std::filesystem::exists(directory, error);
}

class ImportCommand : public Command {
 public:
  void Define(CLI::App& app) override {
    AddDatabase(app, &directory_);
    AddCollection(app, &name_);
    app.add_option("FILES", paths_,
                   "files, folders (all files within), or - for standard input (default); gzip and zstd are recognised")
        ->type_name("");
    app.add_option("--input", input_, "ndjson (default) or csv")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"ndjson", "csv"}));
    app.add_option("--batch", options_.batch, "lines a commit (1000)")->type_name("N")->check(CLI::Range(1U, 1000000U));
    app.add_option("--on-error", on_error_, "stop at the first bad line (default), or skip bad lines")
        ->type_name("WHAT")
        ->check(CLI::IsMember({"stop", "skip"}));
    app.add_option("--errors", errors_file_, "write each refused line to this file, as a line of JSON")
        ->type_name("FILE");
    app.add_option("--on-duplicate", on_duplicate_, "skip (default), replace or error, where the id is there already")
        ->type_name("WHAT")
        ->check(CLI::IsMember({"skip", "replace", "error"}));
    app.add_flag("--ack", acknowledge_, "print the number of the last committed line after each commit");
    app.add_flag("--new-ids", options_.new_ids,
                 "give documents without id a random one: importing again inserts again");
    AddSpecOptions(app, &spec_options_);
  }

  int Run(Session& session) override {
    if (paths_.empty()) paths_.emplace_back("-");
    if (on_error_ == "skip") options_.on_error = OnError::kSkip;
    if (on_duplicate_ == "replace") options_.on_duplicate = OnDuplicate::kReplace;
    if (on_duplicate_ == "error") options_.on_duplicate = OnDuplicate::kError;
    options_.threads = session.options().threads;
    options_.call = session.call();

    // All that can be wrong is looked at before the directory is made: a mistake leaves nothing behind.
    if (Status valid = ValidateCollectionName(name_); !valid.ok()) return session.Fail(valid.error());
    auto files = ExpandPaths(paths_);
    if (!files) return session.Fail(files.error());
    const auto format = input_ == "csv" ? InputFormat::kCsv : InputFormat::kNdjson;
    ImportSource source(std::move(*files), format, Interrupted());
    if (auto head = source.Peek(1); !head) return session.Fail(head.error());
    if (spec_options_.IsAnyGiven() || !IsThere(directory_)) {
      if (Status found = FindSpec(session, source); !found.ok()) return session.Fail(found.error());
    }
    ImportWatcher watcher(session, source, acknowledge_, options_.on_error);
    if (!errors_file_.empty()) {
      if (Status opened = watcher.OpenErrorFile(errors_file_); !opened.ok()) return session.Fail(opened.error());
    }

    auto database = session.Open(directory_, /*create=*/true);
    if (!database) return session.Fail(database.error());
    auto collection = FindOrCreate(session, **database, source);
    const int status = collection ? Import(session, *collection, source, watcher) : session.Fail(collection.error());
    return session.Close(database->get(), status);
  }

 private:
  Result<Collection> FindOrCreate(Session& session, Database& database, ImportSource& source) {
    auto collection = database.GetCollection(name_);
    if (collection || collection.error().code() != ErrorCode::kNotFound) {
      if (collection && spec_options_.IsAnyGiven()) {
        session.Note(name_ + " is there already: its spec stays as it is (`kalends spec` shows and changes it)");
      }
      return collection;
    }
    if (!spec_) {
      if (Status found = FindSpec(session, source); !found.ok()) return found.error();
    }
    return database.CreateCollection(name_, *spec_);
  }

  // Sets spec_ to that of a new collection.
  Status FindSpec(Session& session, ImportSource& source) {
    if (spec_options_.IsAnyGiven()) {
      auto spec = spec_options_.Build();
      if (!spec) return spec.error();
      spec_ = std::move(*spec);
      return {};
    }
    auto lines = source.Peek(kLinesForTimeDetection);
    if (!lines) return lines.error();
    const auto field = DetectTimeField(*lines);
    if (!field) {
      return Error(
          ErrorCode::kInvalidArgument,
          "no top-level field holds a time in 9 of 10 of the first " + std::to_string(lines->size()) +
              " lines; say where the time is (--time-field PATH, or --preset NAME), or that there is none (--plain)");
    }
    session.Note("the time of " + name_ + " is taken from the field '" + *field + "'");
    spec_.emplace();
    spec_->time_fields = {*field};
    return {};
  }

  int Import(Session& session, Collection& collection, ImportSource& source, ImportWatcher& watcher) {
    options_.on_commit = [&](const ImportReport& report) { watcher.OnCommit(report); };
    options_.on_reject = [&](const ImportReject& reject) { watcher.OnReject(reject); };
    ImportReport report;
    const auto done = collection.Import(source, options_, &report);
    if (done) report = *done;
    const Status ended = watcher.End();
    session.PrintObject(ReportDocument(report));
    if (!done) return session.Fail(watcher.Explain(done.error()));
    if (!ended.ok()) return session.Fail(ended.error());
    return report.rejected > 0 || report.conflicts > 0 ? kExitFailed : kExitDone;
  }

  std::string directory_;
  std::string name_;
  std::vector<std::string> paths_;
  std::string input_ = "ndjson";
  std::string on_error_ = "stop";
  std::string on_duplicate_ = "skip";
  std::string errors_file_;
  bool acknowledge_ = false;
  ImportOptions options_;
  SpecOptions spec_options_;
  std::optional<CollectionSpec> spec_;
};

}  // namespace

std::unique_ptr<Command> MakeImportCommand() { return std::make_unique<ImportCommand>(); }

}  // namespace kalends
