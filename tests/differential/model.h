#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/differential/model_filter.h"
#include "tests/differential/model_projection.h"
#include "tests/differential/model_row.h"
#include "tests/differential/model_sort.h"
#include "tests/differential/question.h"
#include "tests/differential/tree.h"
#include "tests/differential/tree_order.h"

namespace kalends::differential {

// What a question should be answered with.
struct Answer {
  bool has_failed = false;      // An expression failed on a row: the question must, or may if the row is never reached.
  bool cannot_sort = false;     // A row that matches has no key.
  std::vector<Tree> documents;  // All that match, in order, as they are shown; skip and limit not heeded.
  std::vector<Tree> distinct;   // In their order.
};

namespace internal {

// A field whose whole name is what is left of the path goes before one that the path steps into. A number in the path
// is an index in an array, never a name there.
inline void CollectDistinct(const Tree& value, std::string_view path, std::vector<Tree>* found) {
  if (const Tree* const whole = value.Find(path)) {
    if (!whole->IsArray()) return found->push_back(*whole);
    found->insert(found->end(), whole->items.begin(), whole->items.end());
    return;
  }
  const std::size_t dot = path.find('.');
  if (dot == std::string_view::npos) return;
  const Tree* const next = value.Find(path.substr(0, dot));
  const std::string_view rest = path.substr(dot + 1);
  if (next == nullptr) return;
  if (!next->IsArray()) return CollectDistinct(*next, rest, found);
  const std::string_view name = rest.substr(0, rest.find('.'));
  const bool is_number =
      !name.empty() && std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (is_number) return CollectDistinct(ByIndex(*next), rest, found);
  for (const Tree& element : next->items) CollectDistinct(element, rest, found);
}

}  // namespace internal

class Model {
 public:
  explicit Model(Setting setting) : setting_(std::move(setting)) {}

  const Setting& setting() const { return setting_; }
  const std::vector<Row>& rows() const { return rows_; }

  void Insert(const Tree& document) {
    Row row{document, 0, rows_.size()};
    if (!setting_.time_field.empty()) row.time_us = TimeOf(*document.Find(setting_.time_field), setting_).value();
    rows_.push_back(std::move(row));
  }
  // What meets it is there no longer.
  template <class Test>
  void Delete(const Test& test) {
    std::erase_if(rows_, [&test](const Row& row) { return test(row.root); });
  }

  Answer Ask(const Question& question) const {
    Answer answer;
    struct Found {
      const Row* row;
      SortKey key;
    };
    std::vector<Found> found;
    ModelFilter filter(setting_);
    ModelSort sort(question.sort, setting_);
    for (const Row& row : rows_) {
      const bool is_in_time = question.time.Contains({row.time_us}) || setting_.time_field.empty();
      if (!is_in_time || !filter.Matches(question.filter, row)) continue;
      auto key = sort.Key(row);
      answer.cannot_sort = answer.cannot_sort || !key;
      found.push_back({&row, key ? std::move(*key) : SortKey(question.sort.items.size())});
    }
    answer.has_failed = filter.has_failed();
    const bool is_descending =
        question.sort.items.empty() ? question.order == Order::kNewestFirst : Exact(question.sort.items[0]) < 0;
    std::sort(found.begin(), found.end(), [&](const Found& a, const Found& b) {
      if (const int order = OrderOfKeys(a.key, b.key, question.sort); order != 0) return order < 0;
      int order = Sign(a.row->time_us, b.row->time_us);
      if (order == 0) order = Sign(a.row->sequence, b.row->sequence);
      return is_descending ? order > 0 : order < 0;
    });
    const ModelProjection projection(question.projection, setting_);
    std::vector<Tree> values;
    for (const Found& each : found) {
      answer.documents.push_back(projection.Apply(each.row->root));
      if (!setting_.time_field.empty() && question.distinct == setting_.time_field) {
        values.push_back(Date(each.row->time_us / 1000));
      } else {
        internal::CollectDistinct(each.row->root, question.distinct, &values);
      }
    }
    std::stable_sort(values.begin(), values.end(), [](const Tree& a, const Tree& b) { return OrderOf(a, b) < 0; });
    for (Tree& value : values) {
      if (answer.distinct.empty() || OrderOf(answer.distinct.back(), value) != 0) {
        answer.distinct.push_back(std::move(value));
      } else if (OrderOfSpellings(value, answer.distinct.back()) < 0) {
        answer.distinct.back() = std::move(value);
      }
    }
    return answer;
  }

 private:
  Setting setting_;
  std::vector<Row> rows_;
};

}  // namespace kalends::differential
