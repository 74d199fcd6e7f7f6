#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/differential/model_row.h"
#include "tests/differential/question.h"
#include "tests/differential/random_filters.h"
#include "tests/differential/random_trees.h"
#include "tests/differential/tree.h"

namespace kalends::differential {

// Paths and values as documents hold them.
class DocumentVocabulary : public Vocabulary {
 public:
  DocumentVocabulary(const std::vector<Tree>& documents, std::string time_field)
      : documents_(documents), time_field_(std::move(time_field)) {}
  std::string Path(Random& random) const override { return PathAndValue(random).first; }
  std::pair<std::string, Tree> PathAndValue(Random& random) const override {
    const Tree* at = &random.OneOf(documents_);
    std::string path;
    while ((at->IsObject() || at->IsArray()) && !at->items.empty() && (path.empty() || !random.OneIn(5))) {
      const std::uint32_t index = random.Below(at->items.size());
      const bool by_number = at->IsArray() && random.OneIn(3);
      if (at->IsObject()) path += (path.empty() ? "" : ".") + at->names[index];
      if (by_number) path += "." + std::to_string(index);
      at = &at->items[index];
    }
    // The time has conditions of its own, and a name that begins with `$` is taken for an operator.
    if (path == time_field_ || path.starts_with('$')) return {"_id", Int(random.Below(documents_.size()))};
    return {path, *at};
  }
  std::string TimeField() const override { return time_field_; }
  Tree Time(Random& random) const override { return *random.OneOf(documents_).Find(time_field_); }

 private:
  const std::vector<Tree>& documents_;
  std::string time_field_;
};

// Paths and values of the random documents, half of them as the documents hold them.
class SmallVocabulary : public DocumentVocabulary {
 public:
  SmallVocabulary(const std::vector<Tree>& documents, const std::string& time_field)
      : DocumentVocabulary(documents, time_field) {}
  std::string Path(Random& random) const override {
    static constexpr std::string_view kPaths[] = {
        "a",     "b",     "c",     "n", "a",    "b",  "a.b", "a.c", "a.a",   "b.a", "a.0",  "b.1",    "0",
        "a.0.b", "a.b.c", "a.b.0", "",  "a.$a", "a.", "_id", "c.b", "a.1.0", "b.b", "none", "a.none", "b.0.0"};
    return std::string(random.OneOf(kPaths));
  }
  std::pair<std::string, Tree> PathAndValue(Random& random) const override {
    if (random.OneIn(2)) return DocumentVocabulary::PathAndValue(random);
    std::string path = Path(random);
    Tree value = path == "_id" ? Int(random.Below(100)) : RandomValue(random, 2);
    return {std::move(path), std::move(value)};
  }
  Tree Time(Random& random) const override { return RandomTime(random); }
};

class RandomQuestions {
 public:
  RandomQuestions(Random& random, const Vocabulary& vocabulary, const Setting& setting)
      : random_(random), vocabulary_(vocabulary), setting_(setting), filters_(random, vocabulary) {}

  Question Make() {
    Question question;
    if (!random_.OneIn(10)) question.filter = filters_.Filter(2);
    if (random_.OneIn(2)) question.sort = Sort();
    if (random_.OneIn(2)) question.projection = Projection();
    if (random_.OneIn(2)) question.order = Order::kOldestFirst;
    if (random_.OneIn(3)) question.skip = random_.Below(random_.OneIn(4) ? 200 : 10);
    if (random_.OneIn(3)) question.limit = random_.Below(20);
    question.page_size = 1 + random_.Below(30);
    if (!vocabulary_.TimeField().empty() && random_.OneIn(4)) {
      const auto time = [this] { return TimeUs{TimeOf(vocabulary_.Time(random_), setting_).value()}; };
      question.time = {time(), time()};
    }
    question.distinct = NamedPath();
    return question;
  }

 private:
  // A path without a name that is empty or begins with `$`, which sorts and projections refuse.
  std::string NamedPath() {
    if (!vocabulary_.TimeField().empty() && random_.OneIn(12)) return vocabulary_.TimeField();
    for (int tries = 0; tries < 20; ++tries) {
      std::string path = vocabulary_.Path(random_);
      const std::string dotted = "." + path + ".";
      if (dotted.find("..") == std::string::npos && dotted.find(".$") == std::string::npos) return path;
    }
    return "_id";
  }

  Tree Sort() {
    Tree sort = Object();
    for (std::uint32_t i = 1 + random_.Below(random_.OneIn(2) ? 3 : 1); i > 0; --i) {
      const bool by_time = !vocabulary_.TimeField().empty() && random_.OneIn(5);
      sort.Set(by_time ? vocabulary_.TimeField() : NamedPath(), Int(random_.OneIn(2) ? 1 : -1));
    }
    return sort;
  }

  Tree Slice() {
    const auto number = [this] { return Int(static_cast<int>(random_.Below(7)) - 3); };
    const Tree count = Int(1 + random_.Below(3));
    return Object({{"$slice", random_.OneIn(2) ? number() : Array({number(), count})}});
  }

  Tree Projection() {
    const bool shows = random_.OneIn(2);
    Tree projection = Object();
    std::vector<std::string> used = {"_id"};
    for (std::uint32_t i = 1 + random_.Below(3); i > 0; --i) {
      const std::string path = NamedPath();
      // A path and one below it collide.
      const auto meets = [&path](const std::string& other) {
        return (other + ".").starts_with(path + ".") || (path + ".").starts_with(other + ".");
      };
      if (std::any_of(used.begin(), used.end(), meets)) continue;
      used.push_back(path);
      if (random_.OneIn(4)) {
        projection.Set(path, Slice());
      } else if (shows && random_.OneIn(4) && path.find('.') == std::string::npos) {
        projection.Set(path, Object({{"$elemMatch", filters_.OnElement(RandomValue(random_, 1), 1)}}));
      } else {
        projection.Set(path, random_.OneIn(3) ? Bool(shows) : Int(shows ? 1 : 0));
      }
    }
    if (random_.OneIn(4)) projection.Set("_id", Int(shows && random_.OneIn(2) ? 1 : 0));
    return projection;
  }

  Random& random_;
  const Vocabulary& vocabulary_;
  const Setting& setting_;
  RandomFilters filters_;
};

}  // namespace kalends::differential
