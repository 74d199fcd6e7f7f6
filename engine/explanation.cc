#include "engine/explanation.h"

#include <string>

#include "kalends/time.h"

namespace kalends {
namespace {

double Milliseconds(std::chrono::nanoseconds time) { return std::chrono::duration<double, std::milli>(time).count(); }

std::string_view PathOf(const Explanation& explanation) {
  if (explanation.is_by_id) return "id";
  if (explanation.call == ExplainedCall::kCount && explanation.plan.filter->IsTimeBoundsOnly()) return "times";
  return "rows";
}

}  // namespace

Document Explanation::ToDocument() const {
  const auto whole = std::chrono::steady_clock::now() - start;
  DocumentBuilder result;
  result.Add("call", call == ExplainedCall::kCount ? "count" : "find").Add("path", PathOf(*this));
  result.BeginObject("time");
  if (plan.time.begin.value != INT64_MIN) result.Add("from", FormatTime(plan.time.begin));
  if (plan.time.end.value != INT64_MAX) result.Add("to", FormatTime(plan.time.end));
  result.End();
  if (call == ExplainedCall::kFind && !is_by_id) {
    result.Add("order", plan.sort != nullptr                ? "sorted by keys"
                        : plan.order == Order::kNewestFirst ? "newest first"
                                                            : "oldest first");
  }
  result.Add("partitions", static_cast<std::int64_t>(partitions_in_collection));
  result.BeginArray("read");
  for (const FindStats::PartitionRead& partition : stats.partitions) {
    result.BeginObject().Add("partition", partition.name).Add("runs", static_cast<std::int64_t>(partition.runs)).End();
  }
  result.End();
  result.BeginObject("rows")
      .Add("read", static_cast<std::int64_t>(stats.rows_read))
      .Add("matched", static_cast<std::int64_t>(stats.rows_matched))
      .Add("returned", static_cast<std::int64_t>(returned))
      .End();
  result.BeginObject("milliseconds")
      .Add("plan", Milliseconds(planned - start))
      .Add("read", Milliseconds(stats.read))
      .Add("match", Milliseconds(stats.match))
      .Add("sort", Milliseconds(stats.sort))
      .Add("all", Milliseconds(whole))
      .End();
  return result.Build();
}

}  // namespace kalends
