#include "query/projection_parser.h"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "format/errors.h"
#include "kalends/limits.h"
#include "query/path.h"
#include "query/projection_field_path.h"
#include "query/text_meta.h"

namespace kalends {
namespace {

using Kind = ProjectionNode::Kind;

constexpr std::string_view kPositionalEnd = ".$";

bool IsFlag(const Value& value) { return value.is_number() || value.type() == Type::kBool; }
bool IsTrue(const Value& flag) { return flag.is_number() ? flag.ToDouble() != 0 : flag.as_bool(); }
bool HoldsOperator(const Value& value) {
  if (!value.is_object() || value.fields().empty()) return false;
  const std::string_view name = value.fields().front().name;
  return name.starts_with('$') && !IsReferencePart(name);
}

// Then it is not meant for the expression $slice, which takes an array first.
bool HoldsNumbersAlone(const Value& value) {
  if (!value.is_array()) return false;
  const std::span<const Value> elements = value.elements();
  return std::all_of(elements.begin(), elements.end(), [](const Value& element) { return element.is_number(); });
}

// These see the whole row: MongoDB does not look for the element that met them.
Status CheckPositionalFilter(const Value& filter, const std::string& where, int depth = 1) {
  // The filter's own parser refuses what is deeper.
  if (!filter.is_object() || depth > kNestingDepthMax) return {};
  for (const Field& field : filter.fields()) {
    if (field.name == "$expr" || field.name == "$jsonSchema") {
      return InvalidArgument(where, ": ", field.name, " in the filter cannot tell the element that matched");
    }
    if (!field.name.starts_with('$') || !field.value.is_array()) continue;
    for (const Value& part : field.value.elements()) {
      KALENDS_RETURN_IF_ERROR(CheckPositionalFilter(part, where, depth + 1));
    }
  }
  return {};
}

class ProjectionParser {
 public:
  ProjectionParser(const FilterContext& context, const Value& filter)
      : context_(context),
        filter_(filter),
        id_path_(context.id_field.empty() ? "_id" : context.id_field),
        plan_(std::make_unique<ProjectionPlan>()) {}

  Result<std::unique_ptr<const ProjectionPlan>> Parse(const Value& projection) {
    if (!projection.is_object()) {
      return InvalidArgument("projection: expected an object, found ", TypeName(projection.type()));
    }
    for (const Field& field : projection.fields()) KALENDS_RETURN_IF_ERROR(ParseField("", field, 1));
    if (!plan_->positional.empty() && has_elem_match_) {
      return InvalidArgument("projection: $elemMatch and a positional path cannot stand together");
    }
    plan_->is_inclusion = Mode() == kInclusion;
    if (plan_->is_inclusion) ShowId();
    Finish(plan_->root);
    return std::unique_ptr<const ProjectionPlan>(std::move(plan_));
  }

 private:
  enum ModeKind { kUndecided, kInclusion, kExclusion };

  Status ParseField(const std::string& parent, const Field& field, int depth) {
    std::string path = parent.empty() ? std::string(field.name) : parent + "." + std::string(field.name);
    const std::string where = "projection." + path;
    if (depth > kNestingDepthMax) {
      return LimitExceeded("projection: it nests at most ", kNestingDepthMax, " deep");
    }
    const Value& value = field.value;
    if (path.ends_with(kPositionalEnd)) return ParsePositional(path, value, where);
    KALENDS_RETURN_IF_ERROR(CheckFieldPath(path, where));
    if (IsFlag(value)) return ParseFlag(path, IsTrue(value), where);
    if (HoldsOperator(value)) return ParseOperator(path, value, where);
    if (!value.is_object()) return AddComputed(path, value, where);
    if (value.fields().empty()) return InvalidArgument(where, ": an empty object shows nothing");
    for (const Field& child : value.fields()) KALENDS_RETURN_IF_ERROR(ParseField(path, child, depth + 1));
    return {};
  }

  Status ParseFlag(const std::string& path, bool is_shown, const std::string& where) {
    if (path == id_path_) {
      KALENDS_TRY(ProjectionNode * node, AddLeaf(path, where));
      node->kind = is_shown ? Kind::kKept : Kind::kDropped;
      shows_id_ = is_shown;
      return {};
    }
    KALENDS_RETURN_IF_ERROR(SetMode(is_shown ? kInclusion : kExclusion, where));
    KALENDS_TRY(ProjectionNode * node, AddLeaf(path, where));
    node->kind = Kind::kNamed;
    return {};
  }

  Status ParsePositional(const std::string& path, const Value& value, const std::string& where) {
    const std::string array = path.substr(0, path.size() - kPositionalEnd.size());
    KALENDS_RETURN_IF_ERROR(CheckFieldPath(array, where));
    if (!IsFlag(value)) return InvalidArgument(where, ": expected 1 or true, found ", TypeName(value.type()));
    if (!IsTrue(value)) return InvalidArgument(where, ": a positional path cannot be excluded");
    if (!plan_->positional.empty()) return InvalidArgument(where, ": a second positional path");
    if (filter_.is_missing()) return InvalidArgument(where, ": there is no filter that could match an element");
    KALENDS_RETURN_IF_ERROR(CheckPositionalFilter(filter_, where));
    KALENDS_RETURN_IF_ERROR(SetMode(kInclusion, where));
    KALENDS_TRY(ProjectionNode * node, AddLeaf(array, where));
    node->kind = Kind::kNamed;
    plan_->positional = path;
    MarkPositional(array);
    return {};
  }

  Status ParseOperator(const std::string& path, const Value& value, const std::string& where) {
    const Field& operation = value.fields().front();
    const bool is_alone = value.fields().size() == 1;
    KALENDS_TRY(const bool is_text_score, IsTextScoreMeta(value, where));
    if (is_text_score) {  // Says nothing of other fields.
      KALENDS_TRY(ProjectionNode * node, AddLeaf(path, where));
      node->kind = Kind::kComputed;
      plan_->shows_text_score = true;
      return {};
    }
    if (operation.name == "$elemMatch" && is_alone) return ParseElemMatch(path, operation.value, where);
    if (operation.name == "$slice" && is_alone) {
      if (const auto slice = ProjectionSlice::Parse(operation.value)) {
        KALENDS_TRY(ProjectionNode * node, AddLeaf(path, where));
        node->kind = Kind::kKept;
        node->slice = slice;
        has_slice_ = true;
        return {};
      }
      if (HoldsNumbersAlone(operation.value)) {
        return InvalidArgument(where, ".$slice: expected a number, or [skip, count] with a count of at least 1");
      }
    }
    return AddComputed(path, value, where);
  }

  Status ParseElemMatch(const std::string& path, const Value& condition, const std::string& where) {
    if (path.find('.') != std::string::npos) {
      return InvalidArgument(where, ": $elemMatch takes a field at the top, not a path");
    }
    if (!condition.is_object()) {
      return InvalidArgument(where, ".$elemMatch: expected an object, found ", TypeName(condition.type()));
    }
    KALENDS_TRY(ProjectionNode * node, AddLeaf(path, where));
    node->kind = Kind::kElemMatch;
    KALENDS_TRY(node->elem_match, ProjectionElemMatch::Parse(path, condition));
    has_elem_match_ = true;
    return {};
  }

  Status AddComputed(const std::string& path, const Value& expression, const std::string& where) {
    KALENDS_RETURN_IF_ERROR(SetMode(kInclusion, where));
    KALENDS_TRY(ProjectionNode * node, AddLeaf(path, where));
    node->kind = Kind::kComputed;
    KALENDS_TRY(node->expression, Expression::Parse(expression, context_, where));
    node->expression_index = plan_->expressions++;
    return {};
  }

  Status SetMode(ModeKind mode, const std::string& where) {
    if (mode_ == kUndecided) mode_ = mode;
    if (mode_ == mode) return {};
    return InvalidArgument(where, mode == kInclusion ? ": a field to show or to compute" : ": a field to leave out",
                           " cannot stand in a projection that ", mode_ == kInclusion ? "shows" : "leaves out",
                           " others");
  }

  // What a projection means that neither shows nor leaves out any field but the id.
  ModeKind Mode() const {
    if (mode_ != kUndecided) return mode_;
    return shows_id_ || (has_elem_match_ && !has_slice_) ? kInclusion : kExclusion;
  }

  Result<ProjectionNode*> AddLeaf(const std::string& path, const std::string& where) {
    ProjectionNode* node = &plan_->root;
    const Path split(path);
    for (std::size_t i = 0; i < split.parts().size(); ++i) {
      const std::string& name = split.parts()[i].name;
      const bool is_last = i + 1 == split.parts().size();
      ProjectionNode* child = node->Find(name);
      if (child != nullptr && (is_last || child->kind != Kind::kInner)) {
        return InvalidArgument(where, ": the path collides with another one of the projection");
      }
      node = child != nullptr ? child : node->Add(name);
      if (is_last) node->kind = Kind::kNamed;
    }
    return node;
  }

  void MarkPositional(const std::string& array) {
    ProjectionNode* node = &plan_->root;
    const Path path(array);
    for (const Path::Part& part : path.parts()) {
      node = node->Find(part.name);
      node->is_positional = true;
    }
  }

  // The id is shown unless something was said of it.
  void ShowId() {
    // A field whose own name holds the dots is found as the id before the path is.
    const bool has_dots = id_path_.find('.') != std::string::npos;
    ProjectionNode* node = &plan_->root;
    const Path path(id_path_);
    for (const Path::Part& part : path.parts()) {
      ProjectionNode* child = node->Find(part.name);
      if (child != nullptr && child->kind == Kind::kDropped) return;
      if (child != nullptr && child->kind != Kind::kInner) break;
      node = child != nullptr ? child : node->Add(part.name);
    }
    if (node->kind == Kind::kInner && node->children.empty()) node->kind = Kind::kKept;
    if (has_dots) plan_->root.Add(id_path_)->kind = Kind::kKept;
  }

  // What a node must know of those below it.
  void Finish(ProjectionNode& node) {
    node.has_computed = node.kind == Kind::kComputed || (node.kind == Kind::kElemMatch && plan_->is_inclusion);
    bool is_dropped = plan_->is_inclusion && !node.children.empty();
    for (const auto& child : node.children) {
      Finish(*child);
      node.has_computed = node.has_computed || child->has_computed;
      is_dropped = is_dropped && child->kind == Kind::kDropped;
    }
    // An id field within an object is all that was named of it, and excluded: the object is not shown at all.
    if (is_dropped) node.kind = Kind::kDropped;
  }

  const FilterContext& context_;
  const Value& filter_;
  std::string id_path_;
  std::unique_ptr<ProjectionPlan> plan_;
  ModeKind mode_ = kUndecided;
  bool shows_id_ = false;
  bool has_elem_match_ = false;
  bool has_slice_ = false;
};

}  // namespace

Result<std::unique_ptr<const ProjectionPlan>> ParseProjection(const Value& projection, const FilterContext& context,
                                                              const Value& filter) {
  return ProjectionParser(context, filter).Parse(projection);
}

}  // namespace kalends
