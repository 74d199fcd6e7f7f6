#include <algorithm>
#include <set>
#include <vector>

#include "query/json_schema_support.h"

// minProperties, maxProperties, required, properties, patternProperties, additionalProperties, dependencies.
namespace kalends {
namespace {

std::int64_t SizeOf(const Value& object) { return static_cast<std::int64_t>(object.fields().size()); }

Result<ValueTestPtr> ParseMinProperties(const SchemaKeyword& keyword) {
  KALENDS_TRY(const std::int64_t size, ReadSchemaCount(keyword));
  return MakeSchemaTest(
      [size](const Value& value, MatchScratch&) { return !value.is_object() || SizeOf(value) >= size; });
}
Result<ValueTestPtr> ParseMaxProperties(const SchemaKeyword& keyword) {
  KALENDS_TRY(const std::int64_t size, ReadSchemaCount(keyword));
  return MakeSchemaTest(
      [size](const Value& value, MatchScratch&) { return !value.is_object() || SizeOf(value) <= size; });
}

// Walks the fields once, so that long lists of names do not multiply with long objects.
bool HasAll(const Value& object, const std::set<std::string_view>& names) {
  std::size_t found = 0;
  for (const Field& field : object.fields()) found += names.contains(field.name) ? 1 : 0;
  return found == names.size();
}

Result<ValueTestPtr> ParseRequired(const SchemaKeyword& keyword) {
  KALENDS_TRY(auto names, ReadSchemaNames(keyword.operand, keyword.here));
  return MakeSchemaTest([names = std::move(names)](const Value& value, MatchScratch&) {
    return !value.is_object() || HasAll(value, names);
  });
}

Status CheckObject(const SchemaKeyword& keyword) {
  if (keyword.operand.is_object()) return {};
  return InvalidArgument(keyword.here, ": expected an object, found ", TypeName(keyword.operand.type()));
}

struct NamedTest {
  std::string_view name;
  ValueTestPtr test;
};

Result<ValueTestPtr> ParseProperties(const SchemaKeyword& keyword) {
  KALENDS_RETURN_IF_ERROR(CheckObject(keyword));
  std::vector<NamedTest> tests;
  for (const Field& field : keyword.operand.fields()) {
    KALENDS_TRY(ValueTestPtr test,
                ParseSchema(keyword.parsing, field.value, FilterPlace(keyword.here, field.name), keyword.depth));
    tests.push_back({field.name, std::move(test)});
  }
  std::sort(tests.begin(), tests.end(), [](const NamedTest& a, const NamedTest& b) { return a.name < b.name; });
  return MakeSchemaTest([tests = std::move(tests)](const Value& value, MatchScratch& scratch) {
    if (!value.is_object()) return true;
    return std::all_of(value.fields().begin(), value.fields().end(), [&](const Field& field) {
      const auto found = std::lower_bound(tests.begin(), tests.end(), field.name,
                                          [](const NamedTest& a, std::string_view name) { return a.name < name; });
      return found == tests.end() || found->name != field.name || found->test->Holds(field.value, scratch);
    });
  });
}

struct PatternTest {
  Regex pattern;
  ValueTestPtr test;
};

Result<ValueTestPtr> ParsePatternProperties(const SchemaKeyword& keyword) {
  KALENDS_RETURN_IF_ERROR(CheckObject(keyword));
  std::vector<PatternTest> tests;
  for (const Field& field : keyword.operand.fields()) {
    const FilterPlace place(keyword.here, field.name);
    KALENDS_TRY(Regex pattern, keyword.parsing.CompileRegex({field.name, {}}, place));
    KALENDS_TRY(ValueTestPtr test, ParseSchema(keyword.parsing, field.value, place, keyword.depth));
    tests.push_back({std::move(pattern), std::move(test)});
  }
  return MakeSchemaTest([tests = std::move(tests)](const Value& value, MatchScratch& scratch) {
    if (!value.is_object()) return true;
    return std::all_of(value.fields().begin(), value.fields().end(), [&](const Field& field) {
      return std::all_of(tests.begin(), tests.end(), [&](const PatternTest& each) {
        return !each.pattern.Matches(field.name) || each.test->Holds(field.value, scratch);
      });
    });
  });
}

// The fields that neither `properties` nor `patternProperties` name.
Result<ValueTestPtr> ParseAdditionalProperties(const SchemaKeyword& keyword) {
  ValueTestPtr test;
  bool allowed = true;
  if (keyword.operand.type() == Type::kBool) {
    allowed = keyword.operand.as_bool();
  } else {
    KALENDS_TRY(test, ParseSchema(keyword.parsing, keyword.operand, keyword.here, keyword.depth));
  }
  std::set<std::string_view> names;
  if (const Value properties = keyword.schema.Get("properties"); properties.is_object()) {
    for (const Field& field : properties.fields()) names.insert(field.name);
  }
  std::vector<Regex> patterns;
  if (const Value properties = keyword.schema.Get("patternProperties"); properties.is_object()) {
    for (const Field& field : properties.fields()) {
      KALENDS_TRY(Regex pattern, keyword.parsing.CompileRegex({field.name, {}}, keyword.here));
      patterns.push_back(std::move(pattern));
    }
  }
  return MakeSchemaTest([test = std::move(test), allowed, names = std::move(names), patterns = std::move(patterns)](
                            const Value& value, MatchScratch& scratch) {
    if (!value.is_object()) return true;
    return std::all_of(value.fields().begin(), value.fields().end(), [&](const Field& field) {
      if (names.contains(field.name)) return true;
      for (const Regex& pattern : patterns) {
        if (pattern.Matches(field.name)) return true;
      }
      return test == nullptr ? allowed : test->Holds(field.value, scratch);
    });
  });
}

// {a: ["b"]}: who has a has b. {a: schema}: who has a is accepted by the schema.
Result<ValueTestPtr> ParseDependencies(const SchemaKeyword& keyword) {
  KALENDS_RETURN_IF_ERROR(CheckObject(keyword));
  std::vector<NamedTest> tests;
  for (const Field& field : keyword.operand.fields()) {
    const FilterPlace place(keyword.here, field.name);
    if (field.value.is_array()) {
      KALENDS_TRY(auto names, ReadSchemaNames(field.value, place));
      tests.push_back({field.name, MakeSchemaTest([names = std::move(names)](const Value& value, MatchScratch&) {
                         return HasAll(value, names);
                       })});
      continue;
    }
    KALENDS_TRY(ValueTestPtr test, ParseSchema(keyword.parsing, field.value, place, keyword.depth));
    tests.push_back({field.name, std::move(test)});
  }
  return MakeSchemaTest([tests = std::move(tests)](const Value& value, MatchScratch& scratch) {
    if (!value.is_object()) return true;
    return std::all_of(tests.begin(), tests.end(), [&](const NamedTest& each) {
      return value.Get(each.name).is_missing() || each.test->Holds(value, scratch);
    });
  });
}

constexpr SchemaKeywordRow kKeywords[] = {
    {"minProperties", ParseMinProperties},
    {"maxProperties", ParseMaxProperties},
    {"required", ParseRequired},
    {"properties", ParseProperties},
    {"patternProperties", ParsePatternProperties},
    {"additionalProperties", ParseAdditionalProperties},
    {"dependencies", ParseDependencies},
};

}  // namespace

SchemaKeywordParser FindSchemaObjectKeyword(std::string_view name) { return FindSchemaRow(kKeywords, name); }

}  // namespace kalends
