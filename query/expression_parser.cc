#include "query/expression_parser.h"

#include <algorithm>

#include "format/compare.h"
#include "format/errors.h"
#include "kalends/limits.h"
#include "query/expression_call.h"
#include "query/expression_leaves.h"
#include "query/expression_operators.h"

namespace kalends {
namespace {

// Operators and paths: more are no expression that somebody wrote.
constexpr std::size_t kPartsMax = 100'000;
constexpr std::size_t kPlaceBytesMax = 200;

std::string At(const std::string& where, std::size_t index) {
  return where.size() > kPlaceBytesMax ? where : where + "[" + std::to_string(index) + "]";
}

bool IsFieldNameOfPath(std::string_view name) {
  return !name.empty() && name.front() != '$' && name.find('\0') == std::string_view::npos;
}

}  // namespace

std::string ExpressionPlace(const std::string& where, std::string_view name) {
  constexpr std::size_t kNameBytesMax = 60;
  if (where.size() > kPlaceBytesMax) return where;
  return where + "." + std::string(name.substr(0, kNameBytesMax));
}

ExpressionParser::ExpressionParser(const FilterContext& context, Arena& constants)
    : context_(context), constants_(constants) {
  const std::int64_t us = Now().value;
  now_ = Value::DateMs(us / 1000);
}

Result<ExpressionNodePtr> ExpressionParser::Parse(const Value& expression, const std::string& where) {
  // Operators and the arrays of their arguments both count: an expression may be as deep as a document.
  if (depth_ >= kNestingDepthMax) {
    return LimitExceeded(where.substr(0, 60), "...: an expression nests at most ", kNestingDepthMax, " deep");
  }
  const bool is_part = expression.is_object() || (expression.is_string() && expression.as_string().starts_with('$'));
  if (is_part && ++parts_ > kPartsMax) {
    return LimitExceeded(where, ": an expression has at most ", kPartsMax, " operators, objects and paths");
  }
  ++depth_;
  Result<ExpressionNodePtr> node = [&]() -> Result<ExpressionNodePtr> {
    if (expression.is_string()) return ParseString(expression, where);
    if (expression.is_array()) return ParseArray(expression, where);
    if (expression.is_object()) return ParseObject(expression, where);
    return Constant(expression);
  }();
  --depth_;
  return node;
}

ExpressionNodePtr ExpressionParser::Constant(const Value& value) {
  return MakeConstantNode(CopyValue(value, constants_));
}

Result<ExpressionNodePtr> ExpressionParser::Folded(ExpressionNodePtr node) {
  const StoredRow row{.time = {}, .id = {}, .root = {}};
  Arena arena;
  Evaluation evaluation(row, arena, {});
  const Result<Value> value = node->Evaluate(evaluation);
  if (!value.has_value()) return unreached_ ? Result<ExpressionNodePtr>(std::move(node)) : value.error();
  // A large value is left to be computed: it would stay in memory for as long as the expression.
  constexpr std::size_t kFoldedBytesMax = std::size_t{1} << 20U;
  if (evaluation.bytes_used() > kFoldedBytesMax) return node;
  return Constant(*value);
}

Result<std::vector<const Value*>> ExpressionParser::NamedArguments(const Value& operand, std::string_view names,
                                                                   const std::string& where) {
  if (!operand.is_object()) {
    return InvalidArgument(where, ": expected an object, found ", TypeName(operand.type()));
  }
  std::vector<std::string_view> known;
  std::vector<bool> needed;
  while (!names.empty()) {
    const std::size_t end = std::min(names.find(' '), names.size());
    std::string_view name = names.substr(0, end);
    names.remove_prefix(std::min(end + 1, names.size()));
    needed.push_back(name.ends_with('!'));
    if (name.ends_with('!')) name.remove_suffix(1);
    known.push_back(name);
  }
  std::vector<const Value*> arguments(known.size(), nullptr);
  for (const Field& field : operand.fields()) {
    const auto found = std::ranges::find(known, field.name);
    if (found == known.end()) return InvalidArgument(where, ": unknown argument ", field.name);
    arguments[static_cast<std::size_t>(found - known.begin())] = &field.value;
  }
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (needed[i] && arguments[i] == nullptr) return InvalidArgument(where, ": the argument ", known[i], " is missing");
  }
  return arguments;
}

std::size_t ExpressionParser::Define(std::string_view name) {
  variables_.emplace_back(name);
  slots_ = std::max(slots_, variables_.size());
  return variables_.size() - 1;
}

Status ExpressionParser::CheckVariableName(std::string_view name, const std::string& where) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
  };
  const auto is_inner = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_'; };
  if (name == "CURRENT") return {};
  if (name.empty() || (name.front() >= 'A' && name.front() <= 'Z') || !is_letter(name.front()) ||
      !std::ranges::all_of(name, is_inner)) {
    return InvalidArgument(where, ": '", name,
                           "' is no name of a variable: a small letter first, then letters, digits and _");
  }
  return {};
}

Result<ExpressionNodePtr> ExpressionParser::ParseString(const Value& text, const std::string& where) {
  const std::string_view chars = text.as_string();
  if (chars.starts_with("$$")) return ParseVariable(chars.substr(2), where);
  if (chars.starts_with('$')) return ParseFieldPath(chars.substr(1), where);
  return Constant(text);
}

Result<ExpressionNodePtr> ExpressionParser::ParseFieldPath(std::string_view path, const std::string& where) {
  KALENDS_TRY(auto names, SplitFieldPath(path, where));
  for (std::size_t slot = variables_.size(); slot-- > 0;) {
    if (variables_[slot] == "CURRENT") return MakeVariablePathNode(slot, std::move(names));
  }
  return MakeRootPathNode(context_, std::move(names));
}

Result<ExpressionNodePtr> ExpressionParser::ParseVariable(std::string_view text, const std::string& where) {
  const std::size_t dot = text.find('.');
  const std::string_view name = text.substr(0, dot);
  std::vector<std::string> path;
  if (dot != std::string_view::npos) {
    KALENDS_TRY(path, SplitFieldPath(text.substr(dot + 1), where));
  }
  for (std::size_t slot = variables_.size(); slot-- > 0;) {
    if (variables_[slot] == name) return MakeVariablePathNode(slot, std::move(path));
  }
  if (name == "ROOT" || name == "CURRENT") return MakeRootPathNode(context_, std::move(path));
  if (name == "NOW") return Constant(path.empty() ? now_ : Value());
  if (name == "REMOVE") return Constant(Value());
  for (const std::string_view known :
       {"CLUSTER_TIME", "DESCEND", "PRUNE", "KEEP", "SEARCH_META", "USER_ROLES", "JS_SCOPE", "IS_MR"}) {
    if (name == known) return Unsupported(where, ": the variable $$", name, " is not supported");
  }
  if (name.empty()) return InvalidArgument(where, ": '$$' lacks the name of a variable");
  return InvalidArgument(where, ": the variable $$", name, " is not defined");
}

Result<ExpressionNodePtr> ExpressionParser::ParseArray(const Value& array, const std::string& where) {
  std::vector<ExpressionNodePtr> elements;
  bool constant = true;
  for (std::size_t i = 0; i < array.elements().size(); ++i) {
    KALENDS_TRY(ExpressionNodePtr element, Parse(array.elements()[i], At(where, i)));
    constant = constant && element->AsConstant() != nullptr;
    elements.push_back(std::move(element));
  }
  ExpressionNodePtr node = MakeArrayNode(std::move(elements), where);
  if (!constant) return node;
  return Folded(std::move(node));
}

Result<ExpressionNodePtr> ExpressionParser::ParseObject(const Value& object, const std::string& where) {
  const std::span<const Field> fields = object.fields();
  if (!fields.empty() && fields.front().name.starts_with('$')) {
    if (fields.size() == 1) return ParseOperator(fields.front(), where);
    return InvalidArgument(where, ": ", fields.front().name, " must be the only field of its object");
  }
  std::vector<NamedNode> nodes;
  bool constant = true;
  for (const Field& field : fields) {
    if (!IsFieldNameOfPath(field.name) || field.name.find('.') != std::string_view::npos) {
      return InvalidArgument(where, ": '", field.name, "' cannot name a field of an object in an expression");
    }
    KALENDS_TRY(ExpressionNodePtr node, Parse(field.value, ExpressionPlace(where, field.name)));
    constant = constant && node->AsConstant() != nullptr;
    nodes.push_back({std::string(field.name), std::move(node)});
  }
  ExpressionNodePtr node = MakeObjectNode(std::move(nodes), where);
  if (!constant) return node;
  return Folded(std::move(node));
}

Result<ExpressionNodePtr> ExpressionParser::ParseOperator(const Field& field, const std::string& where) {
  const std::string here = ExpressionPlace(where, field.name);
  if (field.name == "$literal" || field.name == "$const") return Constant(field.value);
  KALENDS_TRY(const OperatorEntry* const entry, FindExpressionOperator(field.name, where));
  if (entry->parser != nullptr) return entry->parser(*this, field.value, here);
  KALENDS_TRY(auto arguments, entry->named.empty() ? ParsePositional(*entry, field.value, here)
                                                   : ParseNamed(*entry, field.value, here));
  return MakeCall(*entry, std::move(arguments), here);
}

Result<ExpressionNodePtr> ExpressionParser::MakeCall(const OperatorEntry& entry,
                                                     std::vector<ExpressionNodePtr> arguments,
                                                     const std::string& where) {
  const bool constant = std::ranges::all_of(arguments, [](const auto& node) { return node->AsConstant() != nullptr; });
  ExpressionNodePtr node = MakeCallNode(entry, std::move(arguments), where);
  if (!constant) return node;
  return Folded(std::move(node));
}

Result<std::vector<ExpressionNodePtr>> ExpressionParser::ParsePositional(const OperatorEntry& entry,
                                                                         const Value& operand,
                                                                         const std::string& where) {
  KALENDS_TRY(auto arguments, ParseArgumentList(*this, operand, where));
  const int count = static_cast<int>(arguments.size());
  if (count >= entry.arguments_min && count <= entry.arguments_max) return arguments;
  if (entry.arguments_max == kAnyNumber) {
    return InvalidArgument(where, ": expected at least ", entry.arguments_min, " arguments, found ", count);
  }
  if (entry.arguments_min == entry.arguments_max) {
    return InvalidArgument(where, ": expected ", entry.arguments_min, " arguments, found ", count);
  }
  return InvalidArgument(where, ": expected ", entry.arguments_min, " to ", entry.arguments_max, " arguments, found ",
                         count);
}

Result<std::vector<ExpressionNodePtr>> ExpressionParser::ParseNamed(const OperatorEntry& entry, const Value& operand,
                                                                    const std::string& where) {
  KALENDS_TRY(auto given, NamedArguments(operand, entry.named, where));
  while (!given.empty() && given.back() == nullptr) given.pop_back();
  std::vector<ExpressionNodePtr> arguments;
  for (const Value* value : given) {
    if (value == nullptr) {
      arguments.push_back(Constant(Value()));
    } else {
      KALENDS_TRY(ExpressionNodePtr node, Parse(*value, where));
      arguments.push_back(std::move(node));
    }
  }
  return arguments;
}

Result<std::vector<ExpressionNodePtr>> ParseArgumentList(ExpressionParser& parser, const Value& operand,
                                                         const std::string& where) {
  std::vector<ExpressionNodePtr> arguments;
  if (!operand.is_array()) {
    KALENDS_TRY(ExpressionNodePtr node, parser.Parse(operand, where));
    arguments.push_back(std::move(node));
    return arguments;
  }
  for (std::size_t i = 0; i < operand.elements().size(); ++i) {
    KALENDS_TRY(ExpressionNodePtr node, parser.Parse(operand.elements()[i], At(where, i)));
    arguments.push_back(std::move(node));
  }
  return arguments;
}

}  // namespace kalends
