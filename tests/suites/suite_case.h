#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "kalends/document.h"
#include "suites/comparison.h"
#include "suites/request.h"

namespace kalends::suites {

// What the answer to a case must be.
struct Expectation {
  bool must_fail = false;
  Value reply;             // MongoDB's reply to the command, without `ok`,
  bool documents = false;  // or only the documents found.
  ComparisonRules rules;
};

// One case of a file, of whatever schema.
struct Case {
  std::string id;
  std::set<std::string> operators;  // What it counts under in the table.
  std::string unsupported;          // Why it cannot be asked; empty where it can.
  std::vector<Request> before;      // What is done first, and must succeed.
  Request question;
  Expectation expectation;
  // Its answer depends on each field that the documents have, so that none may be added.
  bool sees_all_fields = false;

  OwnedValue line;  // Holds the values.
  Document made;    // Holds an expectation that is not in the line.
};

// Reads the case of a line. `name` (of the file) and `number` (of the line) name those that have no id.
Case ReadCase(std::string_view line, std::string_view name, std::size_t number);

// The readers behind it fill a case from its line; an error says why the case cannot be asked.
Status ReadFunctionalCase(Case* result);
Status ReadScriptCase(Case* result);

// Adds the names of all fields that begin with `$`.
void CollectOperators(const Value& value, std::set<std::string>* operators);

}  // namespace kalends::suites
