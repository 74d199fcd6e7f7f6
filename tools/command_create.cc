#include <CLI/CLI.hpp>

#include "tools/arguments.h"
#include "tools/command.h"
#include "tools/session.h"
#include "tools/spec_options.h"

namespace kalends {
namespace {

class CreateCommand : public Command {
 public:
  void Define(CLI::App& app) override {
    AddDatabase(app, &directory_);
    AddCollection(app, &name_);
    AddSpecOptions(app, &spec_options_);
  }

  int Run(Session& session) override {
    // Before the directory is made: a mistake leaves nothing behind.
    if (Status valid = ValidateCollectionName(name_); !valid.ok()) return session.Fail(valid.error());
    const auto spec = spec_options_.Build();
    if (!spec) return session.Fail(spec.error());
    auto database = session.Open(directory_, /*create=*/true);
    if (!database) return session.Fail(database.error());
    return session.Close(database->get(), Create(session, **database, *spec));
  }

 private:
  int Create(Session& session, Database& database, const CollectionSpec& spec) {
    auto collection = database.CreateCollection(name_, spec);
    if (!collection) return session.Fail(collection.error());
    auto stored = collection->spec();
    if (!stored) return session.Fail(stored.error());
    session.out().Write(stored->ToJson() + "\n");
    return kExitDone;
  }

  std::string directory_;
  std::string name_;
  SpecOptions spec_options_;
};

}  // namespace

std::unique_ptr<Command> MakeCreateCommand() { return std::make_unique<CreateCommand>(); }

}  // namespace kalends
