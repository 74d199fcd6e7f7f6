#include <CLI/CLI.hpp>

#include "tools/arguments.h"
#include "tools/command.h"
#include "tools/session.h"

namespace kalends {
namespace {

class ExportCommand : public Command {
 public:
  void Define(CLI::App& app) override {
    AddDatabase(app, &directory_);
    AddCollection(app, &name_);
    AddFilter(app, &query_.filter);
    AddTimeRange(app, &query_.time);
  }

  int Run(Session& session) override {
    query_.order = Order::kOldestFirst;
    query_.call = session.call();
    // What is exported is meant to be read again: documents, on a terminal too.
    const OutputFormat format = session.options().output.value_or(OutputFormat::kNdjson);
    return session.WithCollection(directory_, name_, [&](Database&, Collection& collection) {
      auto cursor = collection.Find(query_);
      if (!cursor) return session.Fail(cursor.error());
      const auto printer = MakePrinter(format, session.style(), &session.out());
      Document document;
      while (!session.out().is_over()) {
        const auto more = cursor->Next(&document);
        if (!more) return session.Fail(more.error());
        if (!*more) break;
        printer->Print(document.value());
      }
      session.Finish(printer.get());
      return kExitDone;
    });
  }

 private:
  std::string directory_;
  std::string name_;
  Query query_;
};

}  // namespace

std::unique_ptr<Command> MakeExportCommand() { return std::make_unique<ExportCommand>(); }

}  // namespace kalends
