#include <CLI/CLI.hpp>
#include <algorithm>

#include "tools/arguments.h"
#include "tools/command.h"
#include "tools/session.h"

namespace kalends {
namespace {

// The order that --sort asks for: by the time field, which is the only one that this version sorts by.
Result<Order> ParseSort(const Document& sort, const CollectionSpec& spec) {
  const std::string expected = spec.time_fields.empty() ? "this collection has no time field to sort by"
                                                        : "expected {\"" + spec.time_fields.front() + "\": 1} or -1";
  const auto fields = sort.value().fields();
  if (fields.size() != 1) {
    return Error(ErrorCode::kUnsupported, "--sort by " + std::to_string(fields.size()) +
                                              " fields is not supported by this version: " + expected);
  }
  const Field& field = fields.front();
  if (std::ranges::find(spec.time_fields, field.name) == spec.time_fields.end()) {
    return Error(ErrorCode::kUnsupported,
                 "--sort by '" + std::string(field.name) + "' is not supported by this version: " + expected);
  }
  if (field.value.is_number() && field.value.ToDouble() == 1) return Order::kOldestFirst;
  if (field.value.is_number() && field.value.ToDouble() == -1) return Order::kNewestFirst;
  return Error(ErrorCode::kInvalidArgument, "--sort: the direction is " + ToJson(field.value) + ": " + expected);
}

class FindCommand : public Command {
 public:
  void Define(CLI::App& app) override {
    AddDatabase(app, &directory_);
    AddCollection(app, &name_);
    AddFilter(app, &query_.filter);
    AddTimeRange(app, &query_.time);
    sort_option_ =
        AddDocument(app, "--sort", &sort_, "by time: {\"timestamp\": 1} is oldest first; newest first unless given");
    app.add_option("--skip", query_.skip, "leave out so many")->type_name("N");
    app.add_option_function<std::uint64_t>(
           "--limit", [this](const std::uint64_t& limit) { query_.limit = limit; }, "at most so many; all unless given")
        ->type_name("N");
    app.add_flag("--page", page_,
                 "print one object with the documents, the number of all that match, and the next page's token");
    for (const char* name : {"--project", "--after"}) {
      app.add_option_function<std::string>(
             name, [name](const std::string&) { throw CLI::ValidationError(name, "not supported by this version"); })
          ->group("");
    }
  }

  int Run(Session& session) override {
    query_.call = session.call();
    return session.WithCollection(directory_, name_, [&](Database&, Collection& collection) {
      if (sort_option_->count() > 0) {
        const auto spec = collection.spec();
        if (!spec) return session.Fail(spec.error());
        const auto order = ParseSort(sort_, *spec);
        if (!order) return session.RefuseUsage(order.error().message());
        query_.order = *order;
      }
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
    result.End().Add("total", static_cast<std::int64_t>(page->total)).Add("next", Value::Null());
    session.PrintObject(result.Build());
    return kExitDone;
  }

  int PrintAll(Session& session, const Collection& collection) {
    auto cursor = collection.Find(query_);
    if (!cursor) return session.Fail(cursor.error());
    const auto printer = session.MakePrinter();
    Document document;
    while (!session.out().is_over()) {
      const auto more = cursor->Next(&document);
      if (!more) {
        session.Finish(printer.get());
        return session.Fail(more.error());
      }
      if (!*more) break;
      printer->Print(document.value());
    }
    session.Finish(printer.get());
    return kExitDone;
  }

  std::string directory_;
  std::string name_;
  Query query_;
  Document sort_;
  CLI::Option* sort_option_ = nullptr;
  bool page_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeFindCommand() { return std::make_unique<FindCommand>(); }

}  // namespace kalends
