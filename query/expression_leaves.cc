#include "query/expression_leaves.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "format/errors.h"
#include "format/time_field.h"
#include "kalends/limits.h"

namespace kalends {
namespace {

using Names = std::span<const std::string>;

Result<Value> AtPath(Value value, Names names, Evaluation& evaluation) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (value.is_object()) {
      value = value.Get(names[i]);
      continue;
    }
    if (!value.is_array()) return Value();
    std::vector<Value> found;
    KALENDS_RETURN_IF_ERROR(evaluation.Step(value.elements().size()));
    for (const Value& element : value.elements()) {
      if (!element.is_object()) continue;
      KALENDS_TRY(const Value inner, AtPath(element, names.subspan(i), evaluation));
      if (!inner.is_missing()) found.push_back(inner);
    }
    return evaluation.Array(found);
  }
  return value;
}

class ConstantNode final : public ExpressionNode {
 public:
  explicit ConstantNode(const Value& value) : value_(value) {}
  Result<Value> Evaluate(Evaluation&) const override { return value_; }
  const Value* AsConstant() const override { return &value_; }

 private:
  Value value_;
};

class RootPathNode final : public ExpressionNode {
 public:
  explicit RootPathNode(std::vector<std::string> names) : names_(std::move(names)) {}
  Result<Value> Evaluate(Evaluation& evaluation) const override {
    return AtPath(evaluation.row().root, names_, evaluation);
  }

 private:
  std::vector<std::string> names_;
};

class IdPathNode final : public ExpressionNode {
 public:
  explicit IdPathNode(std::vector<std::string> names) : names_(std::move(names)) {}
  Result<Value> Evaluate(Evaluation& evaluation) const override {
    KALENDS_TRY(const Value value, AtPath(evaluation.row().root, names_, evaluation));
    return value.is_missing() ? evaluation.row().id : value;
  }

 private:
  std::vector<std::string> names_;
};

class TimePathNode final : public ExpressionNode {
 public:
  TimePathNode(const FilterContext& context, std::size_t index, std::vector<std::string> names)
      : before_(context.time_fields.begin(), context.time_fields.begin() + static_cast<std::ptrdiff_t>(index)),
        path_(context.time_fields[index]),
        unit_(context.time_unit),
        names_(std::move(names)) {}

  Result<Value> Evaluate(Evaluation& evaluation) const override {
    const StoredRow& row = evaluation.row();
    std::optional<TimeUs> time = TimeOfValue(ValueAtPath(row.root, path_), unit_);
    if (!time.has_value()) return AtPath(row.root, names_, evaluation);
    // The row's time is that of the first path that holds one.
    if (!TimeOfDocument(row.root, before_, unit_).has_value()) time = row.time;
    const std::int64_t us = time->value;
    return Value::DateMs(us / 1000 - (us % 1000 < 0 ? 1 : 0));
  }

 private:
  std::vector<std::string> before_;
  std::string path_;
  TimeUnit unit_;
  std::vector<std::string> names_;
};

class VariablePathNode final : public ExpressionNode {
 public:
  VariablePathNode(std::size_t slot, std::vector<std::string> names) : slot_(slot), names_(std::move(names)) {}
  Result<Value> Evaluate(Evaluation& evaluation) const override {
    return AtPath(evaluation.variable(slot_), names_, evaluation);
  }

 private:
  std::size_t slot_;
  std::vector<std::string> names_;
};

Result<Value> Checked(Result<Value> value, const std::string& where) {
  if (!value.has_value()) return WithContext(where, value.error());
  if (const Status size = CheckValueSize(*value); !size.ok()) return WithContext(where, size.error());
  return value;
}

class ArrayNode final : public ExpressionNode {
 public:
  ArrayNode(std::vector<ExpressionNodePtr> elements, std::string where)
      : elements_(std::move(elements)), where_(std::move(where)) {}
  Result<Value> Evaluate(Evaluation& evaluation) const override {
    std::vector<Value> values;
    values.reserve(elements_.size());
    for (const ExpressionNodePtr& element : elements_) {
      KALENDS_TRY(const Value value, element->Evaluate(evaluation));
      values.push_back(value.is_missing() ? Value::Null() : value);
    }
    return Checked(evaluation.Array(values), where_);
  }

 private:
  std::vector<ExpressionNodePtr> elements_;
  std::string where_;
};

class ObjectNode final : public ExpressionNode {
 public:
  ObjectNode(std::vector<NamedNode> fields, std::string where) : fields_(std::move(fields)), where_(std::move(where)) {}
  Result<Value> Evaluate(Evaluation& evaluation) const override {
    std::vector<Field> fields;
    fields.reserve(fields_.size());
    for (const NamedNode& field : fields_) {
      KALENDS_TRY(const Value value, field.node->Evaluate(evaluation));
      if (!value.is_missing()) fields.push_back({.name = field.name, .value = value});
    }
    return Checked(evaluation.Object(fields), where_);
  }

 private:
  std::vector<NamedNode> fields_;
  std::string where_;
};

std::string Joined(Names names) {
  std::string path;
  for (const std::string& name : names) path += (path.empty() ? "" : ".") + name;
  return path;
}

}  // namespace

Result<std::vector<std::string>> SplitFieldPath(std::string_view path, const std::string& where) {
  std::vector<std::string> names;
  for (;;) {
    const std::size_t dot = path.find('.');
    const std::string_view name = path.substr(0, dot);
    if (name.empty()) return InvalidArgument(where, ": a path has an empty name");
    if (name.front() == '$') return InvalidArgument(where, ": '", name, "' cannot stand in a path: it begins with $");
    if (name.find('\0') != std::string_view::npos)
      return InvalidArgument(where, ": a name in a path holds a zero byte");
    names.emplace_back(name);
    // Each name is a step of recursion where arrays are mapped over.
    if (names.size() > static_cast<std::size_t>(kNestingDepthMax)) {
      return LimitExceeded(where, ": a path has at most ", kNestingDepthMax, " names");
    }
    if (dot == std::string_view::npos) return names;
    path.remove_prefix(dot + 1);
  }
}

ExpressionNodePtr MakeConstantNode(const Value& value) { return std::make_unique<ConstantNode>(value); }

ExpressionNodePtr MakeRootPathNode(const FilterContext& context, std::vector<std::string> names) {
  const std::string path = Joined(names);
  const auto time = std::ranges::find(context.time_fields, path);
  if (!names.empty() && time != context.time_fields.end()) {
    const auto index = static_cast<std::size_t>(time - context.time_fields.begin());
    return std::make_unique<TimePathNode>(context, index, std::move(names));
  }
  if (!names.empty() && path == context.id_field) return std::make_unique<IdPathNode>(std::move(names));
  return std::make_unique<RootPathNode>(std::move(names));
}

ExpressionNodePtr MakeVariablePathNode(std::size_t slot, std::vector<std::string> names) {
  return std::make_unique<VariablePathNode>(slot, std::move(names));
}
ExpressionNodePtr MakeArrayNode(std::vector<ExpressionNodePtr> elements, std::string where) {
  return std::make_unique<ArrayNode>(std::move(elements), std::move(where));
}
ExpressionNodePtr MakeObjectNode(std::vector<NamedNode> fields, std::string where) {
  return std::make_unique<ObjectNode>(std::move(fields), std::move(where));
}

}  // namespace kalends
