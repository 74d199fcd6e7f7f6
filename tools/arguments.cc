#include "tools/arguments.h"

#include <CLI/CLI.hpp>

#include "tools/byte_source.h"
#include "tools/command.h"
#include "tools/signal.h"
#include "tools/text.h"

namespace kalends {
namespace {

constexpr std::uint64_t kMemoryLeast = 32U << 20U;  // Half for write buffers and tails, which need 16 MiB.

// The value, or CLI11's way to refuse a word.
template <class T>
T OrRefuse(Result<T> result, const std::string& option) {
  if (!result) throw CLI::ValidationError(option, result.error().message());
  return std::move(result).value();
}

}  // namespace

Result<std::string> ReadWholeFile(const std::string& path) {
  std::atomic<std::uint64_t> stored_bytes{0};
  auto source = OpenByteSource(path, Interrupted(), &stored_bytes);
  if (!source) return source.error();
  std::string content;
  while (true) {
    const std::size_t size = content.size();
    constexpr std::size_t kPiece = 64 << 10U;
    content.resize(size + kPiece);
    auto bytes = (*source)->Read(content.data() + size, kPiece);
    if (!bytes) return bytes.error();
    content.resize(size + *bytes);
    if (*bytes == 0) break;
  }
  if (content.starts_with("\xEF\xBB\xBF")) content.erase(0, 3);
  return content;
}

Result<std::string> JsonArgument(const std::string& text) {
  if (!text.starts_with('@')) return text;
  return ReadWholeFile(text.substr(1));
}

void AddCommonOptions(CLI::App& app, CommonOptions* options) {
  constexpr const char* kGroup = "Options of every command";
  app.add_option_function<std::string>(
         "--memory",
         [options](const std::string& text) {
           options->memory_bytes = OrRefuse(ParseByteSize(text), "--memory");
           if (*options->memory_bytes < kMemoryLeast) throw CLI::ValidationError("--memory", "32M is the least");
         },
         "memory for caches, write buffers and tails together, such as 512M (default)")
      ->type_name("SIZE")
      ->group(kGroup);
  app.add_option("--threads", options->threads, "threads for imports and background work; one a core unless given")
      ->check(CLI::Range(1, 1024))
      ->type_name("N")
      ->group(kGroup);
  app.add_option_function<std::string>(
         "--timeout",
         [options](const std::string& text) { options->timeout = OrRefuse(ParseDuration(text), "--timeout"); },
         "give up after this time, such as 30s")
      ->type_name("DURATION")
      ->group(kGroup);
  app.add_option_function<std::string>(
         "--output",
         [options](const std::string& text) {
           if (text == "ndjson") {
             options->output = OutputFormat::kNdjson;
           } else if (text == "json") {
             options->output = OutputFormat::kJson;
           } else if (text == "csv") {
             options->output = OutputFormat::kCsv;
           } else if (text == "table") {
             options->output = OutputFormat::kTable;
           } else {
             throw CLI::ValidationError("--output", "'" + text + "' is none of ndjson, json, csv, table");
           }
         },
         "ndjson, json, csv or table; a table on a terminal unless given, else ndjson")
      ->type_name("FORMAT")
      ->group(kGroup);
  app.add_flag("--canonical", options->canonical, "print canonical Extended JSON, with every type")->group(kGroup);
  app.add_flag("--quiet", options->quiet, "say nothing but errors")->group(kGroup);
  app.add_flag("--verbose", options->verbose, "say more")->group(kGroup);
}

CLI::Option* AddDatabase(CLI::App& app, std::string* directory) {
  return app.add_option("DB", *directory, "the directory of the database")->required()->type_name("");
}

CLI::Option* AddCollection(CLI::App& app, std::string* name) {
  return app.add_option("COLLECTION", *name, "the name of the collection")->required()->type_name("");
}

CLI::Option* AddOneCollection(CLI::App& app, std::string* name) {
  return app.add_option("COLLECTION", *name, "this collection alone")->type_name("");
}

CLI::Option* AddDocument(CLI::App& app, const std::string& name, Document* document, const std::string& description) {
  return app
      .add_option_function<std::string>(
          name,
          [name, document](const std::string& text) {
            const std::string json = OrRefuse(JsonArgument(text), name);
            *document = OrRefuse(Document::FromJson(json), name);
          },
          description)
      ->type_name(name.starts_with('-') ? "JSON" : "");
}

std::function<std::string(const std::string&)> Digits() {
  return [](const std::string& text) {
    const bool is_number = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
    if (is_number && (text.size() == 1 || text.front() != '0')) return std::string();
    return "expected a number from 0, found '" + text + "'";
  };
}

void AddExplain(CLI::App& app, bool* explain) {
  app.add_flag("--explain", *explain, "answer, and print how instead of the answer");
}

int PrintDocuments(Session& session, Cursor* cursor) {
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

int PrintExplanation(Session& session, const Collection& collection, const Query& query, ExplainedCall call) {
  const auto explanation = collection.Explain(query, call);
  if (!explanation) return session.Fail(explanation.error());
  session.PrintObject(*explanation);
  return kExitDone;
}

void AddTimeRange(CLI::App& app, TimeRange* range) {
  const auto add = [&app](const std::string& name, TimeUs* time, const std::string& description) {
    app.add_option_function<std::string>(
           name, [name, time](const std::string& text) { *time = OrRefuse(ParseTimeArgument(text, Now()), name); },
           description)
        ->type_name("TIME");
  };
  add("--from", &range->begin, "not before this time: ISO-8601, epoch milliseconds, now, today, -7d, -3mo");
  add("--to", &range->end, "before this time");
}

}  // namespace kalends
