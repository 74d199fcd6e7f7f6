#include <CLI/CLI.hpp>

#include "tools/arguments.h"
#include "tools/command.h"
#include "tools/session.h"

namespace kalends {
namespace {

class DeleteCommand : public Command {
 public:
  void Define(CLI::App& app) override {
    AddDatabase(app, &directory_);
    AddCollection(app, &name_);
    AddDocument(app, "FILTER", &query_.filter, "which document: a MongoDB filter as JSON, or @FILE")->required();
    app.add_flag("--many", many_, "delete all that match, not only the newest");
  }

  int Run(Session& session) override {
    query_.call = session.call();
    if (!many_) query_.limit = 1;
    return session.WithCollection(directory_, name_, [&](Database&, Collection& collection) {
      const auto deleted = collection.DeleteMany(query_);
      if (!deleted) return session.Fail(deleted.error());
      DocumentBuilder result;
      result.Add("deleted", static_cast<std::int64_t>(*deleted));
      session.PrintObject(result.Build());
      return kExitDone;
    });
  }

 private:
  std::string directory_;
  std::string name_;
  Query query_;
  bool many_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeDeleteCommand() { return std::make_unique<DeleteCommand>(); }

}  // namespace kalends
