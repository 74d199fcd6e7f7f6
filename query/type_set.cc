#include "query/type_set.h"

#include <optional>
#include <string_view>

#include "format/errors.h"
#include "query/filter_values.h"

namespace kalends {
namespace {

struct TypeRow {
  int code;
  std::string_view alias;
  std::string_view json;     // Its name in JSON schemas, if it has one.
  std::optional<Type> type;  // nullopt: no value here is of it.
};

constexpr TypeRow kTypes[] = {
    {1, "double", "", Type::kDouble},
    {2, "string", "string", Type::kString},
    {3, "object", "object", Type::kObject},
    {4, "array", "array", Type::kArray},
    {5, "binData", "", Type::kBinary},
    {6, "undefined", "", std::nullopt},
    {7, "objectId", "", Type::kObjectId},
    {8, "bool", "boolean", Type::kBool},
    {9, "date", "", Type::kDate},
    {10, "null", "null", Type::kNull},
    {11, "regex", "", std::nullopt},
    {12, "dbPointer", "", std::nullopt},
    {13, "javascript", "", std::nullopt},
    {14, "symbol", "", std::nullopt},
    {15, "javascriptWithScope", "", std::nullopt},
    {16, "int", "", Type::kInt},
    {17, "timestamp", "", std::nullopt},
    {18, "long", "", Type::kLong},
    {19, "decimal", "", std::nullopt},
    {-1, "minKey", "", std::nullopt},
    {127, "maxKey", "", std::nullopt},
};

Status AddNamed(std::string_view name, TypeNames names, const FilterPlace& place, TypeSet* types) {
  if (name == "number") {
    for (const Type type : {Type::kInt, Type::kLong, Type::kDouble}) types->Add(type);
    return {};
  }
  for (const TypeRow& row : kTypes) {
    if ((names == TypeNames::kJson ? row.json : row.alias) != name) continue;
    if (row.type.has_value()) types->Add(*row.type);
    return {};
  }
  if (names == TypeNames::kJson && name == "integer") {
    return Unsupported(place, ": the type integer is not supported; write bsonType: [\"int\", \"long\"]");
  }
  return InvalidArgument(place, ": the type ", name, " is not known");
}

Status AddOne(const Value& operand, TypeNames names, const FilterPlace& place, TypeSet* types) {
  if (operand.is_string() && !operand.as_string().empty()) return AddNamed(operand.as_string(), names, place, types);
  if (names != TypeNames::kNumbersAndAliases || !operand.is_number()) {
    return InvalidArgument(place, ": expected the name of a type, found ", ToJson(operand).substr(0, 60));
  }
  const std::optional<std::int64_t> code = ExactInteger(operand);
  for (const TypeRow& row : kTypes) {
    if (row.code != code) continue;
    if (row.type.has_value()) types->Add(*row.type);
    return {};
  }
  return InvalidArgument(place, ": the type number ", ToJson(operand), " is not known");
}

class TypeTest final : public ValueTest {
 public:
  explicit TypeTest(TypeSet types) : types_(types) {}
  bool Holds(const Value& value, MatchScratch&) const override { return types_.Contains(value.type()); }
  std::optional<bool> HoldsForAll(Type type) const override { return types_.Contains(type); }

 private:
  TypeSet types_;
};

}  // namespace

Result<TypeSet> ParseTypeSet(const Value& operand, TypeNames names, const FilterPlace& place) {
  TypeSet types;
  if (!operand.is_array()) {
    KALENDS_RETURN_IF_ERROR(AddOne(operand, names, place, &types));
    return types;
  }
  if (operand.elements().empty()) return InvalidArgument(place, ": expected at least one type");
  for (std::size_t i = 0; i < operand.elements().size(); ++i) {
    KALENDS_RETURN_IF_ERROR(AddOne(operand.elements()[i], names, FilterPlace(place, i), &types));
  }
  return types;
}

ValueTestPtr MakeTypeTest(TypeSet types) { return std::make_unique<TypeTest>(types); }

}  // namespace kalends
