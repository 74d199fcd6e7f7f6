#include "query/projection_elem_match.h"

#include <span>

#include "format/errors.h"

namespace kalends {
namespace {

Value ObjectOf(const Field& field) { return Value::Object(std::span<const Field>(&field, 1)); }

}  // namespace

Result<std::shared_ptr<const ProjectionElemMatch>> ProjectionElemMatch::Parse(std::string_view field,
                                                                              const Value& condition) {
  // Asking a filter keeps the meaning of the two $elemMatch the same.
  const Field operation{.name = "$elemMatch", .value = condition};
  const Field asked{.name = field, .value = ObjectOf(operation)};
  auto parsed = std::make_shared<ProjectionElemMatch>();
  parsed->field_ = field;
  auto filter = Filter::Parse(ObjectOf(asked), FilterContext());
  if (!filter.has_value()) return WithContext("projection", filter.error());
  parsed->filter_ = std::move(filter).value();
  return std::shared_ptr<const ProjectionElemMatch>(std::move(parsed));
}

Result<Value> ProjectionElemMatch::Apply(const Value& array, Arena& arena) const {
  if (!array.is_array()) return Value();
  MatchScratch scratch;
  for (const Value& element : array.elements()) {
    // One element at a time: so the answer does not hang on which of several arrays the filter tells the index of.
    const Value only = Value::Array(std::span<const Value>(&element, 1));
    const Field field{.name = field_, .value = only};
    const bool matches = filter_->Matches({.time = {}, .id = {}, .root = ObjectOf(field), .json_bytes = 0}, scratch);
    scratch.arena.Reset();
    if (scratch.error) return *scratch.error;
    if (matches) return Value::Array(arena.Copy(std::span<const Value>(&element, 1)));
  }
  return Value();
}

}  // namespace kalends
