#include <CLI/CLI.hpp>

#include "tools/arguments.h"
#include "tools/command.h"
#include "tools/session.h"

namespace kalends {
namespace {

class ExplainCommand : public Command {
 public:
  void Define(CLI::App& app) override {
    AddDatabase(app, &directory_);
    AddCollection(app, &name_);
    AddFilter(app, &query_.filter);
    AddTimeRange(app, &query_.time);
  }

  int Run(Session& session) override {
    query_.call = session.call();
    return session.WithCollection(directory_, name_, [&](Database&, Collection& collection) {
      return PrintExplanation(session, collection, query_, ExplainedCall::kFind);
    });
  }

 private:
  std::string directory_;
  std::string name_;
  Query query_;
};

}  // namespace

std::unique_ptr<Command> MakeExplainCommand() { return std::make_unique<ExplainCommand>(); }

}  // namespace kalends
