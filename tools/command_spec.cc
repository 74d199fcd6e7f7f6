#include <CLI/CLI.hpp>

#include "tools/arguments.h"
#include "tools/command.h"
#include "tools/session.h"

namespace kalends {
namespace {

class SpecCommand : public Command {
 public:
  void Define(CLI::App& app) override {
    AddDatabase(app, &directory_);
    AddCollection(app, &name_);
    app.add_option("--set", file_, "a file with the keys to change, or -; those left out stay")->type_name("FILE");
    app.add_flag("--dry-run", dry_run_, "print what the spec would be, and change nothing");
  }

  int Run(Session& session) override {
    if (dry_run_ && file_.empty()) return session.RefuseUsage("--dry-run needs --set");
    return session.WithCollection(directory_, name_, [&](Database& database, Collection& collection) {
      auto spec = collection.spec();
      if (!spec) return session.Fail(spec.error());
      if (!file_.empty()) {
        auto json = ReadWholeFile(file_);
        if (!json) return session.Fail(json.error());
        spec = CollectionSpec::FromJson(*json, *spec);
        if (!spec) return session.Fail(spec.error());
        if (Status valid = spec->Validate(); !valid.ok()) return session.Fail(valid.error());
        if (!dry_run_) {
          if (Status set = database.SetSpec(name_, *spec); !set.ok()) return session.Fail(set.error());
        }
      }
      session.out().Write(spec->ToJson() + "\n");
      return kExitDone;
    });
  }

 private:
  std::string directory_;
  std::string name_;
  std::string file_;
  bool dry_run_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeSpecCommand() { return std::make_unique<SpecCommand>(); }

}  // namespace kalends
