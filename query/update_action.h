#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "format/arena.h"
#include "kalends/limits.h"
#include "kalends/status.h"
#include "kalends/value.h"
#include "query/filter.h"

// What an operator of an update does at the end of its path.
namespace kalends {

// What becomes of a value.
struct UpdateChange {
  enum class Kind : std::uint8_t { kSame, kSet, kRemoved };
  Kind kind = Kind::kSame;
  Value value;  // Of kSet.

  static UpdateChange Same() { return {}; }
  static UpdateChange Set(const Value& value) { return {Kind::kSet, value}; }
  static UpdateChange Removed() { return {Kind::kRemoved, {}}; }
};

// Why a path that leads to nothing cannot be made: `value`, which is there, has no fields or no such element.
struct UpdateObstacle {
  std::string_view path;  // As far as the part that does not fit.
  Value value;
};

// Where a path leads to in a document.
struct UpdateTarget {
  Value value;                               // kMissing: to nothing.
  int depth = 0;                             // The objects and arrays around it.
  const UpdateObstacle* obstacle = nullptr;  // Only where there is nothing.
  bool is_in_array = false;                  // On its way the path took an element of an array.
};

// One application of an update.
struct UpdateRun {
  UpdateRun(Arena& arena_for_values, std::optional<std::size_t> matched, bool inserting)
      : arena(arena_for_values), matched_index(matched), is_inserting(inserting) {}

  Arena& arena;
  std::optional<std::size_t> matched_index;
  bool is_inserting;
  // One value may be set in every element of an array, so that little memory shows a document without bound. What is
  // set is in the document, so this is left of the bytes that all of it may have at least.
  std::size_t bytes_left = kDocumentBytesMax;
  std::size_t padding = 0;     // Nulls that were added to reach indexes.
  std::vector<Value> renamed;  // What each $rename takes along; kMissing where there is nothing to take.
  MatchScratch scratch;
};

// One operator at one path. Immutable: safe for any number of threads.
class UpdateAction {
 public:
  enum class WhereMissing : std::uint8_t {
    kMakesPath,    // Adds the value and what its path lacks.
    kNeedsNoPath,  // Does nothing, but a path that could not be made is an error all the same.
    kIgnores,      // Does nothing.
  };

  // `place` begins its errors, such as `update.$inc.a.b`.
  UpdateAction(std::string place, WhereMissing where_missing)
      : place_(std::move(place)), where_missing_(where_missing) {}
  virtual ~UpdateAction() = default;

  // Checks the target, and does the work.
  Result<UpdateChange> Apply(const UpdateTarget& target, UpdateRun& run) const;
  const std::string& place() const { return place_; }

 protected:
  // False where there is nothing to do this time, whatever the target is.
  virtual bool Acts(const UpdateRun& /*run*/) const { return true; }
  // What becomes of the target. Without a value only for kMakesPath, and then nothing is in the way.
  virtual Result<UpdateChange> Change(const UpdateTarget& target, UpdateRun& run) const = 0;

 private:
  std::string place_;
  WhereMissing where_missing_;
};

using UpdateActionPtr = std::unique_ptr<const UpdateAction>;

// An operator as it is written: `$inc: {"a.b": 2}`.
struct UpdateOperand {
  std::string_view operation;  // $inc
  std::string_view path;       // a.b
  Value value;                 // 2; lives as long as the action.
  std::string place;           // Begins errors.
  std::int64_t now_ms = 0;
};

// The actions of the operators. Errors: the value is none that the operator takes.
Result<UpdateActionPtr> MakeSet(const UpdateOperand& operand);
Result<UpdateActionPtr> MakeSetOnInsert(const UpdateOperand& operand);
Result<UpdateActionPtr> MakeUnset(const UpdateOperand& operand);
Result<UpdateActionPtr> MakeMin(const UpdateOperand& operand);
Result<UpdateActionPtr> MakeMax(const UpdateOperand& operand);
Result<UpdateActionPtr> MakeCurrentDate(const UpdateOperand& operand);
Result<UpdateActionPtr> MakeInc(const UpdateOperand& operand);
Result<UpdateActionPtr> MakeMul(const UpdateOperand& operand);
Result<UpdateActionPtr> MakeBit(const UpdateOperand& operand);
Result<UpdateActionPtr> MakePush(const UpdateOperand& operand);
Result<UpdateActionPtr> MakeAddToSet(const UpdateOperand& operand);
Result<UpdateActionPtr> MakePop(const UpdateOperand& operand);
Result<UpdateActionPtr> MakePull(const UpdateOperand& operand);
Result<UpdateActionPtr> MakePullAll(const UpdateOperand& operand);

// A $rename is three actions that share a `number`: the first notes what the old path holds (in a walk of its own,
// before all others), the second removes it there, the third sets it at the new path.
UpdateActionPtr MakeRenameNote(std::string place, std::size_t number);
UpdateActionPtr MakeRenameRemoval(std::string place, std::size_t number);
UpdateActionPtr MakeRenameTarget(std::string place, std::size_t number);

// The same type, content and order of fields: setting the one in place of the other changes nothing.
bool SameInOrder(const Value& a, const Value& b);

// Error kLimitExceeded where `value`, with `depth` objects and arrays around it, nests too deep, or its JSON text has
// more than *bytes_left bytes; takes these from them.
Status CheckValue(const Value& value, int depth, std::size_t* bytes_left, std::string_view place);

}  // namespace kalends
