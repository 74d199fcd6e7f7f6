#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "query/expression.h"
#include "query/projection_elem_match.h"
#include "query/projection_slice.h"

// A projection, parsed: its paths as a tree.
namespace kalends {

struct ProjectionNode {
  enum class Kind : std::uint8_t {
    kInner,      // Paths go on below it.
    kNamed,      // Shown by an inclusion, left out by an exclusion.
    kKept,       // Shown in both: the id field when asked for, a field that `slice` cuts.
    kDropped,    // Left out in both: the id field when excluded.
    kComputed,   // The value of `expression`; the score of the text where there is none.
    kElemMatch,  // The element that `elem_match` finds.
  };

  std::string name;
  Kind kind = Kind::kInner;
  std::vector<std::unique_ptr<ProjectionNode>> children;  // In the order of the projection.
  std::unordered_map<std::string_view, ProjectionNode*> by_name;

  std::optional<ProjectionSlice> slice;
  std::shared_ptr<const ProjectionElemMatch> elem_match;
  std::shared_ptr<const Expression> expression;
  std::size_t expression_index = 0;  // Among those of the plan.
  bool has_computed = false;         // This or one below it is kComputed; at the top, kElemMatch of an inclusion too.
  bool is_positional = false;        // A part of the path `a.b` of `a.b.$`.

  // nullptr where there is none.
  const ProjectionNode* Find(std::string_view child) const;
  ProjectionNode* Find(std::string_view child);
  ProjectionNode* Add(std::string_view child);
};

struct ProjectionPlan {
  ProjectionNode root;
  bool is_inclusion = false;
  std::size_t expressions = 0;
  std::string positional;  // The path that ends in `.$`; empty: none.
  bool shows_text_score = false;
};

}  // namespace kalends
