#include <CLI/CLI.hpp>

#include "tools/arguments.h"
#include "tools/command.h"
#include "tools/session.h"

namespace kalends {
namespace {

class CollectionsCommand : public Command {
 public:
  void Define(CLI::App& app) override { AddDatabase(app, &directory_); }

  int Run(Session& session) override {
    return session.WithDatabase(directory_, [&](Database& database) {
      const auto printer = session.MakePrinter();
      for (const std::string& name : database.CollectionNames()) {
        const auto line = Describe(database, name);
        if (!line) return session.Fail(line.error());
        printer->Print(line->value());
      }
      session.Finish(printer.get());
      return kExitDone;
    });
  }

 private:
  static Result<Document> Describe(Database& database, const std::string& name) {
    const auto collection = database.GetCollection(name);
    if (!collection) return collection.error();
    const auto spec = collection->spec();
    if (!spec) return spec.error();
    const auto stats = database.Stats(name);
    if (!stats) return stats.error();
    std::uint64_t documents = 0;
    for (const PartitionStats& partition : stats->partitions) documents += partition.documents;
    DocumentBuilder builder;
    builder.Add("name", name).Add("plain", spec->plain);
    builder.Add("partitions", static_cast<std::int64_t>(stats->partitions.size()));
    builder.Add("documents", static_cast<std::int64_t>(documents));
    return builder.Build();
  }

  std::string directory_;
};

}  // namespace

std::unique_ptr<Command> MakeCollectionsCommand() { return std::make_unique<CollectionsCommand>(); }

}  // namespace kalends
