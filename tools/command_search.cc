#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>

#include "tools/arguments.h"
#include "tools/command.h"
#include "tools/session.h"

namespace kalends {
namespace {

constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kPlain = "\x1b[0m";

Value AtPath(Value value, std::string_view path) {
  while (true) {
    const std::size_t dot = path.find('.');
    value = value.Get(path.substr(0, dot));
    if (dot == std::string_view::npos || value.is_missing()) return value;
    path.remove_prefix(dot + 1);
  }
}

// Text that a terminal shows in one line and does not obey.
void AppendVisible(std::string_view text, std::string* line) {
  for (const char c : text) {
    const bool is_control = static_cast<unsigned char>(c) < ' ' || c == '\x7f';
    line->push_back(is_control ? ' ' : c);
  }
}

class SearchCommand : public Command {
 public:
  void Define(CLI::App& app) override {
    AddDatabase(app, &directory_);
    AddCollection(app, &name_);
    app.add_option("TEXT", search_.text,
                   "words, of which one must be there; \"phrases\", -words that must not, beginnings such as wor*")
        ->required();
    AddFilter(app, &search_.query.filter);
    AddTimeRange(app, &search_.query.time);
    app.add_option("--skip", search_.query.skip, "leave out so many")->type_name("N")->check(Digits());
    app.add_option_function<std::uint64_t>(
           "--limit", [this](const std::uint64_t& limit) { search_.query.limit = limit; },
           "at most so many; all unless given")
        ->type_name("N")
        ->check(Digits());
    app.add_option_function<std::string>(
           "--by", [this](const std::string& order) { search_.by_score = order == "score"; },
           "time (the newest first, the default) or score (the best first)")
        ->type_name("time|score")
        ->check(CLI::IsMember({"time", "score"}));
    app.add_flag("--all", search_.all, "every word must be there");
    app.add_option("--language", search_.language, "stem words as in this language; that of the spec unless given");
    app.add_flag("--case-sensitive", search_.case_sensitive, "heed upper and lower case");
    app.add_flag("--diacritic-sensitive", search_.diacritic_sensitive, "tell e from \u00e9");
    AddExplain(app, &explain_);
  }

  int Run(Session& session) override {
    search_.query.call = session.call();
    return session.WithCollection(directory_, name_, [&](Database&, Collection& collection) {
      if (explain_) return PrintExplanation(session, collection, search_.ToQuery(), ExplainedCall::kFind);
      auto cursor = collection.Search(search_);
      if (!cursor) return session.Fail(cursor.error());
      const bool for_person = !session.options().output.has_value() && session.format() == OutputFormat::kTable;
      return for_person ? PrintSnippets(session, collection, &*cursor) : PrintDocuments(session, &*cursor);
    });
  }

 private:
  // Two lines a document: its time and id, and where in its text the words are.
  int PrintSnippets(Session& session, const Collection& collection, Cursor* cursor) const {
    const auto spec = collection.spec();
    if (!spec) return session.Fail(spec.error());
    Document document;
    while (!session.out().is_over()) {
      const auto more = cursor->Next(&document);
      if (!more) return session.Fail(more.error());
      if (!*more) break;
      const auto snippet = collection.MakeSnippet(search_, document);
      if (!snippet) return session.Fail(snippet.error());
      std::string lines;
      for (const std::string& field : spec->time_fields) {
        const Value time = AtPath(document.value(), field);
        if (time.is_missing()) continue;
        AppendVisible(CellText(time, session.style()), &lines);
        lines += "  ";
        break;
      }
      AppendVisible(CellText(AtPath(document.value(), spec->id_field), session.style()), &lines);
      lines += "\n    ";
      if (snippet->has_value()) AppendSnippet(**snippet, &lines);
      lines += '\n';
      session.out().Write(lines);
    }
    return kExitDone;
  }

  static void AppendSnippet(const Snippet& snippet, std::string* line) {
    const bool has_color = std::getenv("NO_COLOR") == nullptr;
    const std::string_view text = snippet.text;
    if (snippet.is_cut_before) *line += "\u2026";
    std::size_t at = 0;
    for (const Snippet::Match& match : snippet.matches) {
      AppendVisible(text.substr(at, match.begin - at), line);
      if (has_color) *line += kBold;
      AppendVisible(text.substr(match.begin, match.end - match.begin), line);
      if (has_color) *line += kPlain;
      at = match.end;
    }
    AppendVisible(text.substr(at), line);
    if (snippet.is_cut_behind) *line += "\u2026";
  }

  std::string directory_;
  std::string name_;
  SearchQuery search_;
  bool explain_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeSearchCommand() { return std::make_unique<SearchCommand>(); }

}  // namespace kalends
