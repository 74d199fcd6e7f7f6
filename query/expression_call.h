#pragma once

#include <string>
#include <vector>

#include "query/expression_node.h"
#include "query/expression_operators.h"

namespace kalends {

// An operator that evaluates its arguments, all of them, and then calls its function. It counts the steps and bounds
// what comes out. `entry` must live for ever.
ExpressionNodePtr MakeCallNode(const OperatorEntry& entry, std::vector<ExpressionNodePtr> arguments, std::string where);

}  // namespace kalends
