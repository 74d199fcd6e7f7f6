#pragma once

#include <string>
#include <vector>

#include "kalends/value.h"

namespace kalends::suites {

enum class NumberRule {
  kExact,        // Of the same type.
  kIntLikeLong,  // Plain JSON tells integers from doubles, but not int from long.
  kByValue,      // JavaScript has one type of numbers.
};

// What counts as the same answer. Fields of objects may be in any order; NaN is equal to NaN.
struct ComparisonRules {
  NumberRule numbers = NumberRule::kExact;
  bool any_document_order = false;            // Of an array that is compared as the list of documents found.
  std::vector<std::string> unordered_fields;  // Arrays under these names have no order.
  bool missing_is_null = false;               // A field that is expected to be null may be missing.
  bool only_expected_fields = false;          // Further fields are let pass, outside of documents and arrays.
};

// True where `got` is the answer that is expected. {"$approx": x, "tol": t} expects a number within t of x.
bool Agrees(const Value& expected, const Value& got, const ComparisonRules& rules);

// The same for lists of documents: heeds `any_document_order`.
bool DocumentsAgree(const Value& expected, const Value& got, const ComparisonRules& rules);

}  // namespace kalends::suites
