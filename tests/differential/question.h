#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "kalends/query.h"
#include "tests/differential/tree.h"

namespace kalends::differential {

// A query as trees, so that it can be taken apart.
struct Question {
  Tree filter = Object();
  Tree projection = Object();
  Tree sort = Object();
  TimeRange time;
  Order order = Order::kNewestFirst;
  std::uint64_t skip = 0;
  std::optional<std::uint64_t> limit;
  std::uint64_t page_size = 7;  // Of the walk by tokens.
  std::string distinct = "a";
};

inline Query ToQuery(const Question& question) {
  Query query;
  query.filter = ToDocument(question.filter);
  query.projection = ToDocument(question.projection);
  query.sort = ToDocument(question.sort);
  query.time = question.time;
  query.order = question.order;
  query.skip = question.skip;
  query.limit = question.limit;
  // No question takes as long, but one that hangs ends as a failure.
  query.call.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(120);
  return query;
}

inline std::string ToText(const Question& question) {
  std::string text = "filter " + ToText(question.filter) + "\nprojection " + ToText(question.projection) + "\nsort " +
                     ToText(question.sort);
  text += question.order == Order::kNewestFirst ? "\nnewest first" : "\noldest first";
  if (question.time != TimeRange()) {
    text += ", from " + FormatTime(question.time.begin) + " to " + FormatTime(question.time.end);
  }
  text += ", skip " + std::to_string(question.skip);
  if (question.limit) text += ", limit " + std::to_string(*question.limit);
  return text + ", pages of " + std::to_string(question.page_size) + ", distinct of " + question.distinct;
}

}  // namespace kalends::differential
