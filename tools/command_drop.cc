#include <unistd.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "tools/arguments.h"
#include "tools/command.h"
#include "tools/session.h"
#include "tools/text.h"

namespace kalends {
namespace {

class DropCommand : public Command {
 public:
  void Define(CLI::App& app) override {
    AddDatabase(app, &directory_);
    AddCollection(app, &name_);
    app.add_option("MONTH", month_, "such as 2024-01; the whole collection unless given")->type_name("");
    app.add_flag("--yes", yes_, "do not ask");
    app.add_flag("--dry-run", dry_run_, "print what would be dropped, and drop nothing");
  }

  int Run(Session& session) override {
    if (!yes_ && !dry_run_ && ::isatty(STDIN_FILENO) == 0) {
      return session.RefuseUsage(
          "standard input is no terminal, so no one can be asked: give --yes to drop, or --dry-run to look");
    }
    return session.WithDatabase(directory_, [&](Database& database) {
      if (!yes_ && !dry_run_) {
        const auto plan = Drop(database, /*dry_run=*/true);
        if (!plan) return session.Fail(plan.error());
        if (!Ask(*plan)) {
          session.Note("nothing was dropped");
          return kExitFailed;
        }
      }
      const auto report = Drop(database, dry_run_);
      if (!report) return session.Fail(report.error());
      DocumentBuilder result;
      result.BeginArray("partitions");
      for (const std::string& partition : report->partitions) result.Add(partition.c_str());
      result.End().Add("documents", static_cast<std::int64_t>(report->documents));
      result.Add("bytes", static_cast<std::int64_t>(report->bytes)).Add("dry_run", dry_run_);
      session.PrintObject(result.Build());
      return kExitDone;
    });
  }

 private:
  Result<DropReport> Drop(Database& database, bool dry_run) const {
    return database.Drop(name_, month_.empty() ? std::nullopt : std::optional<std::string_view>(month_), dry_run);
  }

  bool Ask(const DropReport& plan) const {
    std::cerr << "Drop " << (month_.empty() ? "all of " : month_ + " of ") << name_ << ": "
              << WithThousands(plan.documents) << " documents in " << plan.partitions.size()
              << (plan.partitions.size() == 1 ? " partition" : " partitions") << "? [y/N] " << std::flush;
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "Y" || answer == "yes";
  }

  std::string directory_;
  std::string name_;
  std::string month_;
  bool yes_ = false;
  bool dry_run_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeDropCommand() { return std::make_unique<DropCommand>(); }

}  // namespace kalends
