#include <CLI/CLI.hpp>

#include "tools/arguments.h"
#include "tools/command.h"
#include "tools/session.h"

namespace kalends {
namespace {

class DistinctCommand : public Command {
 public:
  void Define(CLI::App& app) override {
    AddDatabase(app, &directory_);
    AddCollection(app, &name_);
    app.add_option("FIELD", field_, "a dotted path, such as type or usage.model")->required();
    AddFilter(app, &query_.filter);
    AddTimeRange(app, &query_.time);
  }

  int Run(Session& session) override {
    query_.call = session.call();
    return session.WithCollection(directory_, name_, [&](Database&, Collection& collection) {
      const auto values = collection.Distinct(field_, query_);
      if (!values) return session.Fail(values.error());
      for (const OwnedValue& value : *values) {
        AppendJson(value.value(), session.style(), &session.out().buffer());
        session.out().Write("\n");
      }
      return kExitDone;
    });
  }

 private:
  std::string directory_;
  std::string name_;
  std::string field_;
  Query query_;
};

}  // namespace

std::unique_ptr<Command> MakeDistinctCommand() { return std::make_unique<DistinctCommand>(); }

}  // namespace kalends
