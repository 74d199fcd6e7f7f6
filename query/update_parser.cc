// Updates of operators, and whole documents.
#include <algorithm>
#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "format/copy_value.h"
#include "format/errors.h"
#include "query/update.h"
#include "query/update_action.h"
#include "query/update_array_filters.h"
#include "query/update_path.h"
#include "query/update_tree.h"
#include "query/update_walk.h"

namespace kalends {
namespace {

// Values and names of actions lie in `memory`.
class OperatorUpdate final : public Update {
 public:
  OperatorUpdate(std::shared_ptr<const Arena> memory, UpdateArrayFilters filters)
      : memory_(std::move(memory)), filters_(std::move(filters)) {}

  bool is_replacement() const override { return false; }

  Result<Value> Apply(const Value& document, std::optional<std::size_t> matched_index, bool inserting, Arena& arena,
                      bool* modified) const override {
    UpdateRun run(arena, matched_index, inserting);
    run.renamed.resize(renames_);
    UpdateWalk walk(filters_, run);
    KALENDS_RETURN_IF_ERROR(Check(walk.Run(notes_, document)));
    KALENDS_TRY(const UpdateChange change, walk.Run(tree_, document));
    *modified = change.kind == UpdateChange::Kind::kSet;
    return *modified ? change.value : document;
  }

 private:
  friend class UpdateParser;
  static Status Check(const Result<UpdateChange>& change) {
    return change.has_value() ? Status() : Status(change.error());
  }

  std::shared_ptr<const Arena> memory_;
  UpdateArrayFilters filters_;
  UpdateNode notes_;  // What each $rename takes along, of which nothing changes before.
  UpdateNode tree_;
  std::size_t renames_ = 0;
};

class Replacement final : public Update {
 public:
  Replacement(std::shared_ptr<const Arena> memory, const Value& after) : memory_(std::move(memory)), after_(after) {}

  bool is_replacement() const override { return true; }

  Result<Value> Apply(const Value& document, std::optional<std::size_t> /*matched_index*/, bool /*inserting*/,
                      Arena& /*arena*/, bool* modified) const override {
    *modified = !SameInOrder(document, after_);
    return *modified ? after_ : document;
  }

 private:
  std::shared_ptr<const Arena> memory_;
  Value after_;
};

using MakeAction = Result<UpdateActionPtr> (*)(const UpdateOperand&);

struct Operator {
  std::string_view name;
  MakeAction make;
};

constexpr std::array kOperators = {
    Operator{"$set", MakeSet},         Operator{"$unset", MakeUnset},
    Operator{"$inc", MakeInc},         Operator{"$mul", MakeMul},
    Operator{"$min", MakeMin},         Operator{"$max", MakeMax},
    Operator{"$bit", MakeBit},         Operator{"$currentDate", MakeCurrentDate},
    Operator{"$push", MakePush},       Operator{"$addToSet", MakeAddToSet},
    Operator{"$pop", MakePop},         Operator{"$pull", MakePull},
    Operator{"$pullAll", MakePullAll}, Operator{"$setOnInsert", MakeSetOnInsert},
};

bool IsPlain(const std::vector<UpdatePart>& path) {
  return std::all_of(path.begin(), path.end(), [](const auto& part) { return part.kind == UpdatePart::Kind::kName; });
}

class UpdateParser {
 public:
  UpdateParser(OperatorUpdate* update, const UpdateContext& context) : update_(*update), context_(context) {}

  Status Parse(const Value& update) {
    for (const auto& [name, operands] : update.fields()) KALENDS_RETURN_IF_ERROR(ParseOperator(name, operands));
    for (const auto& [name, filter] : update_.filters_.names()) {
      if (!used_.contains(name))
        return InvalidArgument("array filter ", ShortName(name), ": no path of the update uses it");
    }
    return {};
  }

 private:
  Status ParseOperator(std::string_view name, const Value& operands) {
    const std::string where = "update." + ShortName(name);
    if (!name.starts_with('$')) return InvalidArgument(where, ": a field stands beside operators");
    const auto* known =
        std::find_if(kOperators.begin(), kOperators.end(), [&](const auto& each) { return each.name == name; });
    if (known == kOperators.end() && name != "$rename") {
      return InvalidArgument("update: the operator ", ShortName(name), " is not known");
    }
    if (!operands.is_object()) {
      return InvalidArgument(where, ": expected an object of paths, found ", TypeName(operands.type()));
    }
    for (const auto& [path, value] : operands.fields()) {
      const std::string place = UpdatePlace(name, path);
      if (known == kOperators.end()) {
        KALENDS_RETURN_IF_ERROR(ParseRename(path, value, place));
        continue;
      }
      KALENDS_TRY(const std::vector<UpdatePart> parts, ParsePath(path, place));
      if (name != "$unset") KALENDS_RETURN_IF_ERROR(CheckTopName(parts, place));
      KALENDS_TRY(UpdateActionPtr action, known->make({name, path, value, place, NowMs()}));
      KALENDS_RETURN_IF_ERROR(update_.tree_.Add(parts, std::move(action)));
    }
    return {};
  }

  Status ParseRename(std::string_view from, const Value& to, const std::string& place) {
    if (!to.is_string())
      return InvalidArgument(place, ": expected the new path as a string, found ", TypeName(to.type()));
    KALENDS_TRY(const std::vector<UpdatePart> old_path, ParseUpdatePath(from, place));
    KALENDS_TRY(const std::vector<UpdatePart> new_path, ParseUpdatePath(to.as_string(), place));
    if (!IsPlain(old_path) || !IsPlain(new_path)) {
      return InvalidArgument(place, ": $ and $[name] cannot stand in the paths of $rename");
    }
    KALENDS_RETURN_IF_ERROR(CheckTopName(new_path, place));
    const std::size_t number = update_.renames_++;
    KALENDS_RETURN_IF_ERROR(update_.tree_.Add(old_path, MakeRenameRemoval(place, number)));
    KALENDS_RETURN_IF_ERROR(update_.tree_.Add(new_path, MakeRenameTarget(place, number)));
    return update_.notes_.Add(old_path, MakeRenameNote(place, number));
  }

  Result<std::vector<UpdatePart>> ParsePath(std::string_view path, const std::string& place) {
    KALENDS_TRY(std::vector<UpdatePart> parts, ParseUpdatePath(path, place));
    for (const UpdatePart& part : parts) {
      if (part.kind != UpdatePart::Kind::kFiltered || part.name.empty()) continue;
      if (!update_.filters_.Contains(part.name)) {
        return InvalidArgument(place, ": no array filter has the name ", ShortName(part.name));
      }
      used_.insert(part.name);
    }
    return parts;
  }

  // MongoDB lets names begin with $ inside a document, but not in its root. To remove one is possible.
  static Status CheckTopName(const std::vector<UpdatePart>& path, const std::string& place) {
    if (!path.front().name.starts_with('$')) return {};
    return InvalidArgument(place, ": ", ShortName(path.front().name),
                           " begins with $, which no field of a document does");
  }

  std::int64_t NowMs() const {
    const std::int64_t now = context_.now.value;
    return now / 1000 - (now % 1000 < 0 ? 1 : 0);
  }

  OperatorUpdate& update_;
  const UpdateContext& context_;
  std::set<std::string_view> used_;
};

}  // namespace

Result<std::shared_ptr<const Update>> Update::Parse(const Value& update, const UpdateContext& context) {
  if (update.is_array()) return Unsupported("update: a pipeline is not supported; use operators such as $set");
  if (!update.is_object()) return InvalidArgument("update: expected an object, found ", TypeName(update.type()));
  const bool has_operators = !update.fields().empty() && update.fields().front().name.starts_with('$');
  // Operators and paths stand around the values: two levels that no document will have.
  std::size_t bytes_left = SIZE_MAX;  // Of a document the caller checks the size.
  KALENDS_RETURN_IF_ERROR(CheckValue(update, has_operators ? -2 : 0, &bytes_left, "update"));
  auto memory = std::make_shared<Arena>();
  const Value copy = DeepCopy(update, *memory);
  if (has_operators) {
    KALENDS_TRY(UpdateArrayFilters filters, UpdateArrayFilters::Parse(context.array_filters));
    auto parsed = std::make_shared<OperatorUpdate>(std::move(memory), std::move(filters));
    KALENDS_RETURN_IF_ERROR(UpdateParser(parsed.get(), context).Parse(copy));
    return std::shared_ptr<const Update>(std::move(parsed));
  }
  if (!context.array_filters.empty())
    return InvalidArgument("array filter 0: a replacement document has no use for it");
  for (const Field& field : copy.fields()) {
    if (!field.name.starts_with('$')) continue;
    return InvalidArgument("update.", ShortName(field.name),
                           ": an operator stands beside fields of a replacement document");
  }
  return std::shared_ptr<const Update>(std::make_shared<Replacement>(std::move(memory), copy));
}

}  // namespace kalends
