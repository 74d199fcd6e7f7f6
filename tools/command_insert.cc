#include <CLI/CLI.hpp>
#include <sstream>

#include "tools/arguments.h"
#include "tools/command.h"
#include "tools/session.h"

namespace kalends {
namespace {

// One object, an array of objects, or an object a line.
Result<std::vector<Document>> ReadDocuments(const std::string& json) {
  std::vector<Document> documents;
  const auto whole = OwnedValue::FromJson(json);
  if (whole && whole->value().is_array()) {
    for (const Value& element : whole->value().elements()) {
      if (!element.is_object()) {
        return Error(ErrorCode::kInvalidArgument, "element " + std::to_string(documents.size()) + " of the array is " +
                                                      TypeName(element.type()) + "; a document is an object");
      }
      documents.emplace_back(element);
    }
    return documents;
  }
  auto single = Document::FromJson(json);
  if (single) {
    documents.push_back(std::move(*single));
    return documents;
  }
  std::istringstream lines(json);
  std::string line;
  for (std::size_t number = 1; std::getline(lines, line); ++number) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    auto document = Document::FromJson(line);
    if (!document) {
      // Where the first line is no document, the text was meant as one: its own error says more.
      if (documents.empty()) return single.error();
      return Error(document.error().code(), "line " + std::to_string(number) + ": " + document.error().message());
    }
    documents.push_back(std::move(*document));
  }
  return documents;
}

class InsertCommand : public Command {
 public:
  void Define(CLI::App& app) override {
    AddDatabase(app, &directory_);
    AddCollection(app, &name_);
    app.add_option("JSON", text_,
                   "a document, an array of documents, @FILE, or - for standard input (default), where a document a "
                   "line is understood too")
        ->type_name("");
  }

  int Run(Session& session) override {
    auto json = text_ == "-" ? ReadWholeFile("-") : JsonArgument(text_);
    if (!json) return session.Fail(json.error());
    auto documents = ReadDocuments(*json);
    if (!documents) {
      return text_ == "-" || text_.starts_with('@') ? session.Fail(documents.error())
                                                    : session.RefuseUsage("JSON: " + documents.error().message());
    }
    return session.WithCollection(directory_, name_, [&](Database&, Collection& collection) {
      const auto ids = collection.InsertMany(*documents);
      if (!ids) return session.Fail(ids.error());
      DocumentBuilder result;
      result.Add("inserted", static_cast<std::int64_t>(ids->size())).BeginArray("ids");
      for (const OwnedValue& id : *ids) result.Add(id.value());
      result.End();
      session.PrintObject(result.Build());
      return kExitDone;
    });
  }

 private:
  std::string directory_;
  std::string name_;
  std::string text_ = "-";
};

}  // namespace

std::unique_ptr<Command> MakeInsertCommand() { return std::make_unique<InsertCommand>(); }

}  // namespace kalends
