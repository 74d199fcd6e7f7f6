#include <CLI/CLI.hpp>
#include <mutex>

#include "tools/arguments.h"
#include "tools/command.h"
#include "tools/session.h"
#include "tools/text.h"

namespace kalends {
namespace {

Document Describe(const Fault& fault) {
  DocumentBuilder builder;
  builder.Add("partition", ValidUtf8(fault.partition)).Add("part", ValidUtf8(fault.part));
  builder.Add("place", ValidUtf8(fault.place)).Add("problem", ValidUtf8(fault.problem));
  return builder.Build();
}

class VerifyCommand : public Command {
 public:
  void Define(CLI::App& app) override {
    AddDatabase(app, &directory_);
    app.add_flag("--deep", deep_, "read every document, and compare all that is derived with it");
    app.add_flag("--cut-log", cut_log_,
                 "accept what a damaged log lost: cut it at the first bad record, and name the commits lost");
  }

  int Run(Session& session) override {
    const auto printer = session.MakePrinter();
    auto database = session.Open(directory_, /*create=*/false, cut_log_);
    if (!database) {
      // A database too damaged to be opened has this one fault.
      if (database.error().code() == ErrorCode::kCorruption) {
        printer->Print(Describe({"", "database", directory_, database.error().message()}).value());
        session.Finish(printer.get());
      }
      return session.Fail(database.error());
    }
    return session.Close(database->get(), Verify(session, **database, printer.get()));
  }

 private:
  int Verify(Session& session, Database& database, Printer* printer) const {
    std::mutex mutex;
    const auto on_fault = [&](const Fault& fault) {
      const std::scoped_lock lock(mutex);
      printer->Print(Describe(fault).value());
    };
    const auto faults = database.Verify(deep_, on_fault, session.call());
    session.Finish(printer);
    if (!faults) return session.Fail(faults.error());
    if (*faults > 0) {
      session.Note(WithThousands(*faults) + (*faults == 1 ? " fault" : " faults"));
      return kExitFailed;
    }
    session.Note("no faults");
    return kExitDone;
  }

  std::string directory_;
  bool deep_ = false;
  bool cut_log_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeVerifyCommand() { return std::make_unique<VerifyCommand>(); }

}  // namespace kalends
