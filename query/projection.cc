#include "query/projection.h"

#include <utility>

#include "format/errors.h"
#include "query/projection_parser.h"
#include "query/projection_plan.h"
#include "query/projection_walk.h"

namespace kalends {

Projection::Projection(std::unique_ptr<const ProjectionPlan> plan) : plan_(std::move(plan)) {}
Projection::~Projection() = default;

Result<std::shared_ptr<const Projection>> Projection::Parse(const Value& projection, const FilterContext& context,
                                                            const Value& filter) {
  KALENDS_TRY(std::unique_ptr<const ProjectionPlan> plan, ParseProjection(projection, context, filter));
  return std::shared_ptr<const Projection>(std::make_shared<Projection>(std::move(plan)));
}

bool Projection::ShowsEverything() const { return !plan_->is_inclusion && plan_->root.children.empty(); }
bool Projection::ShowsTextScore() const { return plan_->shows_text_score; }
bool Projection::IsPositional() const { return !plan_->positional.empty(); }

Result<Value> Projection::Apply(const StoredRow& row, std::optional<std::size_t> matched_index, Arena& arena) const {
  if (ShowsEverything()) return row.root;
  return ProjectionWalk(*plan_, row, matched_index, arena).Run();
}

}  // namespace kalends
