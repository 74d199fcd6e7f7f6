#include "query/sort_key_walk.h"

#include <algorithm>
#include <string>
#include <vector>

#include "format/errors.h"

namespace kalends {
namespace {

const Value* FindField(const Value& object, std::string_view name) {
  if (!object.is_object()) return nullptr;
  for (const Field& field : object.fields()) {
    if (field.name == name) return &field.value;
  }
  return nullptr;
}

}  // namespace

Status SortKeyWalk::Run(const StoredRow& row) {
  if (RunWithoutArrays(row)) return {};
  std::vector<Walker> walkers(spec_.fields_.size());
  for (std::size_t i = 0; i < walkers.size(); ++i) {
    const SortSpec::SortField& field = spec_.fields_[i];
    walkers[i].value = row.root;
    walkers[i].rest = field.path.parts();
    const std::optional<Value> own = OwnValue(row, i);
    walkers[i].is_done = own.has_value();
    if (own.has_value()) walkers[i].value = *own;
  }
  candidate_ = {static_cast<Value*>(arena_.Allocate(first_.size_bytes())), first_.size()};
  return Continue(walkers);
}

// What the row has beside its document.
std::optional<Value> SortKeyWalk::OwnValue(const StoredRow& row, std::size_t i) const {
  const SortSpec::SortField& field = spec_.fields_[i];
  if (field.is_time) return Value::Long(row.time.value);
  if (field.is_text_score) return Value::Double(row.text_score);
  if (field.is_id && !row.id.is_missing()) return row.id;
  return std::nullopt;
}

// Most rows have no array on the paths: they need no memory. False where there is one.
bool SortKeyWalk::RunWithoutArrays(const StoredRow& row) {
  for (std::size_t i = 0; i < first_.size(); ++i) {
    const SortSpec::SortField& field = spec_.fields_[i];
    if (const std::optional<Value> own = OwnValue(row, i)) {
      first_[i] = *own;
      continue;
    }
    Value value = row.root;
    for (const Path::Part& part : field.path.parts()) {
      const Value* next = FindField(value, part.name);
      if (next != nullptr && next->is_array()) return false;
      value = next == nullptr ? Value::Null() : *next;
      if (next == nullptr) break;
    }
    first_[i] = value;
  }
  return true;
}

// To the value at the end of the path, or to the first array on it.
void SortKeyWalk::Step(Walker* walker) {
  while (!walker->rest.empty()) {
    const Value* value = FindField(walker->value, walker->rest.front().name);
    if (value == nullptr) {
      walker->value = Value::Null();
      walker->is_done = true;
      return;
    }
    walker->rest = walker->rest.subspan(1);
    walker->value = *value;
    if (value->is_array()) {
      walker->array = value;
      return;
    }
  }
  walker->is_done = true;
}

Status SortKeyWalk::Continue(Walkers walkers) {
  for (Walker& walker : walkers) {
    if (!walker.is_done && walker.array == nullptr) Step(&walker);
  }
  const auto in_array = std::find_if(walkers.begin(), walkers.end(), [](const Walker& w) { return !w.is_done; });
  if (in_array == walkers.end()) return Keep(walkers);
  KALENDS_RETURN_IF_ERROR(CheckOneArray(walkers));
  return Expand(walkers, in_array->value.elements());
}

Status SortKeyWalk::CheckOneArray(Walkers walkers) const {
  std::size_t first = walkers.size();
  for (std::size_t i = 0; i < walkers.size(); ++i) {
    if (walkers[i].is_done) continue;
    if (first == walkers.size()) first = i;
    if (walkers[i].array == walkers[first].array) continue;
    return InvalidArgument("sort: cannot sort with keys that are parallel arrays: ", spec_.fields_[first].path.text(),
                           " and ", spec_.fields_[i].path.text());
  }
  return {};
}

// Each element in turn is where the walkers go on; a number in a path takes its own element each time.
Status SortKeyWalk::Expand(Walkers walkers, std::span<const Value> elements) {
  static constexpr Value kNothing = Value();
  elements_ += elements.size();
  if (elements_ > SortSpec::kElementsPerRowMax) {
    return LimitExceeded("sort: to find the key of one document, more than ", SortSpec::kElementsPerRowMax,
                         " elements of its arrays would be looked at");
  }
  std::vector<const Value*> by_number(walkers.size(), nullptr);
  bool all_by_number = true;
  for (std::size_t i = 0; i < walkers.size(); ++i) {
    if (walkers[i].is_done) continue;
    const auto rest = walkers[i].rest;
    if (!rest.empty() && rest.front().index.has_value() && *rest.front().index < elements.size()) {
      const auto is_name = [&](const Value& element) { return FindField(element, rest.front().name) != nullptr; };
      if (std::any_of(elements.begin(), elements.end(), is_name)) {
        return InvalidArgument("sort.", spec_.fields_[i].path.text(), ": ", rest.front().name,
                               " is both an index of an array and a name in its elements");
      }
      by_number[i] = &elements[*rest.front().index];
    } else {
      all_by_number = false;
    }
  }
  if (elements.empty()) elements = {&kNothing, 1};
  if (all_by_number) elements = elements.first(1);

  std::vector<Walker> next(walkers.size());
  for (const Value& element : elements) {
    std::copy(walkers.begin(), walkers.end(), next.begin());
    for (std::size_t i = 0; i < next.size(); ++i) {
      Walker& walker = next[i];
      if (walker.is_done) continue;
      walker.array = nullptr;
      walker.value = element;
      if (by_number[i] != nullptr) {
        walker.value = *by_number[i];
        walker.rest = walker.rest.subspan(1);
        if (walker.value.is_array()) walker.array = by_number[i];
        walker.is_done = walker.rest.empty() && walker.array == nullptr;
      } else {
        walker.is_done = walker.rest.empty();
      }
    }
    KALENDS_RETURN_IF_ERROR(Continue(next));
  }
  return {};
}

Status SortKeyWalk::Keep(Walkers walkers) {
  for (std::size_t i = 0; i < walkers.size(); ++i) candidate_[i] = walkers[i].value;
  if (!has_key_ || spec_.CompareKeys(candidate_, first_) < 0) {
    std::copy(candidate_.begin(), candidate_.end(), first_.begin());
  }
  has_key_ = true;
  return {};
}

}  // namespace kalends
