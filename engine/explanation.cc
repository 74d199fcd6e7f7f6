#include "engine/explanation.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "kalends/time.h"

namespace kalends {
namespace {

double Milliseconds(std::chrono::nanoseconds time) { return std::chrono::duration<double, std::milli>(time).count(); }

// The most precise of what told which rows match.
std::string_view PathOf(const Explanation& explanation) {
  if (explanation.is_by_id) return "id";
  const auto any = [&](std::uint64_t FindStats::PartitionRead::*runs) {
    return std::any_of(explanation.stats.partitions.begin(), explanation.stats.partitions.end(),
                       [&](const FindStats::PartitionRead& partition) { return partition.*runs > 0; });
  };
  if (any(&FindStats::PartitionRead::runs_by_text)) return "text";
  if (any(&FindStats::PartitionRead::runs_by_lists)) return "lists";
  if (any(&FindStats::PartitionRead::runs_by_columns)) return "columns";
  if (explanation.call == ExplainedCall::kCount && explanation.plan.filter->IsTimeBoundsOnly()) return "times";
  return "rows";
}

void AddNumber(DocumentBuilder& builder, std::string_view name, std::uint64_t number) {
  builder.Add(name, static_cast<std::int64_t>(number));
}

void AddPartition(DocumentBuilder& builder, const FindStats::PartitionRead& partition) {
  builder.BeginObject().Add("partition", partition.name);
  AddNumber(builder, "runs", partition.runs);
  AddNumber(builder, "pruned", partition.runs_pruned);
  builder.BeginObject("by");
  AddNumber(builder, "times", partition.runs_by_times);
  AddNumber(builder, "lists", partition.runs_by_lists);
  AddNumber(builder, "text", partition.runs_by_text);
  AddNumber(builder, "columns", partition.runs_by_columns);
  AddNumber(builder, "rows", partition.runs_by_rows);
  builder.End();
  builder.BeginObject("rows");
  AddNumber(builder, "certain", partition.rows_certain);
  AddNumber(builder, "read", partition.rows_read);
  builder.End().End();
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
  for (const FindStats::PartitionRead& partition : stats.partitions) AddPartition(result, partition);
  result.End();
  if (!missing_indexes.empty()) {
    result.BeginObject("missing_indexes");
    for (const auto& [path, partitions] : missing_indexes) {
      result.BeginArray(path);
      for (const std::string& partition : partitions) result.Add(partition.c_str());
      result.End();
    }
    result.End();
  }
  result.BeginObject("rows")
      .Add("read", static_cast<std::int64_t>(stats.rows_read))
      .Add("matched", static_cast<std::int64_t>(stats.rows_matched))
      .Add("returned", static_cast<std::int64_t>(returned))
      .End();
  result.BeginObject("milliseconds")
      .Add("plan", Milliseconds(planned - start))
      .Add("select", Milliseconds(stats.select))
      .Add("read", Milliseconds(stats.read))
      .Add("match", Milliseconds(stats.match))
      .Add("sort", Milliseconds(stats.sort))
      .Add("all", Milliseconds(whole))
      .End();
  return result.Build();
}

}  // namespace kalends
