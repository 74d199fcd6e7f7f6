#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "format/arena.h"
#include "kalends/status.h"
#include "kalends/value.h"
#include "query/partition_view.h"

// What an expression is made of, and what evaluating it may use.
namespace kalends {

// What evaluating an expression may take for one row: no MongoDB expression of sense comes near, and one that was made
// to do harm ends here. A value that is computed is moreover bounded like a document, by limits.h.
inline constexpr std::size_t kExpressionBytesMax = std::size_t{64} << 20U;
inline constexpr std::uint64_t kExpressionStepsMax = 50'000'000;

// The evaluation of one expression for one row: the variables, and the memory that computed values take. All values are
// made here, so that the bounds hold. Errors of it begin with no place: whoever calls adds it.
class Evaluation {
 public:
  Evaluation(const StoredRow& row, Arena& arena, std::span<Value> variables)
      : row_(row), arena_(arena), variables_(variables) {}

  const StoredRow& row() const { return row_; }
  // The variable of a slot that the parser gave out.
  Value& variable(std::size_t slot) { return variables_[slot]; }

  // Counts work that is not in proportion to memory.
  Status Step(std::uint64_t steps = 1);
  // Memory for a value, at most kExpressionBytesMax for one row.
  Result<char*> Allocate(std::size_t bytes);
  // Copies of the text, the elements, the fields (values and names themselves are not copied).
  Result<Value> String(std::string_view text);
  Result<Value> Array(std::span<const Value> elements);
  Result<Value> Object(std::span<const Field> fields);
  // Whether anything was allocated: then a result may be larger than what it was made of.
  std::size_t bytes_used() const { return bytes_used_; }

 private:
  const StoredRow& row_;
  Arena& arena_;
  std::span<Value> variables_;
  std::size_t bytes_used_ = 0;
  std::uint64_t steps_ = 0;
};

// kLimitExceeded where the value is larger than a document may be or nests deeper. Values share their parts: without
// this check at each step a short expression could make one whose comparison takes for ever.
Status CheckValueSize(const Value& value);

// A part of an expression. Immutable.
class ExpressionNode {
 public:
  virtual ~ExpressionNode() = default;
  // kMissing where there is no value.
  virtual Result<Value> Evaluate(Evaluation& evaluation) const = 0;
  // The value, where it is the same for all rows; nullptr otherwise.
  virtual const Value* AsConstant() const { return nullptr; }
};
using ExpressionNodePtr = std::unique_ptr<const ExpressionNode>;

inline bool IsNullish(const Value& value) { return value.is_missing() || value.is_null(); }

}  // namespace kalends
