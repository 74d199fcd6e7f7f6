#include "query/sort_key.h"

#include <algorithm>

#include "format/compare.h"
#include "format/errors.h"
#include "query/projection_field_path.h"
#include "query/sort_key_walk.h"
#include "query/text_meta.h"

namespace kalends {
namespace {

Result<bool> ParseDescending(const Value& direction, const std::string& where) {
  if (!direction.is_number()) {
    return InvalidArgument(where, ": expected 1 or -1, found ", TypeName(direction.type()));
  }
  if (direction.ToDouble() == 1) return false;
  if (direction.ToDouble() == -1) return true;
  return InvalidArgument(where, ": expected 1 or -1, found ", ToJson(direction));
}

bool IsOneOf(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

Result<SortSpec> SortSpec::Parse(const Value& sort, const FilterContext& context) {
  if (!sort.is_object()) return InvalidArgument("sort: expected an object, found ", TypeName(sort.type()));
  if (sort.fields().size() > kFieldsMax) {
    return LimitExceeded("sort: ", sort.fields().size(), " fields, at most ", kFieldsMax, " are possible");
  }
  const std::string_view id_path = context.id_field.empty() ? "_id" : std::string_view(context.id_field);
  SortSpec spec;
  for (const Field& field : sort.fields()) {
    const std::string where = "sort." + std::string(field.name);
    if (field.name == "$natural") return Unsupported(where, ": the order of storage is that of the time field");
    KALENDS_RETURN_IF_ERROR(CheckFieldPath(field.name, where));
    KALENDS_TRY(const bool is_text_score, IsTextScoreMeta(field.value, where));
    bool is_descending = true;
    if (!is_text_score) {
      KALENDS_TRY(is_descending, ParseDescending(field.value, where));
    }
    for (const SortField& earlier : spec.fields_) {
      if (earlier.path.text() == field.name) return InvalidArgument(where, ": the field is named twice");
    }
    spec.fields_.push_back({.path = Path(field.name),
                            .is_descending = is_descending,
                            .is_time = !is_text_score && IsOneOf(context.time_fields, field.name),
                            .is_id = !is_text_score && field.name == id_path,
                            .is_text_score = is_text_score});
  }
  return spec;
}

bool SortSpec::HasTextScore() const {
  return std::any_of(fields_.begin(), fields_.end(), [](const SortField& field) { return field.is_text_score; });
}

Status SortSpec::Key(const StoredRow& row, Arena& arena, std::span<Value> out) const {
  return SortKeyWalk(*this, arena, out).Run(row);
}

std::weak_ordering SortSpec::CompareKeys(std::span<const Value> a, std::span<const Value> b) const {
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    const std::weak_ordering order = fields_[i].is_descending ? Compare(b[i], a[i]) : Compare(a[i], b[i]);
    if (order != 0) return order;
  }
  return std::weak_ordering::equivalent;
}

}  // namespace kalends
