#pragma once

#include <memory>
#include <span>
#include <string_view>

namespace CLI {
class App;
}

// `kalends COMMAND ...`: one class a command, in the file command_NAME.cc.
namespace kalends {

class Session;

// The exit statuses: a contract that scripts rely on.
inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;  // The operation failed.
inline constexpr int kExitUsage = 2;   // The command line is wrong.

class Command {
 public:
  Command() = default;
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;
  virtual ~Command() = default;

  // Adds positionals and options that set members. A value that cannot be read throws CLI::ValidationError.
  virtual void Define(CLI::App& app) = 0;
  // Does the work after the command line was read; returns the exit status.
  virtual int Run(Session& session) = 0;
};

struct CommandEntry {
  std::string_view name;
  std::string_view summary;   // A line for `kalends help`.
  std::string_view examples;  // Lines for `kalends help NAME`.
  std::unique_ptr<Command> (*make)();
};

// In the order in which `kalends help` lists them.
std::span<const CommandEntry> AllCommands();

std::unique_ptr<Command> MakeCreateCommand();
std::unique_ptr<Command> MakeCollectionsCommand();
std::unique_ptr<Command> MakeSpecCommand();
std::unique_ptr<Command> MakeFieldsCommand();
std::unique_ptr<Command> MakeImportCommand();
std::unique_ptr<Command> MakeInsertCommand();
std::unique_ptr<Command> MakeGetCommand();
std::unique_ptr<Command> MakeFindCommand();
std::unique_ptr<Command> MakeCountCommand();
std::unique_ptr<Command> MakeSearchCommand();
std::unique_ptr<Command> MakeDistinctCommand();
std::unique_ptr<Command> MakeExplainCommand();
std::unique_ptr<Command> MakeUpdateCommand();
std::unique_ptr<Command> MakeDeleteCommand();
std::unique_ptr<Command> MakeDropCommand();
std::unique_ptr<Command> MakeStatsCommand();
std::unique_ptr<Command> MakeExportCommand();
std::unique_ptr<Command> MakeVerifyCommand();
std::unique_ptr<Command> MakeMigrateCommand();
std::unique_ptr<Command> MakeCompactCommand();

}  // namespace kalends
