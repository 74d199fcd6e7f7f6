#include <CLI/CLI.hpp>

#include "tools/arguments.h"
#include "tools/command.h"
#include "tools/progress.h"
#include "tools/session.h"

namespace kalends {
namespace {

class CompactCommand : public Command {
 public:
  void Define(CLI::App& app) override {
    AddDatabase(app, &directory_);
    AddOneCollection(app, &name_);
  }

  int Run(Session& session) override {
    return session.WithDatabase(directory_, [&](Database& database) {
      Progress progress(!session.options().quiet);
      CompactOptions options;
      options.call = session.call();
      options.on_progress = [&progress](std::uint64_t steps, std::uint64_t total) {
        progress.ShowPart("steps", steps, total);
      };
      const auto report =
          database.Compact(name_.empty() ? std::nullopt : std::optional<std::string_view>(name_), options);
      progress.Clear();
      if (!report) return session.Fail(report.error());
      DocumentBuilder result;
      result.Add("bytes_before", static_cast<std::int64_t>(report->bytes_before));
      result.Add("bytes_after", static_cast<std::int64_t>(report->bytes_after));
      result.Add("segments", static_cast<std::int64_t>(report->segments));
      session.PrintObject(result.Build());
      return kExitDone;
    });
  }

 private:
  std::string directory_;
  std::string name_;
};

}  // namespace

std::unique_ptr<Command> MakeCompactCommand() { return std::make_unique<CompactCommand>(); }

}  // namespace kalends
