// Random updates, against a naive model.
#include "tests/query/update_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/query/update_cases.h"

namespace kalends::update_model {
namespace {

class RandomUpdates {
 public:
  explicit RandomUpdates(std::uint32_t seed) : random_(seed) {}

  int Below(int bound) { return static_cast<int>(random_() % static_cast<std::uint32_t>(bound)); }

  Tree Any(int depth) {
    Tree tree;
    const int kind = Below(depth > 0 ? 9 : 4);
    tree.kind = kind == 0   ? Tree::kNull
                : kind == 1 ? Tree::kText
                : kind < 4  ? Tree::kNumber
                : kind < 7  ? Tree::kArray
                            : Tree::kObject;
    tree.number = tree.kind == Tree::kNumber ? Below(5) - 1 : 0;
    if (tree.kind == Tree::kText) tree.text = Below(2) == 0 ? "x" : "y";
    if (tree.kind == Tree::kArray) tree.fields = Elements(depth - 1);
    return tree.kind == Tree::kObject ? Object(depth) : tree;
  }

  std::vector<Member> Elements(int depth) {
    std::vector<Member> elements(static_cast<std::size_t>(Below(4)));
    for (auto& each : elements) each.value = Any(depth);
    return elements;
  }

  Tree Object(int depth) {
    Tree tree;
    tree.kind = Tree::kObject;
    for (const char* name : {"b", "a", "1"}) {
      if (Below(3) > 0) tree.fields.push_back({name, Any(depth - 1)});
    }
    return tree;
  }

  std::string PathText(const char* elements) {
    static constexpr const char* kParts[] = {"a", "b", "c", "0", "1", "3", "10"};
    std::string path = kParts[Below(3)];
    for (int i = Below(4); i > 0; --i) {
      path += ".";
      path += elements != nullptr && Below(3) == 0 ? elements : kParts[Below(7)];
    }
    return path;
  }

  Step Random(const char* elements) {
    static constexpr const char* kNames[] = {"$set",     "$unset",  "$inc",        "$mul", "$min",
                                             "$max",     "$bit",    "$push",       "$pop", "$addToSet",
                                             "$pullAll", "$rename", "$setOnInsert"};
    Step step;
    step.name = kNames[Below(13)];
    step.path = Split(PathText(step.name == "$rename" ? nullptr : elements));
    step.operand = Any(1);
    if (step.name == "$inc" || step.name == "$mul" || step.name == "$bit" || step.name == "$pop") {
      step.operand = Tree{Tree::kNumber, step.name == "$pop" ? Below(2) * 2 - 1 : Below(4) - 1, "", {}};
    } else if (step.name == "$rename") {
      step.operand = Tree{Tree::kText, 0, PathText(nullptr), {}};
    } else if (step.name == "$addToSet" || step.name == "$push" || step.name == "$pullAll") {
      step.operand = Tree{Tree::kArray, 0, "", Elements(1)};
    }
    step.json = step.operand.Json();
    if (step.name == "$bit") step.json = R"({"xor":)" + step.json + "}";
    if (step.name == "$addToSet") step.json = R"({"$each":)" + step.json + "}";
    if (step.name == "$push") {
      step.json = R"({"$each":)" + step.json;
      if (Below(2) == 0) step.json += R"(,"$position":)" + std::to_string(step.position = Below(7) - 3);
      if (Below(3) == 0) step.json += R"(,"$slice":)" + std::to_string(step.slice = Below(7) - 3);
      if (Below(3) == 0) step.json += R"(,"$sort":)" + std::to_string(step.sort = Below(2) * 2 - 1);
      step.json += "}";
    }
    return step;
  }

 private:
  std::mt19937 random_;
};

std::string Join(const Path& path) {
  std::string text;
  for (const std::string& part : path) text += (text.empty() ? "" : ".") + part;
  return text;
}

TEST(UpdateModel, AgreesOnRandomUpdates) {
  RandomUpdates random(7);
  int changed = 0;
  int unchanged = 0;
  int failed = 0;
  for (int round = 0; round < 60'000; ++round) {
    static constexpr const char* kElements[] = {nullptr, "$[]", "$[e]", "$"};
    const char* elements = kElements[random.Below(4)];
    const Tree document = random.Object(3);
    std::map<std::string, std::map<std::string, std::string>> operators;
    std::vector<Step> steps;
    bool uses_filter = false;
    for (int i = 1 + random.Below(4); i > 0; --i) {
      Step step = random.Random(elements);
      const auto dollars = std::count(step.path.begin(), step.path.end(), "$");
      if (dollars > 1 || operators[step.name].contains(Join(step.path))) continue;
      operators[step.name][Join(step.path)] = step.json;
      uses_filter |= std::count(step.path.begin(), step.path.end(), "$[e]") > 0;
      steps.push_back(std::move(step));
    }
    UpdateCase test = {.document = document.Json(), .update = ""};
    for (const auto& [name, operands] : operators) {
      std::string text;
      for (const auto& [path, json] : operands) text += (text.empty() ? "\"" : ",\"") + path + "\":" + json;
      test.update += (test.update.empty() ? "{\"" : ",\"") + name + "\":{" + text + "}";
    }
    if (steps.empty()) continue;
    test.update += "}";
    test.is_inserting = random.Below(2) == 0;
    test.matched_index = static_cast<std::size_t>(random.Below(3));
    const int filter = random.Below(4);
    if (uses_filter) test.array_filters.push_back(R"({"e": {"$gte": )" + std::to_string(filter) + "}}");
    // `$` is an index of an array, whatever stands there.
    bool misses_array = false;
    for (Step& step : steps) {
      for (std::size_t i = 0; i < step.path.size(); ++i) {
        if (step.path[i] != "$") continue;
        const Tree* tree = &document;
        for (std::size_t k = 0; k < i && tree != nullptr; ++k) {
          const Tree* next = nullptr;
          for (std::size_t n = 0; n < tree->fields.size(); ++n) {
            const std::string name = tree->kind == Tree::kArray ? std::to_string(n) : tree->fields[n].name;
            if (name == step.path[k]) next = &tree->fields[n].value;
          }
          tree = next;
        }
        misses_array |= tree == nullptr || tree->kind != Tree::kArray;
        step.path[i] = std::to_string(*test.matched_index);
      }
    }
    Model model(document, test.is_inserting, filter);
    const bool is_good = !misses_array && model.Run(steps);
    const std::string after = Updated(test);
    const std::string expected = !is_good ? "error" : model.Json() == test.document ? "unchanged" : model.Json();
    (after == "unchanged" ? unchanged : after.starts_with("error") ? failed : changed)++;
    ASSERT_EQ(after.starts_with("error: ") ? "error" : after, expected)
        << test.document << " " << test.update << " " << *test.matched_index << " " << filter << test.is_inserting
        << " " << after;
  }
  EXPECT_GT(changed, 10'000);
  EXPECT_GT(unchanged, 2'000);
  EXPECT_GT(failed, 10'000);
}

}  // namespace
}  // namespace kalends::update_model
