#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "kalends/collection.h"
#include "kalends/document.h"
#include "kalends/query.h"
#include "kalends/time.h"
#include "tools/session.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

// Positionals and options that several commands share. A text that cannot be read makes CLI11 refuse the command line,
// with the reason.
namespace kalends {

void AddCommonOptions(CLI::App& app, CommonOptions* options);

CLI::Option* AddDatabase(CLI::App& app, std::string* directory);
CLI::Option* AddCollection(CLI::App& app, std::string* name);
CLI::Option* AddOneCollection(CLI::App& app, std::string* name);  // All where it is not given: `name` stays empty.

// A JSON object, or `@FILE` with one.
CLI::Option* AddDocument(CLI::App& app, const std::string& name, Document* document, const std::string& description);
inline CLI::Option* AddFilter(CLI::App& app, Document* filter) {
  return AddDocument(app, "FILTER", filter, "which documents: a MongoDB filter as JSON, or @FILE; all unless given");
}
// `--from` (inclusive) and `--to` (exclusive).
void AddTimeRange(CLI::App& app, TimeRange* range);
// Accepts decimal digits alone: CLI11 itself would take -1 for the largest number, and 010 for 8.
std::function<std::string(const std::string&)> Digits();
// `--explain`: how a question is answered, instead of the answer.
void AddExplain(CLI::App& app, bool* explain);
// Prints all that the cursor walks; returns the exit status.
int PrintDocuments(Session& session, Cursor* cursor);
int PrintExplanation(Session& session, const Collection& collection, const Query& query, ExplainedCall call);

// The content of `path`, or of standard input where it is `-`.
Result<std::string> ReadWholeFile(const std::string& path);
// `text` itself, or the content of the file where it is `@FILE`.
Result<std::string> JsonArgument(const std::string& text);

}  // namespace kalends
