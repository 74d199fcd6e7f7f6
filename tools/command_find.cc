#include <CLI/CLI.hpp>

#include "tools/arguments.h"
#include "tools/command.h"
#include "tools/session.h"

namespace kalends {
namespace {

class FindCommand : public Command {
 public:
  void Define(CLI::App& app) override {
    AddDatabase(app, &directory_);
    AddCollection(app, &name_);
    AddFilter(app, &query_.filter);
    AddTimeRange(app, &query_.time);
    AddDocument(
        app, "--sort", &query_.sort,
        "such as {\"timestamp\": 1} (oldest first) or {\"costUsd\": -1, \"type\": 1}; newest first unless given");
    AddDocument(app, "--project", &query_.projection, "fields to show: a MongoDB projection as JSON, or @FILE");
    app.add_option("--skip", query_.skip, "leave out so many")->type_name("N")->check(Digits());
    app.add_option_function<std::uint64_t>(
           "--limit", [this](const std::uint64_t& limit) { query_.limit = limit; }, "at most so many; all unless given")
        ->type_name("N")
        ->check(Digits());
    app.add_flag("--page", page_,
                 "print one object with the documents, the number of all that match, and the next page's token");
    app.add_option("--after", query_.after, "the next page's token, from --page: print what follows")
        ->type_name("TOKEN")
        ->check([](const std::string& token) {
          return token.empty() ? std::string("the token is empty: no page follows the last one") : std::string();
        });
    AddExplain(app, &explain_);
  }

  int Run(Session& session) override {
    query_.call = session.call();
    return session.WithCollection(directory_, name_, [&](Database&, Collection& collection) {
      if (explain_) return PrintExplanation(session, collection, query_, ExplainedCall::kFind);
      return page_ ? PrintPage(session, collection) : PrintAll(session, collection);
    });
  }

 private:
  int PrintPage(Session& session, const Collection& collection) {
    const auto page = collection.FindPage(query_);
    if (!page) return session.Fail(page.error());
    DocumentBuilder result;
    result.BeginArray("documents");
    for (const Document& document : page->documents) result.Add(document.value());
    result.End()
        .Add("total", static_cast<std::int64_t>(page->total))
        .Add("next", page->next.empty() ? Value::Null() : Value::String(page->next));
    session.PrintObject(result.Build());
    return kExitDone;
  }

  int PrintAll(Session& session, const Collection& collection) {
    auto cursor = collection.Find(query_);
    if (!cursor) return session.Fail(cursor.error());
    return PrintDocuments(session, &*cursor);
  }

  std::string directory_;
  std::string name_;
  Query query_;
  bool page_ = false;
  bool explain_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeFindCommand() { return std::make_unique<FindCommand>(); }

}  // namespace kalends
