#include <CLI/CLI.hpp>

#include "tools/arguments.h"
#include "tools/command.h"
#include "tools/session.h"

namespace kalends {
namespace {

class GetCommand : public Command {
 public:
  void Define(CLI::App& app) override {
    AddDatabase(app, &directory_);
    AddCollection(app, &name_);
    app.add_option("ID", id_,
                   "the id: JSON where it reads as such (a number finds a text of the same digits too), else text")
        ->required()
        ->type_name("");
  }

  int Run(Session& session) override {
    return session.WithCollection(directory_, name_, [&](Database&, Collection& collection) {
      const auto document = Find(collection);
      if (!document) return session.Fail(document.error());
      if (!document->has_value()) return kExitFailed;
      session.PrintObject(**document);
      return kExitDone;
    });
  }

 private:
  Result<std::optional<Document>> Find(const Collection& collection) const {
    const Value text = Value::String(id_);
    const auto json = OwnedValue::FromJson(id_);
    if (!json) return collection.Get(text);
    auto document = collection.Get(json->value());
    if (!document || document->has_value() || !json->value().is_number()) return document;
    return collection.Get(text);
  }

  std::string directory_;
  std::string name_;
  std::string id_;
};

}  // namespace

std::unique_ptr<Command> MakeGetCommand() { return std::make_unique<GetCommand>(); }

}  // namespace kalends
