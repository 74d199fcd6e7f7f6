// $regexMatch, $regexFind and $regexFindAll, by RE2: linear in the text, so without look-around and back-references.
#include <re2/re2.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "query/expression_arguments.h"
#include "query/expression_operators.h"
#include "query/expression_parser.h"
#include "query/filter_place.h"
#include "query/regex.h"
#include "query/regex_syntax.h"

namespace kalends {
namespace {

enum class Answer : std::uint8_t { kWhether, kFirst, kAll };

re2::StringPiece Piece(std::string_view text) { return {text.data(), text.size()}; }

// {match, idx, captures}: idx counts characters; a group that took no part is null.
Result<Value> MatchObject(const std::vector<re2::StringPiece>& groups, std::size_t index, Evaluation& evaluation) {
  std::vector<Value> captures;
  for (std::size_t i = 1; i < groups.size(); ++i) {
    captures.push_back(groups[i].data() == nullptr ? Value::Null()
                                                   : Value::String({groups[i].data(), groups[i].size()}));
  }
  KALENDS_TRY(const Value all, evaluation.Array(captures));
  const Field fields[] = {
      {.name = "match", .value = Value::String({groups[0].data(), groups[0].size()})},
      {.name = "idx", .value = Value::Int(static_cast<std::int32_t>(index))},
      {.name = "captures", .value = all},
  };
  return evaluation.Object(fields);
}

// The same expression as Regex::Compile has accepted, able to tell where it matches.
std::shared_ptr<const re2::RE2> CompileFinder(std::string_view pattern, std::string_view options) {
  const auto has = [options](char option) { return options.find(option) != std::string_view::npos; };
  re2::RE2::Options how(re2::RE2::Quiet);
  how.set_max_mem(std::int64_t{2} << 20U);
  how.set_case_sensitive(!has('i'));
  how.set_dot_nl(has('s'));
  const std::string text = (has('m') ? "(?m)" : "") + ToRe2Syntax(pattern, has('m'), has('x'));
  return std::make_shared<const re2::RE2>(Piece(text), how);
}

struct Pattern {
  Regex regex;
  std::shared_ptr<const re2::RE2> finder;
};

Result<Value> Search(const Pattern& pattern, std::string_view text, Answer answer, Evaluation& evaluation) {
  if (answer == Answer::kWhether) return Value::Bool(pattern.regex.Matches(text));
  const re2::RE2& compiled = *pattern.finder;
  std::vector<re2::StringPiece> groups(static_cast<std::size_t>(compiled.NumberOfCapturingGroups()) + 1);
  std::vector<Value> found;
  std::size_t from = 0;
  std::size_t counted = 0;  // The byte up to which `index` counts characters.
  std::size_t index = 0;
  while (from <= text.size() && compiled.Match(Piece(text), from, text.size(), re2::RE2::UNANCHORED, groups.data(),
                                               static_cast<int>(groups.size()))) {
    KALENDS_RETURN_IF_ERROR(evaluation.Step(groups.size()));
    const auto begin = static_cast<std::size_t>(groups[0].data() - text.data());
    index += CountCharacters(text.substr(counted, begin - counted));
    counted = begin;
    KALENDS_TRY(const Value match, MatchObject(groups, index, evaluation));
    if (answer == Answer::kFirst) return match;
    found.push_back(match);
    from = begin + groups[0].size();
    if (groups[0].empty()) from += from < text.size() ? CharacterBytes(text[from]) : 1;
  }
  return answer == Answer::kFirst ? Result<Value>(Value::Null()) : evaluation.Array(found);
}

class RegexNode final : public ExpressionNode {
 public:
  // `options` may be nullptr.
  RegexNode(Answer answer, ExpressionNodePtr input, ExpressionNodePtr pattern, ExpressionNodePtr options,
            std::string where)
      : answer_(answer),
        input_(std::move(input)),
        pattern_(std::move(pattern)),
        options_(std::move(options)),
        where_(std::move(where)) {}

  // Compiles once what is the same for all documents.
  Status Prepare() {
    if (pattern_->AsConstant() == nullptr || (options_ != nullptr && options_->AsConstant() == nullptr)) return {};
    KALENDS_TRY(prepared_, Compile(*pattern_->AsConstant(), options_ == nullptr ? Value() : *options_->AsConstant()));
    is_prepared_ = true;
    return {};
  }

  Result<Value> Evaluate(Evaluation& evaluation) const override {
    KALENDS_RETURN_IF_ERROR(evaluation.Step());
    KALENDS_TRY(const Value input, input_->Evaluate(evaluation));
    if (!IsNullish(input) && !input.is_string()) {
      return InvalidArgument(where_, ".input: expected a string, found ", TypeName(input.type()));
    }
    std::optional<Pattern> own;
    if (!is_prepared_) {
      KALENDS_TRY(const Value pattern, pattern_->Evaluate(evaluation));
      Value options;
      if (options_ != nullptr) {
        KALENDS_TRY(options, options_->Evaluate(evaluation));
      }
      KALENDS_RETURN_IF_ERROR(evaluation.Step(kStepsOfCompiling));
      KALENDS_TRY(own, Compile(pattern, options));
    }
    const std::optional<Pattern>& pattern = is_prepared_ ? prepared_ : own;
    if (IsNullish(input) || !pattern.has_value()) return Nothing();
    Result<Value> answer = Search(*pattern, input.as_string(), answer_, evaluation);
    if (!answer.has_value()) return WithContext(where_, answer.error());
    if (const Status size = CheckValueSize(*answer); !size.ok()) return WithContext(where_, size.error());
    return answer;
  }

 private:
  // A pattern of each document's own is dear.
  static constexpr std::uint64_t kStepsOfCompiling = 1000;

  // nullopt where the pattern is null or missing.
  Result<std::optional<Pattern>> Compile(const Value& pattern, const Value& options) const {
    if (!IsNullish(options) && !options.is_string()) {
      return InvalidArgument(where_, ".options: expected a string, found ", TypeName(options.type()));
    }
    if (!IsNullish(pattern) && !pattern.is_string()) {
      return InvalidArgument(where_, ".regex: expected a string, found ", TypeName(pattern.type()));
    }
    if (IsNullish(pattern)) return std::optional<Pattern>();
    const std::string_view text = pattern.as_string();
    const std::string_view letters = IsNullish(options) ? std::string_view() : options.as_string();
    KALENDS_TRY(Regex regex, Regex::Compile(text, letters, FilterPlace(where_)));
    return std::optional<Pattern>(
        {.regex = std::move(regex), .finder = answer_ == Answer::kWhether ? nullptr : CompileFinder(text, letters)});
  }

  Value Nothing() const {
    if (answer_ == Answer::kWhether) return Value::Bool(false);
    return answer_ == Answer::kFirst ? Value::Null() : Value::Array({});
  }

  Answer answer_;
  ExpressionNodePtr input_;
  ExpressionNodePtr pattern_;
  ExpressionNodePtr options_;
  std::string where_;
  std::optional<Pattern> prepared_;
  bool is_prepared_ = false;
};

template <Answer kAnswer>
Result<ExpressionNodePtr> ParseRegex(ExpressionParser& parser, const Value& operand, const std::string& where) {
  KALENDS_TRY(const auto given, ExpressionParser::NamedArguments(operand, "input! regex! options", where));
  KALENDS_TRY(ExpressionNodePtr input, parser.Parse(*given[0], where + ".input"));
  KALENDS_TRY(ExpressionNodePtr pattern, parser.Parse(*given[1], where + ".regex"));
  ExpressionNodePtr options;
  if (given[2] != nullptr) {
    KALENDS_TRY(options, parser.Parse(*given[2], where + ".options"));
  }
  const bool constant = input->AsConstant() != nullptr && pattern->AsConstant() != nullptr &&
                        (options == nullptr || options->AsConstant() != nullptr);
  auto node = std::make_unique<RegexNode>(kAnswer, std::move(input), std::move(pattern), std::move(options), where);
  KALENDS_RETURN_IF_ERROR(node->Prepare());
  if (!constant) return ExpressionNodePtr(std::move(node));
  return parser.Folded(std::move(node));
}

constexpr OperatorEntry kOperators[] = {
    Parsed("$regexMatch", ParseRegex<Answer::kWhether>),
    Parsed("$regexFind", ParseRegex<Answer::kFirst>),
    Parsed("$regexFindAll", ParseRegex<Answer::kAll>),
};

}  // namespace

std::span<const OperatorEntry> RegexOperators() { return kOperators; }

}  // namespace kalends
