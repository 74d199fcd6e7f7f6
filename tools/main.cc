#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "kalends/database.h"
#include "tools/arguments.h"
#include "tools/command.h"
#include "tools/operators.h"
#include "tools/session.h"
#include "tools/signal.h"

// `kalends COMMAND DB ...`: finds the command, reads its arguments, runs it.
namespace kalends {
namespace {

const CommandEntry* FindCommand(const std::string& name) {
  const auto commands = AllCommands();
  const auto found = std::ranges::find(commands, name, &CommandEntry::name);
  return found == commands.end() ? nullptr : &*found;
}

std::string Overview() {
  std::string text = "Kalends " + std::string(Version()) + ", an embedded time-series document store.\n\n";
  text += "Usage: kalends COMMAND DB [COLLECTION] ...\n\nCommands:\n";
  for (const CommandEntry& entry : AllCommands()) {
    text +=
        "  " + std::string(entry.name) + std::string(14 - entry.name.size(), ' ') + std::string(entry.summary) + "\n";
  }
  text += "  help          this page, `kalends help COMMAND`, or `kalends help operators` for the query language\n";
  text += "  --version     the version\n";
  text += "\nTimes: 2024-01-31T15:00:00Z, 2024-01-31, epoch milliseconds, now, today, -7d, -3mo. Months: 2024-01.\n";
  text += "JSON arguments may be @FILE. Results go to standard output, all else to standard error.\n";
  text += "Exit status: 0 done, 1 the operation failed, 2 the command line is wrong.\n";
  return text;
}

int RefuseCommand(const std::string& problem) {
  std::fprintf(stderr, "kalends: %s\nSee `kalends help`.\n", problem.c_str());
  return kExitUsage;
}

// A command with its command line.
class Invocation {
 public:
  explicit Invocation(const CommandEntry& entry)
      : entry_(entry), command_(entry.make()), app_(std::string(entry.summary), "kalends " + std::string(entry.name)) {
    command_->Define(app_);
    AddCommonOptions(app_, &options_);
    app_.get_formatter()->column_width(28);
    app_.footer("\nExamples:\n" + std::string(entry.examples));
  }

  int PrintHelp() const {
    std::fputs(app_.help().c_str(), stdout);
    return kExitDone;
  }

  // `arguments` are those after the command's name.
  int Run(std::vector<std::string> arguments) {
    std::ranges::reverse(arguments);  // As CLI11 wants them.
    try {
      app_.parse(arguments);
    } catch (const CLI::CallForHelp&) {
      return PrintHelp();
    } catch (const CLI::ParseError& error) {
      std::fprintf(stderr, "%s: %s\nSee `kalends help %s`.\n", app_.get_name().c_str(), error.what(),
                   std::string(entry_.name).c_str());
      return kExitUsage;
    }
    InstallSignalHandlers();
    Session session(std::string(entry_.name), options_);
    const int status = command_->Run(session);
    return session.End(status);
  }

 private:
  const CommandEntry& entry_;
  std::unique_ptr<Command> command_;
  CLI::App app_;
  CommonOptions options_;
};

// `kalends help operators [--markdown | NAME]`.
int HelpOperators(const std::vector<std::string>& arguments) {
  if (arguments.size() > 2) return RefuseCommand("help operators: expected one operator, such as '$in'");
  const std::string name = arguments.size() == 2 ? arguments[1] : "";
  const std::string text = name == "--markdown" ? OperatorsAsMarkdown() : OperatorsAsText(name);
  if (text.empty()) return RefuseCommand("there is no operator '" + name + "'; see `kalends help operators`");
  std::fputs(text.c_str(), stdout);
  return kExitDone;
}

int Help(const std::vector<std::string>& arguments) {
  if (arguments.empty()) {
    std::fputs(Overview().c_str(), stdout);
    return kExitDone;
  }
  if (arguments.front() == "operators") return HelpOperators(arguments);
  const CommandEntry* entry = FindCommand(arguments.front());
  if (entry == nullptr) return RefuseCommand("there is no command '" + arguments.front() + "'");
  return Invocation(*entry).PrintHelp();
}

int Main(std::vector<std::string> arguments) {
  if (arguments.empty()) {
    std::fputs(Overview().c_str(), stderr);
    return kExitUsage;
  }
  const std::string name = arguments.front();
  arguments.erase(arguments.begin());
  if (name == "help" || name == "--help" || name == "-h") return Help(arguments);
  if (name == "--version") {
    std::printf("kalends %s\n", std::string(Version()).c_str());
    return kExitDone;
  }
  const CommandEntry* entry = FindCommand(name);
  if (entry == nullptr) return RefuseCommand("there is no command '" + name + "'");
  return Invocation(*entry).Run(std::move(arguments));
}

}  // namespace
}  // namespace kalends

int main(int argc, char** argv) { return kalends::Main({argv + 1, argv + argc}); }
