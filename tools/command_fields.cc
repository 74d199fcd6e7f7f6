#include <CLI/CLI.hpp>
#include <cmath>

#include "tools/arguments.h"
#include "tools/command.h"
#include "tools/session.h"
#include "tools/text.h"

namespace kalends {
namespace {

void AddNumber(const char* name, const std::optional<std::uint64_t>& number, DocumentBuilder* builder) {
  builder->Add(name, number ? Value::Long(static_cast<std::int64_t>(*number)) : Value::Null());
}

void AddValue(const char* name, const std::optional<OwnedValue>& value, DocumentBuilder* builder) {
  builder->Add(name, value ? value->value() : Value::Null());
}

Document Describe(const FieldSummary& field) {
  DocumentBuilder builder;
  builder.Add("path", field.path).Add("documents", static_cast<std::int64_t>(field.documents));
  builder.Add("share", std::round(field.share * 1e4) / 1e4).BeginObject("types");
  for (const FieldType& type : field.types) AddNumber(type.type.c_str(), type.documents, &builder);
  builder.End();
  AddValue("min", field.min, &builder);
  AddValue("max", field.max, &builder);
  AddNumber("distinct", field.distinct, &builder);
  builder.Add("exact", field.is_exact);
  return builder.Build();
}

class FieldsCommand : public Command {
 public:
  void Define(CLI::App& app) override {
    AddDatabase(app, &directory_);
    AddCollection(app, &name_);
  }

  int Run(Session& session) override {
    return session.WithCollection(directory_, name_, [&](Database&, Collection& collection) {
      const auto report = collection.Fields(session.call());
      if (!report) return session.Fail(report.error());
      const auto printer = session.MakePrinter();
      bool is_exact = true;
      for (const FieldSummary& field : report->fields) {
        printer->Print(Describe(field).value());
        is_exact = is_exact && field.is_exact;
      }
      session.Finish(printer.get());
      if (!is_exact)
        session.Note(
            "where \"exact\" is false, deleted documents may be counted too (`kalends compact` removes them), or "
            "arrays "
            "lie on the way to a rare field");
      if (!report->is_complete) session.Note("rare fields, and names that are empty or hold a dot, are left out");
      return kExitDone;
    });
  }

 private:
  std::string directory_;
  std::string name_;
};

}  // namespace

std::unique_ptr<Command> MakeFieldsCommand() { return std::make_unique<FieldsCommand>(); }

}  // namespace kalends
