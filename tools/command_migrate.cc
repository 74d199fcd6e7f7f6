#include <CLI/CLI.hpp>

#include "tools/arguments.h"
#include "tools/command.h"
#include "tools/progress.h"
#include "tools/session.h"

namespace kalends {
namespace {

class MigrateCommand : public Command {
 public:
  void Define(CLI::App& app) override {
    AddDatabase(app, &directory_);
    AddOneCollection(app, &name_);
    app.add_option("--rebuild", rebuild_, "what is built anew from the documents: index (columns, lists and ids)")
        ->check(CLI::IsMember({"index", "rollups", "compression"}))
        ->type_name("WHAT");
    AddTimeRange(app, &options_.time);
    app.add_option("--series", series_, "of a rebuild of rollups")->type_name("SERIES");
    app.add_option("--days", days_, "of a rebuild of rollups")->type_name("N");
    app.add_flag("--dry-run", options_.dry_run, "print what would be rebuilt, and rebuild nothing");
  }

  int Run(Session& session) override {
    if (rebuild_.empty()) return session.RefuseUsage("say what to rebuild: --rebuild index");
    if (rebuild_ != "index") return session.Fail(Unavailable("--rebuild " + rebuild_));
    if (!series_.empty()) return session.Fail(Unavailable("--series"));
    if (!days_.empty()) return session.Fail(Unavailable("--days"));
    return session.WithDatabase(directory_, [&](Database& database) {
      Progress progress(!session.options().quiet);
      options_.call = session.call();
      options_.on_progress = [&progress](std::uint64_t rows, std::uint64_t total) {
        progress.ShowPart("documents", rows, total);
      };
      const auto report =
          database.RebuildIndex(name_.empty() ? std::nullopt : std::optional<std::string_view>(name_), options_);
      progress.Clear();
      if (!report) return session.Fail(report.error());
      DocumentBuilder result;
      result.BeginArray("partitions");
      for (const std::string& partition : report->partitions) result.Add(partition.c_str());
      result.End().Add("segments", static_cast<std::int64_t>(report->segments));
      result.Add("rows", static_cast<std::int64_t>(report->rows)).Add("dry_run", options_.dry_run);
      session.PrintObject(result.Build());
      return kExitDone;
    });
  }

 private:
  static Error Unavailable(const std::string& option) {
    return {ErrorCode::kUnsupported, option + " is not available in this version; --rebuild index is"};
  }

  std::string directory_;
  std::string name_;
  std::string rebuild_;
  std::string series_;
  std::string days_;
  RebuildOptions options_;
};

}  // namespace

std::unique_ptr<Command> MakeMigrateCommand() { return std::make_unique<MigrateCommand>(); }

}  // namespace kalends
