#pragma once

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "format/arena.h"
#include "kalends/status.h"
#include "kalends/value.h"
#include "query/expression_node.h"
#include "query/filter.h"

namespace kalends {

struct OperatorEntry;

// Makes the nodes of one expression. Constants are copied into `constants`, which must outlive them.
class ExpressionParser {
 public:
  ExpressionParser(const FilterContext& context, Arena& constants);

  // Any expression. `where` is its place.
  Result<ExpressionNodePtr> Parse(const Value& expression, const std::string& where);

  // A constant, which is copied.
  ExpressionNodePtr Constant(const Value& value);
  // The constant that the node comes to where all that it depends on is constant (the caller says so), or the node
  // itself where that is too large to keep. One that fails is an error, reached or not, as in MongoDB; but see
  // Unreached.
  Result<ExpressionNodePtr> Folded(ExpressionNodePtr node);

  // A call of the entry's function with these arguments, folded where they are constant. `entry` must live for ever.
  Result<ExpressionNodePtr> MakeCall(const OperatorEntry& entry, std::vector<ExpressionNodePtr> arguments,
                                     const std::string& where);

  // The fields of an operator's operand, which must be an object, in the order of `names`: `input! as in!`, those with
  // `!` must be there. nullptr where one is not; any other field is an error.
  static Result<std::vector<const Value*>> NamedArguments(const Value& operand, std::string_view names,
                                                          const std::string& where);

  // While one of these is active, constant parts that fail are left to fail when they are evaluated: for branches that
  // a constant condition never takes.
  class Unreached {
   public:
    Unreached(ExpressionParser& parser, bool active) : parser_(parser), before_(parser.unreached_) {
      parser.unreached_ = before_ || active;
    }
    ~Unreached() { parser_.unreached_ = before_; }
    Unreached(const Unreached&) = delete;
    Unreached& operator=(const Unreached&) = delete;

   private:
    ExpressionParser& parser_;
    bool before_;
  };

  // A variable that is known to what is parsed from here to the end of the scope.
  class Scope {
   public:
    explicit Scope(ExpressionParser& parser) : parser_(parser), size_(parser.variables_.size()) {}
    ~Scope() { parser_.variables_.resize(size_); }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    ExpressionParser& parser_;
    std::size_t size_;
  };
  // Its slot in Evaluation::variable().
  std::size_t Define(std::string_view name);
  void Rename(std::size_t slot, std::string_view name) { variables_[slot] = name; }
  // Whether a user may define a variable of this name.
  static Status CheckVariableName(std::string_view name, const std::string& where);

  // The most variables that are known at one time.
  std::size_t slots() const { return slots_; }

 private:
  Result<ExpressionNodePtr> ParseString(const Value& text, const std::string& where);
  Result<ExpressionNodePtr> ParseFieldPath(std::string_view path, const std::string& where);
  Result<ExpressionNodePtr> ParseVariable(std::string_view text, const std::string& where);
  Result<ExpressionNodePtr> ParseArray(const Value& array, const std::string& where);
  Result<ExpressionNodePtr> ParseObject(const Value& object, const std::string& where);
  Result<ExpressionNodePtr> ParseOperator(const Field& field, const std::string& where);
  Result<std::vector<ExpressionNodePtr>> ParsePositional(const OperatorEntry& entry, const Value& operand,
                                                         const std::string& where);
  Result<std::vector<ExpressionNodePtr>> ParseNamed(const OperatorEntry& entry, const Value& operand,
                                                    const std::string& where);

  const FilterContext& context_;
  Arena& constants_;
  std::vector<std::string> variables_;  // By slot, those that are known here.
  std::size_t slots_ = 0;
  int depth_ = 0;
  std::size_t parts_ = 0;
  bool unreached_ = false;
  Value now_;
};

// The place `where.name`. It does not grow without end: each part of an expression keeps its own.
std::string ExpressionPlace(const std::string& where, std::string_view name);

// The list of expressions that an operator takes, as an array or as a single one.
Result<std::vector<ExpressionNodePtr>> ParseArgumentList(ExpressionParser& parser, const Value& operand,
                                                         const std::string& where);

}  // namespace kalends
