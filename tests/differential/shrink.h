#pragma once

#include <algorithm>
#include <cstddef>
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/differential/question.h"
#include "tests/differential/tree.h"
#include "tests/differential/trial.h"

namespace kalends::differential {

// A failing case that is made smaller as long as it fails in the same way: first by documents, then by parts of the
// question and of the documents. Tries at most `kTriesMax` cases.
class Shrink {
 public:
  Shrink(Stock stock, Question question, Difference difference)
      : stock_(std::move(stock)), question_(std::move(question)), difference_(std::move(difference)) {}

  std::string Run() {
    bool is_smaller = true;
    while (is_smaller && tries_ < kTriesMax) {
      is_smaller = DropDocuments();
      is_smaller = SimplifyQuestion() || is_smaller;
      is_smaller = SimplifyDocuments() || is_smaller;
    }
    return difference_.text + "\n" + ToText(question_) + "\n" + ToText(stock_);
  }

 private:
  static constexpr int kTriesMax = 1500;

  bool Try(const Stock& stock, const Question& question) {
    if (++tries_ > kTriesMax) return false;
    std::optional<Difference> difference;
    try {
      difference = Trial(stock).Check(question);
    } catch (const std::exception&) {
      return false;  // What cannot be stored is another case.
    }
    if (!difference || difference->kind != difference_.kind) return false;
    stock_ = stock;
    question_ = question;
    difference_ = *difference;
    return true;
  }

  bool DropDocuments() {
    bool is_smaller = false;
    for (std::size_t length = stock_.entries.size(); length > 0; length /= 2) {
      for (std::size_t begin = 0; begin < stock_.entries.size();) {
        Stock stock = stock_;
        const auto first = stock.entries.begin() + static_cast<std::ptrdiff_t>(begin);
        const auto end = std::min(begin + length, stock.entries.size());
        stock.entries.erase(first, stock.entries.begin() + static_cast<std::ptrdiff_t>(end));
        if (Try(stock, question_)) {
          is_smaller = true;
        } else {
          begin += length;
        }
      }
    }
    Stock unsealed = stock_;
    unsealed.seal_every = 0;
    return (stock_.seal_every != 0 && Try(unsealed, question_)) || is_smaller;
  }

  // The tree without one of its parts, or with a part in the place of what it is a part of.
  static void Variants(const Tree& tree, std::vector<Tree>* variants) {
    for (std::size_t i = 0; i < tree.items.size(); ++i) {
      variants->push_back(tree);
      variants->back().Remove(i);
    }
    for (std::size_t i = 0; i < tree.items.size(); ++i) {
      std::vector<Tree> smaller;
      Variants(tree.items[i], &smaller);
      for (Tree& each : smaller) {
        variants->push_back(tree);
        variants->back().items[i] = std::move(each);
      }
      if (!tree.items[i].IsArray()) continue;
      for (const Tree& part : tree.items[i].items) {
        if (part.IsObject()) variants->push_back(part);
      }
    }
  }

  bool SimplifyTree(Tree Question::*part) {
    bool is_smaller = false;
    for (bool goes_on = true; goes_on;) {
      goes_on = false;
      std::vector<Tree> variants;
      Variants(question_.*part, &variants);
      for (Tree& variant : variants) {
        Question question = question_;
        question.*part = std::move(variant);
        if (!Try(stock_, question)) continue;
        is_smaller = goes_on = true;
        break;
      }
    }
    return is_smaller;
  }

  bool SimplifyQuestion() {
    bool is_smaller = false;
    const Question plain;
    const auto change = [&](const auto& set) {
      Question question = question_;
      set(&question);
      if (ToText(question) != ToText(question_)) is_smaller = Try(stock_, question) || is_smaller;
    };
    change([&](Question* question) { question->sort = plain.sort; });
    change([&](Question* question) { question->projection = plain.projection; });
    change([&](Question* question) { question->filter = plain.filter; });
    change([&](Question* question) { question->skip = 0; });
    change([&](Question* question) { question->limit.reset(); });
    change([&](Question* question) { question->time = {}; });
    for (Tree Question::*part : {&Question::filter, &Question::sort, &Question::projection}) {
      is_smaller = SimplifyTree(part) || is_smaller;
    }
    return is_smaller;
  }

  bool SimplifyDocuments() {
    bool is_smaller = false;
    for (std::size_t i = 0; i < stock_.entries.size() && stock_.entries.size() <= 5; ++i) {
      for (bool goes_on = true; goes_on;) {
        goes_on = false;
        std::vector<Tree> variants;
        Variants(stock_.entries[i].document, &variants);
        for (Tree& variant : variants) {
          const bool has_time = stock_.setting.time_field.empty() || variant.Find(stock_.setting.time_field) != nullptr;
          if (variant.Find("_id") == nullptr || !has_time) continue;
          Stock stock = stock_;
          stock.entries[i].document = std::move(variant);
          if (!Try(stock, question_)) continue;
          is_smaller = goes_on = true;
          break;
        }
      }
    }
    return is_smaller;
  }

  Stock stock_;
  Question question_;
  Difference difference_;
  int tries_ = 0;
};

}  // namespace kalends::differential
