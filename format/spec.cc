#include "kalends/spec.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <unordered_set>
#include <utility>

#include "format/arena.h"
#include "format/errors.h"
#include "format/json_reader.h"
#include "format/time_field.h"
#include "kalends/limits.h"

namespace kalends {
namespace {

constexpr int kMonthsAheadLimit = 1200;  // As many months as a collection may have.

// The names of an enum in the JSON form.
template <class Enum>
struct EnumName {
  std::string_view name;
  Enum value;
};
constexpr std::array<EnumName<TimeUnit>, 4> kTimeUnits = {{{"auto", TimeUnit::kAuto},
                                                           {"s", TimeUnit::kSeconds},
                                                           {"ms", TimeUnit::kMilliseconds},
                                                           {"us", TimeUnit::kMicroseconds}}};
constexpr std::array<EnumName<MissingTime>, 2> kMissingTimes = {
    {{"error", MissingTime::kError}, {"arrival", MissingTime::kArrival}}};
constexpr std::array<EnumName<Codec>, 4> kCodecs = {{{"none", Codec::kNone},
                                                     {"zstd", Codec::kZstd},
                                                     {"zlib", Codec::kZlib},
                                                     {"zstd-dictionary", Codec::kZstdDictionary}}};

// Empty for a number that is none of the enum's values.
template <class Enum, std::size_t kCount>
std::string_view NameOf(Enum value, const std::array<EnumName<Enum>, kCount>& names) {
  for (const EnumName<Enum>& entry : names) {
    if (entry.value == value) return entry.name;
  }
  return {};
}

// ---- From JSON. `key` is the whole path of the key, as the message names it.

template <class... Parts>
Error BadSpec(std::string_view key, const Parts&... parts) {
  return InvalidArgument("spec: \"", key, "\" ", parts...);
}

Status ReadBool(std::string_view key, const Value& value, bool* out) {
  if (value.type() != Type::kBool) return BadSpec(key, "must be true or false, not ", TypeName(value.type()));
  *out = value.as_bool();
  return {};
}

Status ReadText(std::string_view key, const Value& value, std::string* out) {
  if (!value.is_string()) return BadSpec(key, "must be a string, not ", TypeName(value.type()));
  *out = value.as_string();
  return {};
}

Status ReadTexts(std::string_view key, const Value& value, std::vector<std::string>* out) {
  if (!value.is_array()) return BadSpec(key, "must be an array of strings, not ", TypeName(value.type()));
  out->clear();
  for (const Value& element : value.elements()) {
    if (!element.is_string()) return BadSpec(key, "must hold strings alone, not ", TypeName(element.type()));
    out->emplace_back(element.as_string());
  }
  return {};
}

template <class Integer>
Status ReadInteger(std::string_view key, const Value& value, Integer* out) {
  if (!value.is_integer()) return BadSpec(key, "must be a whole number, not ", TypeName(value.type()));
  if (!std::in_range<Integer>(value.as_integer())) return BadSpec(key, "is out of range: ", value.as_integer());
  *out = static_cast<Integer>(value.as_integer());
  return {};
}

template <class Enum, std::size_t kCount>
Status ReadEnum(std::string_view key, const Value& value, const std::array<EnumName<Enum>, kCount>& names, Enum* out) {
  std::string expected;
  for (const EnumName<Enum>& entry : names) {
    if (value.is_string() && value.as_string() == entry.name) {
      *out = entry.value;
      return {};
    }
    expected += (expected.empty() ? "\"" : ", \"") + std::string(entry.name) + "\"";
  }
  return BadSpec(key, "must be one of ", expected);
}

Status ReadTimePart(const Value& part, CollectionSpec* spec) {
  if (!part.is_object()) return BadSpec("time", "must be an object, not ", TypeName(part.type()));
  for (const auto& [name, value] : part.fields()) {
    if (name == "fields") {
      KALENDS_RETURN_IF_ERROR(ReadTexts("time.fields", value, &spec->time_fields));
    } else if (name == "unit") {
      KALENDS_RETURN_IF_ERROR(ReadEnum("time.unit", value, kTimeUnits, &spec->time_unit));
    } else if (name == "missing") {
      KALENDS_RETURN_IF_ERROR(ReadEnum("time.missing", value, kMissingTimes, &spec->missing_time));
    } else {
      return BadSpec("time." + std::string(name), "is unknown; \"time\" has fields, unit, missing");
    }
  }
  return {};
}

Status ReadCompressionPart(const Value& part, CollectionSpec* spec) {
  if (!part.is_object()) return BadSpec("compression", "must be an object, not ", TypeName(part.type()));
  for (const auto& [name, value] : part.fields()) {
    if (name == "codec") {
      KALENDS_RETURN_IF_ERROR(ReadEnum("compression.codec", value, kCodecs, &spec->codec));
    } else if (name == "level") {
      KALENDS_RETURN_IF_ERROR(ReadInteger("compression.level", value, &spec->compression_level));
    } else if (name == "above") {
      KALENDS_RETURN_IF_ERROR(ReadInteger("compression.above", value, &spec->compress_above));
    } else {
      return BadSpec("compression." + std::string(name), "is unknown; \"compression\" has codec, level, above");
    }
  }
  return {};
}

Status ReadPart(std::string_view name, const Value& value, CollectionSpec* spec) {
  if (name == "plain") return ReadBool(name, value, &spec->plain);
  if (name == "time") return ReadTimePart(value, spec);
  if (name == "id") return ReadText(name, value, &spec->id_field);
  if (name == "series") return ReadText(name, value, &spec->series_field);
  if (name == "indexes") return ReadTexts(name, value, &spec->indexes);
  if (name == "text") return ReadTexts(name, value, &spec->text_fields);
  if (name == "text_exclude") return ReadTexts(name, value, &spec->text_exclude);
  if (name == "text_language") return ReadText(name, value, &spec->text_language);
  if (name == "compression") return ReadCompressionPart(value, spec);
  if (name == "months_ahead") return ReadInteger(name, value, &spec->months_ahead);
  return BadSpec(name, "is unknown; a spec has plain, time, id, series, indexes, text, text_exclude, text_language, ",
                 "compression, months_ahead");
}

// ---- To JSON

std::vector<Value> TextValues(const std::vector<std::string>& texts) {
  std::vector<Value> values;
  values.reserve(texts.size());
  for (const std::string& text : texts) values.push_back(Value::String(text));
  return values;
}

// ---- Validation

Status CheckPath(std::string_view what, const std::string& path) {
  if (path.empty()) return BadSpec(what, "holds an empty path; name a field, such as \"user.id\"");
  if (!simdjson::validate_utf8(path)) return BadSpec(what, "holds a path that is no UTF-8");
  if (HasEmptyPart(path))
    return BadSpec(what, "holds the path '", path, "', of which a part is empty; name each field between the dots");
  return {};
}

Status CheckPaths(std::string_view what, const std::vector<std::string>& paths) {
  std::unordered_set<std::string_view> seen;
  for (const std::string& path : paths) {
    KALENDS_RETURN_IF_ERROR(CheckPath(what, path));
    if (!seen.insert(path).second) return BadSpec(what, "names '", path, "' twice");
  }
  return {};
}

Status CheckLevel(Codec codec, int level) {
  if (codec == Codec::kNone) return {};
  const int level_max = codec == Codec::kZlib ? 9 : 19;
  if (level >= 1 && level <= level_max) return {};
  return BadSpec("compression.level", "is ", level, "; ", NameOf(codec, kCodecs), " takes 1 to ", level_max);
}

}  // namespace

Result<CollectionSpec> CollectionSpec::FromJson(std::string_view json, const CollectionSpec& base) {
  Arena arena;
  JsonReader reader;
  const Result<Value> root = reader.ReadObject(json, arena);
  if (!root.has_value()) return WithContext("spec", root.error());
  CollectionSpec spec = base;
  for (const auto& [name, value] : root->fields()) KALENDS_RETURN_IF_ERROR(ReadPart(name, value, &spec));
  return spec;
}

std::string CollectionSpec::ToJson() const {
  const std::vector<Value> time_values = TextValues(time_fields);
  const std::vector<Value> index_values = TextValues(indexes);
  const std::vector<Value> text_values = TextValues(text_fields);
  const std::vector<Value> exclude_values = TextValues(text_exclude);
  const std::array<Field, 3> time = {{{"fields", Value::Array(time_values)},
                                      {"unit", Value::String(NameOf(time_unit, kTimeUnits))},
                                      {"missing", Value::String(NameOf(missing_time, kMissingTimes))}}};
  const std::array<Field, 3> compression = {{{"codec", Value::String(NameOf(codec, kCodecs))},
                                             {"level", Value::Int(compression_level)},
                                             {"above", Value::Long(compress_above)}}};
  const std::array<Field, 10> root = {{{"plain", Value::Bool(plain)},
                                       {"time", Value::Object(time)},
                                       {"id", Value::String(id_field)},
                                       {"series", Value::String(series_field)},
                                       {"indexes", Value::Array(index_values)},
                                       {"text", Value::Array(text_values)},
                                       {"text_exclude", Value::Array(exclude_values)},
                                       {"text_language", Value::String(text_language)},
                                       {"compression", Value::Object(compression)},
                                       {"months_ahead", Value::Int(months_ahead)}}};
  return kalends::ToJson(Value::Object(root));
}

Status CollectionSpec::Validate() const {
  if (NameOf(time_unit, kTimeUnits).empty()) return BadSpec("time.unit", "is unknown");
  if (NameOf(missing_time, kMissingTimes).empty()) return BadSpec("time.missing", "is unknown");
  if (NameOf(codec, kCodecs).empty()) return BadSpec("compression.codec", "is unknown");
  if (time_fields.empty() && !plain) {
    return BadSpec("time.fields", "is empty; name the time field, or make the collection plain");
  }
  KALENDS_RETURN_IF_ERROR(CheckPaths("time.fields", time_fields));
  KALENDS_RETURN_IF_ERROR(CheckPath("id", id_field));
  if (!series_field.empty()) KALENDS_RETURN_IF_ERROR(CheckPath("series", series_field));
  KALENDS_RETURN_IF_ERROR(CheckPaths("indexes", indexes));
  if (indexes.size() > kIndexesMax)
    return BadSpec("indexes", "names ", indexes.size(), " paths; a collection has at most ", kIndexesMax);
  KALENDS_RETURN_IF_ERROR(CheckPaths("text", text_fields));
  if (text_fields.size() > 1 && std::find(text_fields.begin(), text_fields.end(), "*") != text_fields.end()) {
    return BadSpec("text", "names \"*\", which is every string field, beside others; keep one of both");
  }
  KALENDS_RETURN_IF_ERROR(CheckPaths("text_exclude", text_exclude));
  KALENDS_RETURN_IF_ERROR(CheckLevel(codec, compression_level));
  if (compress_above > kDocumentBytesMax) {
    return BadSpec("compression.above", "is ", compress_above, "; no record is larger than ", kDocumentBytesMax,
                   " bytes (for no compression of records, take the codec none)");
  }
  if (months_ahead < 0 || months_ahead > kMonthsAheadLimit) {
    return BadSpec("months_ahead", "is ", months_ahead, "; it takes 0 to ", kMonthsAheadLimit);
  }
  return {};
}

}  // namespace kalends
