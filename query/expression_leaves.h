#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "kalends/status.h"
#include "kalends/value.h"
#include "query/expression_node.h"
#include "query/filter.h"

// The parts of expressions that are no operators: constants, paths, arrays, objects.
namespace kalends {

// The names of a dotted path; an error where one is empty, begins with `$` or holds a zero byte.
Result<std::vector<std::string>> SplitFieldPath(std::string_view path, const std::string& where);

// `value` must outlive the node.
ExpressionNodePtr MakeConstantNode(const Value& value);

// The value at a path of the document; without names the document. An array on the way is mapped over: the values that
// exist in those of its elements that are objects, as an array; a number is a name like others. The path of a time
// field gives a date where the document holds a time there, that of the id field the made id where the document has
// none.
ExpressionNodePtr MakeRootPathNode(const FilterContext& context, std::vector<std::string> names);
// The same of a variable, without the care for times and ids.
ExpressionNodePtr MakeVariablePathNode(std::size_t slot, std::vector<std::string> names);

// An array of what its parts come to, null for what is missing.
ExpressionNodePtr MakeArrayNode(std::vector<ExpressionNodePtr> elements, std::string where);

struct NamedNode {
  std::string name;
  ExpressionNodePtr node;
};
// An object without the fields that are missing.
ExpressionNodePtr MakeObjectNode(std::vector<NamedNode> fields, std::string where);

}  // namespace kalends
