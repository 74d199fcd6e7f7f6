#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "kalends/database.h"
#include "tests/differential/model.h"
#include "tests/differential/question.h"
#include "tests/differential/tree.h"
#include "tests/differential/tree_order.h"
#include "tests/engine/engine_test_support.h"

namespace kalends::differential {

// The documents of a trial, and how they come into the engine.
struct Stock {
  struct Entry {
    Tree document;  // With an `_id` of its own.
    bool is_deleted = false;
  };
  Setting setting;
  std::vector<Entry> entries;
  std::size_t seal_every = 0;  // Documents to a segment; 0: all stay in the tail.
  std::vector<std::string> indexes = {};
};

// Where engine and model disagree. `kind` stays the same while a case is made smaller.
struct Difference {
  std::string kind;
  std::string text;
};

// The engine and the model with the same documents.
class Trial {
 public:
  explicit Trial(const Stock& stock) : model_(stock.setting), database_(MemoryDatabase()) {
    CollectionSpec spec;
    spec.plain = stock.setting.time_field.empty();
    spec.time_fields = {stock.setting.time_field};
    if (spec.plain) spec.time_fields.clear();
    spec.time_unit = stock.setting.unit;
    spec.indexes = stock.indexes;
    collection_.emplace(Must(database_->CreateCollection("things", spec)));
    std::vector<Document> batch;
    for (std::size_t i = 0; i < stock.entries.size(); ++i) {
      model_.Insert(stock.entries[i].document);
      batch.push_back(ToDocument(stock.entries[i].document));
      const bool is_full = stock.seal_every != 0 && (i + 1) % stock.seal_every == 0;
      if (!is_full && i + 1 < stock.entries.size()) continue;
      Must(collection_->InsertMany(batch));
      batch.clear();
      if (is_full) Must(database_->SealAll());
    }
    for (const Stock::Entry& entry : stock.entries) {
      const Tree& id = *entry.document.Find("_id");
      if (!entry.is_deleted) continue;
      Must(collection_->Delete(ToValue(id).value()));
      model_.Delete([&id](const Tree& root) { return IsSame(*root.Find("_id"), id); });
    }
  }

  const Model& model() const { return model_; }

  // How many of the questions so far were answered with some of the documents, but not all.
  int telling() const { return telling_; }

  std::optional<Difference> Check(const Question& question) {
    const Query query = ToQuery(question);
    const auto total = collection_->Count(query);
    const auto found = Find(query);
    const auto page = collection_->FindPage(query);
    const auto distinct = collection_->Distinct(question.distinct, WithoutOrder(query));
    // The engine goes first: what it refuses the model need not understand.
    if (!total.has_value()) return Unless(question, "count", total.error());
    if (!found.has_value()) return Unless(question, "find", found.error());
    if (!page.has_value()) return Unless(question, "page", page.error());
    if (!distinct.has_value()) return Unless(question, "distinct", distinct.error());
    const Answer answer = model_.Ask(question);
    if (answer.has_failed) return std::nullopt;  // An engine that never came to that row is right as well.
    // One document that its id finds needs no key, and with a limit not all documents do.
    if (answer.cannot_sort && !question.limit.has_value() && answer.documents.size() > 1) {
      return Difference{"sorted", "there is no order, and no error"};
    }
    if (answer.cannot_sort) return std::nullopt;
    const std::size_t count = answer.documents.size();
    telling_ += count > 0 && count < model_.rows().size() ? 1 : 0;
    if (*total != count) return Number("count", count, *total);
    if (page->total != count) return Number("total", count, page->total);
    const std::size_t begin = std::min<std::size_t>(question.skip, count);
    const std::size_t length = std::min<std::size_t>(question.limit.value_or(count), count - begin);
    const std::span<const Tree> expected(answer.documents);
    if (auto difference = Documents("find", expected.subspan(begin, length), *found)) return difference;
    if (auto difference = Documents("page", expected.subspan(begin, length), page->documents)) return difference;
    if (auto difference = Distinct(answer.distinct, *distinct)) return difference;
    return Walk(question, expected);
  }

 private:
  static Query WithoutOrder(Query query) {
    query.sort = {};
    query.projection = {};
    query.skip = 0;
    query.limit.reset();
    return query;
  }

  Result<std::vector<Document>> Find(const Query& query) const {
    auto cursor = collection_->Find(query);
    if (!cursor.has_value()) return cursor.error();
    return cursor.value().ToVector();
  }

  // An error where the model fails too is right.
  std::optional<Difference> Unless(const Question& question, const std::string& what, const Error& error) const {
    const std::string text = what + " fails: " + error.message();
    if (error.code() != ErrorCode::kInvalidArgument) return Difference{"error", text};
    const bool is_of_sort = error.message().starts_with("sort");
    // The rest is for a question that was made smaller into one that is invalid.
    const std::string kind = "error " + error.message().substr(error.message().find(':') + 1);
    if (is_of_sort) return model_.Ask(question).cannot_sort ? std::nullopt : std::optional(Difference{kind, text});
    if (error.message().find("$expr") != std::string::npos && model_.Ask(question).has_failed) return std::nullopt;
    return Difference{kind, text};
  }

  static Difference Number(const std::string& what, std::uint64_t expected, std::uint64_t got) {
    return {what, what + ": expected " + std::to_string(expected) + ", got " + std::to_string(got)};
  }

  static std::optional<Difference> Documents(const std::string& what, std::span<const Tree> expected,
                                             std::span<const Document> got) {
    if (expected.size() != got.size()) return Number("number of documents of " + what, expected.size(), got.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const Tree tree = FromValue(got[i].value());
      if (IsSame(expected[i], tree)) continue;
      return Difference{"document of " + what, what + ", document " + std::to_string(i) + ": expected " +
                                                   ToText(expected[i]) + "\ngot " + ToText(tree)};
    }
    return std::nullopt;
  }

  static std::optional<Difference> Distinct(std::span<const Tree> expected, std::span<const OwnedValue> got) {
    Tree a = Array({expected.begin(), expected.end()});
    Tree b = Array();
    for (const OwnedValue& value : got) b.items.push_back(FromValue(value.value()));
    if (OrderOf(a, b) == 0 && OrderOfSpellings(a, b) == 0) return std::nullopt;
    return Difference{"distinct", "distinct: expected " + ToText(a) + "\ngot " + ToText(b)};
  }

  // Pages by token, to the end.
  std::optional<Difference> Walk(const Question& question, std::span<const Tree> expected) const {
    Query query = ToQuery(question);
    query.skip = 0;
    query.limit = question.page_size;
    std::vector<Document> documents;
    for (;;) {
      auto page = collection_->FindPage(query);
      if (!page.has_value()) return Difference{"walk error", "walk fails: " + page.error().message()};
      if (page->total != expected.size()) return Number("total of a walk", expected.size(), page->total);
      documents.insert(documents.end(), page->documents.begin(), page->documents.end());
      query.after = page->next;
      if (query.after.empty()) break;
      if (page->documents.empty() || documents.size() >= expected.size()) {
        return Difference{"walk end", "walk: there is a token though nothing follows"};
      }
    }
    return Documents("walk", expected, documents);
  }

  Model model_;
  std::unique_ptr<Database> database_;
  std::optional<Collection> collection_;
  int telling_ = 0;
};

inline std::string ToText(const Stock& stock) {
  std::string text = stock.setting.time_field.empty() ? "plain" : "time field " + stock.setting.time_field;
  text += ", sealed every " + std::to_string(stock.seal_every) + "\n";
  for (const Stock::Entry& entry : stock.entries) {
    text += ToText(entry.document) + (entry.is_deleted ? " deleted\n" : "\n");
  }
  return text;
}

}  // namespace kalends::differential
