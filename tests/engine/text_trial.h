#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/engine/segment_test_support.h"
#include "tests/engine/text_model.h"
#include "tests/engine/text_words.h"

// A collection with text beside its model (text_model.h), and questions to both.
namespace kalends::text_model {

using Ids = std::vector<int>;

inline constexpr std::int64_t kMinTime = INT64_MIN;
inline constexpr std::int64_t kMaxTime = INT64_MAX;

inline std::string TimeOf(std::int64_t seconds) { return FormatTime({seconds * 1'000'000}); }

inline int IdOf(const Document& document) { return static_cast<int>(document.Get("_id").as_integer()); }

// What the entry is as a document: its texts among objects, arrays and what is no text.
inline Document DocumentOf(const Entry& entry) {
  const auto add_all = [&entry](DocumentBuilder& builder, std::string_view path) {
    for (const auto& [at, text] : entry.texts) {
      if (at == path) builder.Add(text.raw.c_str());
    }
  };
  const auto text_at = [&entry](std::string_view path) {
    for (const auto& [at, text] : entry.texts) {
      if (at == path) return text.raw;
    }
    return std::string();
  };
  DocumentBuilder builder;
  builder.Add("_id", entry.id).Add("timestamp", TimeOf(entry.time)).Add("user", entry.user).Add("n", entry.n);
  builder.Add("ref", "7ee00000-0000-4000-8000-0000000ca4e0").Add("title", text_at("title"));
  builder.BeginObject("body").BeginArray("parts");
  add_all(builder, "body.parts");
  builder.End().Add("note", text_at("body.note")).Add("secret", text_at("body.secret")).End();
  builder.BeginArray("list");
  for (const auto& [path, text] : entry.texts) {
    if (path == "list.t") builder.BeginObject().Add("t", text.raw).Add("n", 7).End();
  }
  builder.End().BeginArray("tags");
  add_all(builder, "tags");
  return builder.End().Build();
}

inline CollectionSpec SpecOf(const Spec& spec, bool plain) {
  CollectionSpec whole;
  whole.plain = plain;
  whole.text_fields = spec.fields;
  whole.text_exclude = spec.exclude;
  whole.indexes = spec.indexes;
  whole.text_language = spec.language;
  return whole;
}

// A question with all that stands beside it.
struct Asked {
  Question question;
  enum class Beside : std::uint8_t { kNothing, kUser, kLess, kOr } beside = Beside::kNothing;
  std::string user;
  int n = 0;
  std::int64_t begin = kMinTime;
  std::int64_t end = kMaxTime;
  bool is_oldest_first = false;
  std::uint64_t skip = 0;
  std::optional<std::uint64_t> limit;

  Query ToQuery(bool by_score = false) const {
    SearchQuery search;
    search.text = question.search;
    search.all = question.all;
    search.case_sensitive = question.mode.case_sensitive;
    search.diacritic_sensitive = question.mode.diacritic_sensitive;
    search.language = question.language.value_or("");
    search.by_score = by_score;
    if (begin != kMinTime) search.query.time.begin = {begin * 1'000'000};
    if (end != kMaxTime) search.query.time.end = {end * 1'000'000};
    search.query.order = is_oldest_first ? Order::kOldestFirst : Order::kNewestFirst;
    search.query.skip = skip;
    search.query.limit = limit;
    DocumentBuilder filter;
    if (beside == Beside::kUser) search.query.filter = filter.Add("user", user).Build();
    if (beside == Beside::kLess) search.query.filter = filter.BeginObject("n").Add("$lt", n).End().Build();
    Query query = search.ToQuery();
    if (beside == Beside::kOr) {
      filter.BeginArray("$or").Add(query.filter.value()).BeginObject().BeginObject("n").Add("$lt", n).End().End();
      query.filter = filter.End().Build();
    }
    return query;
  }

  bool Matches(const Model& model, const Entry& entry) const {
    if (entry.time < begin || entry.time >= end) return false;
    const bool is_found = model.Matches(question, entry);
    switch (beside) {
      case Beside::kUser:
        return is_found && entry.user == user;
      case Beside::kLess:
        return is_found && entry.n < n;
      case Beside::kOr:
        return is_found || entry.n < n;
      default:
        return is_found;
    }
  }
};

// A collection and what the model knows of it.
class Trial {
 public:
  Trial(Random& random, const Spec& spec, bool plain)
      : random_(random), texts_(random), plain_(plain), collection_(database_.Create("things", SpecOf(spec, plain))) {
    model_.spec = spec;
  }

  const Model& model() const { return model_; }
  const Collection& collection() const { return collection_; }
  SegmentedDatabase& database() { return database_; }
  int found() const { return found_; }

  // What is sealed keeps the text of the spec before until SetRebuilt.
  void SetSpec(const Spec& spec) {
    has_old_text_ = true;
    model_.spec = spec;
    Must(database_.impl().SetSpec("things", SpecOf(spec, plain_)));
  }

  void SetRebuilt() { has_old_text_ = false; }

  // Several months; each second once.
  std::int64_t NextTime() {
    const std::int64_t at = 1'704'067'200 + static_cast<std::int64_t>(random_.Below(120)) * 86'400;
    return at + (++last_second_);
  }

  void Insert(std::uint32_t count) {
    std::vector<Document> documents;
    for (std::uint32_t i = 0; i < count; ++i) {
      const int id = next_id_++;
      model_.entries[id] = texts_.MakeEntry(id, NextTime());
      documents.push_back(DocumentOf(model_.entries[id]));
    }
    Must(collection_.InsertMany(documents));
  }

  void Change() {
    if (model_.entries.empty()) return;
    const auto at = std::next(model_.entries.begin(), random_.Below(model_.entries.size()));
    const int id = at->first;
    if (random_.OneIn(2)) {
      ASSERT_TRUE(Must(collection_.Delete(Value::Int(id))));
      model_.entries.erase(at);
    } else {
      at->second = texts_.MakeEntry(id, random_.OneIn(2) ? at->second.time : NextTime());
      ASSERT_TRUE(Must(collection_.Replace(Value::Int(id), DocumentOf(at->second))));
    }
  }

  // A few documents that a search finds.
  void ChangeFound() {
    Asked asked = Make();
    const Ids ids = ModelIds(asked);
    if (ids.empty() || ids.size() > model_.entries.size() / 6) return;
    if (random_.OneIn(2)) {
      EXPECT_EQ(Must(collection_.DeleteMany(asked.ToQuery())), ids.size());
      for (const int id : ids) model_.entries.erase(id);
    } else {
      UpdateOptions options;
      options.many = true;
      const auto report = Must(collection_.Update(asked.ToQuery(), Doc(R"({"$inc": {"n": 1}})"), options));
      EXPECT_EQ(report.matched, ids.size());
      for (const int id : ids) ++model_.entries[id].n;
    }
  }

  void Seal() { Must(database_.impl().SealAll()); }
  void Reopen() {
    database_.Reopen();
    collection_ = database_.Get("things");
  }

  Asked Make() {
    std::vector<const Entry*> seen;
    for (const auto& [id, entry] : model_.entries) seen.push_back(&entry);
    Asked asked;
    asked.question = texts_.MakeQuestion(seen);
    if (random_.OneIn(4)) asked.question.language = random_.OneIn(2) ? "english" : "none";
    if (random_.OneIn(2) && !seen.empty()) {
      asked.beside = static_cast<Asked::Beside>(random_.Below(4));
      asked.user = random_.OneOf(seen)->user;
      asked.n = static_cast<int>(random_.Below(60));
    }
    if (random_.OneIn(3)) asked.begin = 1'704'067'200 + static_cast<std::int64_t>(random_.Below(120)) * 86'400;
    if (random_.OneIn(3)) asked.end = 1'704'067'200 + static_cast<std::int64_t>(random_.Below(140)) * 86'400;
    asked.is_oldest_first = random_.OneIn(2);
    return asked;
  }

  Ids ModelIds(const Asked& asked) const {
    std::vector<const Entry*> found;
    for (const auto& [id, entry] : model_.entries) {
      if (asked.Matches(model_, entry)) found.push_back(&entry);
    }
    std::sort(found.begin(), found.end(), [&asked](const Entry* a, const Entry* b) {
      return asked.is_oldest_first ? a->time < b->time : a->time > b->time;
    });
    Ids ids;
    for (const Entry* entry : found) ids.push_back(entry->id);
    return ids;
  }

  // Find, whole and in part, Count and Explain.
  void Ask(Asked asked) {
    SCOPED_TRACE(asked.ToQuery().filter.ToJson());
    const Ids ids = ModelIds(asked);
    found_ += ids.empty() || ids.size() == model_.entries.size() ? 0 : 1;
    ASSERT_EQ(FoundBy(asked.ToQuery()), ids);
    ASSERT_EQ(Must(collection_.Count(asked.ToQuery())), ids.size());
    CheckExplained(asked, ids.size());
    asked.skip = random_.Below(3);
    asked.limit = 1 + random_.Below(5);
    const std::size_t begin = std::min<std::size_t>(asked.skip, ids.size());
    const std::size_t end = std::min<std::size_t>(begin + *asked.limit, ids.size());
    ASSERT_EQ(FoundBy(asked.ToQuery()),
              Ids(ids.begin() + static_cast<std::ptrdiff_t>(begin), ids.begin() + static_cast<std::ptrdiff_t>(end)));
  }

  // Those of the model to 1e-9, the best first, then the newest.
  void AskScores(Asked asked) {
    asked.is_oldest_first = false;
    SCOPED_TRACE(asked.ToQuery().filter.ToJson());
    Query query = asked.ToQuery();
    query.projection = Doc(R"({"_id": 1, "score": {"$meta": "textScore"}})");
    std::map<int, double> scores = model_.Scores(asked.question, asked.begin, asked.end);
    const Ids ids = ModelIds(asked);
    const std::vector<Document> by_time = All(collection_, query);
    ASSERT_EQ(by_time.size(), ids.size());
    for (std::size_t i = 0; i < ids.size(); ++i) {
      ASSERT_EQ(IdOf(by_time[i]), ids[i]);
      ASSERT_NEAR(by_time[i].Get("score").as_double(), scores[ids[i]], 1e-9) << ids[i];
    }
    query.sort = Doc(R"({"any": {"$meta": "textScore"}})");
    const std::vector<Document> by_score = All(collection_, query);
    ASSERT_EQ(by_score.size(), ids.size());
    std::set<int> seen;
    for (std::size_t i = 0; i < by_score.size(); ++i) {
      const int id = IdOf(by_score[i]);
      const double score = by_score[i].Get("score").as_double();
      ASSERT_NEAR(score, scores[id], 1e-9);
      ASSERT_TRUE(seen.insert(id).second);
      if (i == 0) continue;
      const double before = by_score[i - 1].Get("score").as_double();
      ASSERT_GE(before, score);
      if (before == score) {
        ASSERT_GT(model_.entries.at(IdOf(by_score[i - 1])).time, model_.entries.at(id).time);
      }
    }
    query.skip = random_.Below(3);
    query.limit = 1 + random_.Below(5);
    const std::vector<Document> part = All(collection_, query);
    for (std::size_t i = 0; i < part.size(); ++i) ASSERT_EQ(IdOf(part[i]), IdOf(by_score[query.skip + i]));
    ASSERT_EQ(part.size(),
              std::min<std::size_t>(*query.limit, ids.size() - std::min<std::size_t>(query.skip, ids.size())));
  }

 private:
  Ids FoundBy(const Query& query) const {
    Ids ids;
    for (const Document& document : All(collection_, query)) ids.push_back(IdOf(document));
    return ids;
  }

  // Words, pairs of characters and beginnings are decided by terms alone; phrases and what heeds case are not.
  void CheckExplained(const Asked& asked, std::size_t matches) const {
    if (matches == 0 || asked.beside != Asked::Beside::kNothing || has_old_text_) return;
    const Question& question = asked.question;
    bool is_by_terms = question.mode.form() == 0 && model_.LanguageOf(question) == model_.spec.language;
    bool is_by_rows = question.mode.form() != 0;
    for (const Item& item : question.items) {
      const bool is_long = item.kind == Item::Kind::kPhrase || item.text.tokens[0].characters.size() > 2;
      const bool is_prefix_of_stems = item.kind == Item::Kind::kPrefix && model_.spec.language != "none";
      is_by_terms = is_by_terms && !is_long && !is_prefix_of_stems;
      const bool is_phrase = item.kind == Item::Kind::kPhrase && item.text.tokens.size() > 1;
      is_by_rows = is_by_rows || (is_phrase && !item.is_negated);
    }
    if (!is_by_terms && !is_by_rows) return;
    const Document told = Must(collection_.Explain(asked.ToQuery(), ExplainedCall::kCount));
    EXPECT_EQ(told.Get("path").as_string(), "text") << told.ToJson();
    const auto read = ReadRows(told);
    EXPECT_TRUE(is_by_terms ? read == 0 : read >= matches) << told.ToJson();
  }
  static std::uint64_t ReadRows(const Document& told) {
    return static_cast<std::uint64_t>(told.Get("rows").Get("read").as_integer());
  }

  Random& random_;
  RandomTexts texts_;
  const bool plain_;
  ScratchDirectory directory_;
  SegmentedDatabase database_{directory_.path()};
  Collection collection_;
  Model model_;
  int next_id_ = 1;
  std::int64_t last_second_ = 0;
  int found_ = 0;
  bool has_old_text_ = false;
};

// KALENDS_SEED repeats one run.
template <class Run>
void ForSeeds(std::uint64_t runs, const Run& run) {
  const char* const given = std::getenv("KALENDS_SEED");
  const std::uint64_t first = given != nullptr ? std::strtoull(given, nullptr, 10) : 1;
  if (given != nullptr) runs = 1;
  for (std::uint64_t seed = first; seed < first + runs; ++seed) {
    SCOPED_TRACE("KALENDS_SEED=" + std::to_string(seed));
    Random random(seed);
    run(random);
    if (::testing::Test::HasFatalFailure()) return;
  }
}

}  // namespace kalends::text_model
