#include <CLI/CLI.hpp>

#include "tools/arguments.h"
#include "tools/command.h"
#include "tools/session.h"

namespace kalends {
namespace {

class CountCommand : public Command {
 public:
  void Define(CLI::App& app) override {
    AddDatabase(app, &directory_);
    AddCollection(app, &name_);
    AddFilter(app, &query_.filter);
    AddTimeRange(app, &query_.time);
    AddExplain(app, &explain_);
  }

  int Run(Session& session) override {
    query_.call = session.call();
    return session.WithCollection(directory_, name_, [&](Database&, Collection& collection) {
      if (explain_) return PrintExplanation(session, collection, query_, ExplainedCall::kCount);
      const auto count = collection.Count(query_);
      if (!count) return session.Fail(count.error());
      session.out().Write(std::to_string(*count) + "\n");
      return kExitDone;
    });
  }

 private:
  std::string directory_;
  std::string name_;
  Query query_;
  bool explain_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeCountCommand() { return std::make_unique<CountCommand>(); }

}  // namespace kalends
