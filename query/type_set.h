#pragma once

#include <cstdint>

#include "kalends/status.h"
#include "kalends/value.h"
#include "query/filter_place.h"
#include "query/value_test.h"

namespace kalends {

// Some of the types of values.
class TypeSet {
 public:
  bool Contains(Type type) const { return (bits_ >> static_cast<unsigned>(type) & 1U) != 0; }
  void Add(Type type) { bits_ |= 1U << static_cast<unsigned>(type); }

 private:
  std::uint32_t bits_ = 0;
};

// The names that a set of types is written with.
enum class TypeNames : std::uint8_t {
  kNumbersAndAliases,  // $type: 2, "string", "number".
  kAliases,            // bsonType: "string", "number".
  kJson,               // type of a JSON schema: "string", "number", "boolean".
};

// One type or an array of at least one. Types of MongoDB that no value here has are known, and match nothing.
Result<TypeSet> ParseTypeSet(const Value& operand, TypeNames names, const FilterPlace& place);

// A value of one of these types.
ValueTestPtr MakeTypeTest(TypeSet types);

}  // namespace kalends
