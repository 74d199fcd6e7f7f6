#include <CLI/CLI.hpp>

#include "tools/arguments.h"
#include "tools/command.h"
#include "tools/session.h"

namespace kalends {
namespace {

class UpdateCommand : public Command {
 public:
  void Define(CLI::App& app) override {
    AddDatabase(app, &directory_);
    AddCollection(app, &name_);
    AddDocument(app, "FILTER", &query_.filter, "which document: a MongoDB filter as JSON, or @FILE")->required();
    app.add_option_function<std::string>(
           "UPDATE", [this](const std::string& text) { ReadUpdate(text); },
           "a MongoDB update such as {\"$set\": {\"type\": \"user\"}}, or the document to put there; or @FILE")
        ->required()
        ->type_name("");
    app.add_flag("--many", options_.many, "update all that match, not only the newest");
    app.add_flag("--upsert", options_.upsert, "insert a document where none matches");
    app.add_option_function<std::vector<std::string>>(
           "--array-filter", [this](const std::vector<std::string>& texts) { ReadArrayFilters(texts); },
           "what $[name] in the update means, such as {\"name.done\": false}; may be given several times")
        ->type_name("JSON");
  }

  int Run(Session& session) override {
    query_.call = session.call();
    return session.WithCollection(directory_, name_, [&](Database&, Collection& collection) {
      UpdateReport done;
      const auto report = collection.Update(query_, update_, options_, &done);
      if (!report) {
        if (done.modified > 0)
          session.Note(std::to_string(done.modified) + " documents were changed before; they stay so");
        return session.Fail(report.error());
      }
      DocumentBuilder result;
      result.Add("matched", static_cast<std::int64_t>(report->matched))
          .Add("modified", static_cast<std::int64_t>(report->modified))
          .Add("moved", static_cast<std::int64_t>(report->moved))
          .Add("upserted_id", report->upserted_id ? report->upserted_id->value() : Value::Null());
      session.PrintObject(result.Build());
      return kExitDone;
    });
  }

 private:
  void ReadUpdate(const std::string& text) {
    const auto json = JsonArgument(text);
    if (!json) throw CLI::ValidationError("UPDATE", json.error().message());
    const std::size_t first = json->find_first_not_of(" \t\r\n");
    if (first != std::string::npos && (*json)[first] == '[') {
      throw CLI::ValidationError("UPDATE", "a pipeline as update is not supported; use operators such as $set");
    }
    auto update = Document::FromJson(*json);
    if (!update) throw CLI::ValidationError("UPDATE", update.error().message());
    update_ = *std::move(update);
  }

  void ReadArrayFilters(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
      const auto json = JsonArgument(text);
      if (!json) throw CLI::ValidationError("--array-filter", json.error().message());
      auto filter = Document::FromJson(*json);
      if (!filter) throw CLI::ValidationError("--array-filter", filter.error().message());
      options_.array_filters.push_back(*filter);
    }
  }

  std::string directory_;
  std::string name_;
  Query query_;
  Document update_;
  UpdateOptions options_;
};

}  // namespace

std::unique_ptr<Command> MakeUpdateCommand() { return std::make_unique<UpdateCommand>(); }

}  // namespace kalends
