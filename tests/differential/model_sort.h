#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/differential/model_row.h"
#include "tests/differential/tree.h"
#include "tests/differential/tree_order.h"
#include "tests/differential/tree_path.h"

namespace kalends::differential {

using SortKey = std::vector<Tree>;

inline int OrderOfKeys(const SortKey& a, const SortKey& b, const Tree& sort) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    const int direction = Exact(sort.items[i]) < 0 ? -1 : 1;
    if (const int order = OrderOf(a[i], b[i]) * direction; order != 0) return order;
  }
  return 0;
}

// The keys of a document, as an index on these fields would hold them: one an element of the array that the fields
// meet. The document is sorted by the one that comes first.
class ModelSort {
 public:
  ModelSort(const Tree& sort, const Setting& setting) : sort_(sort), setting_(setting) {}

  // nullopt where MongoDB fails: fields in different arrays, or a number that is an index and a name at once.
  std::optional<SortKey> Key(const Row& row) {
    keys_.clear();
    has_failed_ = false;
    time_ = Date(row.time_us);
    std::vector<Branch> branches;
    for (const std::string& path : sort_.names) {
      const bool is_time = !setting_.time_field.empty() && path == setting_.time_field;
      branches.push_back({is_time ? &time_ : &row.root, is_time ? Names() : Split(path), is_time, false});
    }
    Expand(branches);
    if (has_failed_) return std::nullopt;
    SortKey first = keys_.front();
    for (const SortKey& key : keys_) {
      if (OrderOfKeys(key, first, sort_) < 0) first = key;
    }
    return first;
  }

 private:
  // A field of the sort on its way: where it stands, and the names before it.
  struct Branch {
    const Tree* at;
    Names rest;
    bool is_done;
    bool is_in_array;
  };

  void WalkToArray(Branch* branch) const {
    while (!branch->is_done && !branch->is_in_array) {
      if (branch->rest.empty()) {
        branch->is_done = true;
        return;
      }
      const Tree* const next = branch->at->Find(branch->rest.front());
      branch->rest.erase(branch->rest.begin());
      branch->at = next == nullptr ? &null_ : next;
      branch->is_done = next == nullptr;
      branch->is_in_array = next != nullptr && next->IsArray();
    }
  }

  void Expand(std::vector<Branch> branches) {
    std::set<const Tree*> arrays;
    for (Branch& branch : branches) {
      WalkToArray(&branch);
      if (branch.is_in_array) arrays.insert(branch.at);
    }
    if (arrays.size() > 1) has_failed_ = true;
    if (has_failed_) return;
    if (arrays.empty()) {
      SortKey key;
      for (const Branch& branch : branches) key.push_back(*branch.at);
      keys_.push_back(key);
      return;
    }
    const Tree& array = **arrays.begin();
    // An empty array counts as one element that is less than null.
    for (std::size_t i = 0; i < std::max<std::size_t>(array.items.size(), 1); ++i) {
      std::vector<Branch> next = branches;
      for (Branch& branch : next) {
        if (branch.is_in_array) Enter(array, i, &branch);
      }
      Expand(next);
    }
  }

  // Goes on with the element `i`, or with that which a number names.
  void Enter(const Tree& array, std::size_t i, Branch* branch) {
    branch->is_in_array = false;
    branch->at = array.items.empty() ? &missing_ : &array.items[i];
    for (std::size_t k = 0; !branch->rest.empty() && k < array.items.size(); ++k) {
      if (branch->rest.front() != std::to_string(k)) continue;
      for (const Tree& element : array.items)
        has_failed_ = has_failed_ || element.Find(branch->rest.front()) != nullptr;
      branch->at = &array.items[k];
      branch->rest.erase(branch->rest.begin());
      branch->is_in_array = branch->at->IsArray();
      break;
    }
    // Of an array in an array, the elements are not looked at.
    if (branch->rest.empty() && !branch->is_in_array) branch->is_done = true;
  }

  const Tree& sort_;
  const Setting& setting_;
  const Tree null_ = Null();
  const Tree missing_;
  Tree time_;
  std::vector<SortKey> keys_;
  bool has_failed_ = false;
};

}  // namespace kalends::differential
