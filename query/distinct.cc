#include "query/distinct.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <system_error>

#include "format/copy_value.h"
#include "format/errors.h"
#include "format/time_field.h"
#include "kalends/limits.h"

namespace kalends {
namespace {

// A node of the set, with what the allocator adds.
constexpr std::size_t kNodeBytes = 64;

// Toward the past, so that times before 1970 are in their own millisecond.
std::int64_t FloorToMs(TimeUs time) {
  constexpr std::int64_t kUsPerMs = 1000;
  return time.value / kUsPerMs - (time.value % kUsPerMs < 0 ? 1 : 0);
}

// Whether the first part of a path has nothing but digits.
bool BeginsWithNumber(std::string_view path) {
  const std::string_view part = path.substr(0, path.find('.'));
  return !part.empty() && part.find_first_not_of("0123456789") == std::string_view::npos;
}

// A field of an object, or the element of an array that `name` is the index of.
Value Child(const Value& holder, std::string_view name) {
  if (holder.is_object()) return holder.Get(name);
  if (name.size() > 1 && name.front() == '0') return {};
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), index);
  if (error != std::errc() || end != name.data() + name.size()) return {};
  return index < holder.elements().size() ? holder.elements()[index] : Value();
}

// Of two numbers that are equal.
int CompareNumberSpellings(const Value& a, const Value& b) {
  if (a.type() != b.type()) return a.type() < b.type() ? -1 : 1;
  if (a.type() != Type::kDouble) return 0;
  return static_cast<int>(std::signbit(a.as_double())) - static_cast<int>(std::signbit(b.as_double()));
}

// Which of two equal values stays: negative where it is `a`, 0 where they are the same.
int CompareSpellings(const Value& a, const Value& b) {
  if (a.is_number()) return CompareNumberSpellings(a, b);
  int order = 0;
  if (a.is_array()) {
    for (std::size_t i = 0; i < a.elements().size() && order == 0; ++i) {
      order = CompareSpellings(a.elements()[i], b.elements()[i]);
    }
  } else if (a.is_object()) {
    for (std::size_t i = 0; i < a.fields().size() && order == 0; ++i) {
      order = CompareSpellings(a.fields()[i].value, b.fields()[i].value);
    }
  }
  return order;
}

static_assert(Type::kInt < Type::kLong && Type::kLong < Type::kDouble);

}  // namespace

Status DistinctValues::CheckPath(std::string_view path) {
  if (path.empty()) return InvalidArgument("distinct: the path is empty");
  if (path.find('\0') != std::string_view::npos) return InvalidArgument("distinct: the path holds a zero byte");
  if (std::count(path.begin(), path.end(), '.') >= kNestingDepthMax) {
    return LimitExceeded("distinct: a path has at most ", kNestingDepthMax, " parts");
  }
  return {};
}

DistinctValues::DistinctValues(std::string_view path, const FilterContext& context, std::size_t memory_bytes_max)
    : path_(path),
      time_unit_(context.time_unit),
      is_time_(std::find(context.time_fields.begin(), context.time_fields.end(), path) != context.time_fields.end()),
      is_id_(path == (context.id_field.empty() ? "_id" : std::string_view(context.id_field))),
      memory_bytes_max_(memory_bytes_max) {}

Status DistinctValues::Add(const StoredRow& row) {
  if (is_id_ && !row.id.is_missing()) return AddValue(row.id);
  if (is_time_) {
    const std::optional<TimeUs> time = TimeOfValue(ValueAtPath(row.root, path_), time_unit_);
    if (time.has_value()) return AddValue(Value::DateMs(FloorToMs(*time)));
  }
  return AddAlongPath(row.root, path_);
}

// `holder` is an object, or an array that a number is looked up in.
Status DistinctValues::AddAlongPath(const Value& holder, std::string_view path) {
  const Value whole = Child(holder, path);
  if (!whole.is_missing()) return AddAtEnd(whole);
  const std::size_t dot = path.find('.');
  if (dot == std::string_view::npos) return {};
  const Value value = Child(holder, path.substr(0, dot));
  const std::string_view rest = path.substr(dot + 1);
  if (value.is_object() || (value.is_array() && BeginsWithNumber(rest))) return AddAlongPath(value, rest);
  if (!value.is_array()) return {};
  for (const Value& element : value.elements()) {
    if (element.is_object()) KALENDS_RETURN_IF_ERROR(AddAlongPath(element, rest));
  }
  return {};
}

Status DistinctValues::AddAtEnd(const Value& value) {
  if (!value.is_array()) return AddValue(value);
  for (const Value& element : value.elements()) KALENDS_RETURN_IF_ERROR(AddValue(element));
  return {};
}

std::unique_ptr<DistinctValues> DistinctValues::MakeEmpty() const {
  std::unique_ptr<DistinctValues> empty(new DistinctValues());
  empty->path_ = path_;
  empty->time_unit_ = time_unit_;
  empty->is_time_ = is_time_;
  empty->is_id_ = is_id_;
  empty->memory_bytes_max_ = memory_bytes_max_;
  return empty;
}

Status DistinctValues::AddAll(const DistinctValues& other) {
  for (const Value& value : other.values_) KALENDS_RETURN_IF_ERROR(AddValue(value));
  return {};
}

Status DistinctValues::AddValue(const Value& value) {
  if (value.is_missing()) return {};
  const auto found = values_.find(value);
  if (found != values_.end() && CompareSpellings(value, *found) >= 0) return {};
  const std::size_t bytes = arena_.bytes_reserved() + DeepCopyBytes(value) + (values_.size() + 1) * kNodeBytes;
  if (bytes > memory_bytes_max_) {
    return LimitExceeded("distinct ", path_, ": the values take more than ", memory_bytes_max_,
                         " bytes of memory; a narrower filter has fewer");
  }
  if (found != values_.end()) values_.erase(found);
  values_.insert(DeepCopy(value, arena_));
  return {};
}

}  // namespace kalends
