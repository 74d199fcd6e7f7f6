#include "engine/fields.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/merging.h"
#include "engine/partition_reader.h"
#include "engine/segment_reader.h"
#include "format/errors.h"
#include "index/field_facts.h"
#include "query/call_guard.h"

namespace kalends {
namespace {

// Where a block has fewer rows, most fields are rare: its rows tell more, and soon.
constexpr std::uint32_t kColumnsReadMin = 2048;
constexpr std::size_t kRowsAtOnce = 512;

class FieldScan {
 public:
  FieldScan(std::shared_ptr<const View> view, const CallOptions& call) : view_(std::move(view)), guard_(call) {}

  Status AddPartition(std::uint32_t slot) {
    KALENDS_TRY(const PartitionRef ref, view_->Ref(slot));
    const PartitionReader reader(view_, slot);
    documents_ += ref.state->documents();
    for (const auto& segment : *ref.state->segments) {
      const auto segment_reader = std::make_shared<SegmentReader>(ref.partition, segment);
      RowId first = segment->entry().first_row;
      for (const SegmentBlock& block : segment->entry().blocks) {
        KALENDS_RETURN_IF_ERROR(guard_.Check());
        const RowRange rows{first, {first.value + block.rows}};
        first = rows.end;
        if (block.has_columns && block.rows >= kColumnsReadMin) {
          const auto begin = static_cast<std::uint32_t>(rows.begin.value - segment->entry().first_row.value);
          BlockIndex index(segment_reader, block, begin);
          KALENDS_RETURN_IF_ERROR(AddBlock(*ref.state, *segment, rows, &index));
        } else {
          KALENDS_RETURN_IF_ERROR(AddRows(*ref.state, reader, rows));
        }
      }
    }
    return AddRows(*ref.state, reader, {ref.state->sealed_end(), ref.state->end});
  }

  FieldsReport Report() const { return facts_.Report(documents_); }

 private:
  Status AddBlock(const PartitionState& state, const Segment& segment, RowRange rows, BlockIndex* index) {
    KALENDS_TRY(const BlockDirectory* const directory, index->Directory());
    if (!directory->is_complete() || directory->has_dotted_names()) facts_.SetIncomplete();
    std::optional<RowBits> living;
    for (const RowId row : state.deletions->In(rows)) {
      if (!living) living.emplace(static_cast<std::uint32_t>(rows.size()), true);
      living->Clear(static_cast<std::uint32_t>(row.value - rows.begin.value));
    }
    const bool may_be_deleted = living && DeletedSinceBuilt(segment, *state.deletions) > 0;
    for (std::size_t i = 0; i < directory->size(); ++i) {
      const ColumnSummary summary = directory->at(i);
      if (summary.number == 0) {
        facts_.AddWithoutColumn(summary, may_be_deleted);
        continue;
      }
      KALENDS_TRY(const RunIndex::FoundColumn found, index->FindColumn(summary.path));
      FieldFacts::ColumnOfBlock column{summary.path, found.column, nullptr, living ? &*living : nullptr,
                                       directory->is_complete()};
      if (const std::size_t dot = summary.path.rfind('.'); dot != std::string::npos) {
        KALENDS_TRY(const RunIndex::FoundColumn parent, index->FindColumn(summary.path.substr(0, dot)));
        column.parent = parent.column;
      }
      facts_.AddColumn(column);
      KALENDS_RETURN_IF_ERROR(guard_.Check());
    }
    return {};
  }

  Status AddRows(const PartitionState& state, const PartitionReader& reader, RowRange rows) {
    std::vector<RowId> wanted;
    std::vector<StoredRow> found;
    Arena arena;
    for (RowId row = rows.begin; row < rows.end; ++row.value) {
      if (!state.deletions->Contains(row)) wanted.push_back(row);
      if (wanted.size() < kRowsAtOnce && row.value + 1 < rows.end.value) continue;
      arena.Reset();
      found.resize(wanted.size());
      KALENDS_RETURN_IF_ERROR(reader.ReadRows(wanted, arena, found));
      for (const StoredRow& stored : found) facts_.AddDocument(stored.root);
      KALENDS_RETURN_IF_ERROR(guard_.Walked(wanted.size()));
      wanted.clear();
    }
    return {};
  }

  const std::shared_ptr<const View> view_;
  CallGuard guard_;
  FieldFacts facts_;
  std::uint64_t documents_ = 0;
};

}  // namespace

Result<FieldsReport> FieldsOf(const std::shared_ptr<const View>& view, const CollectionView& collection,
                              const CallOptions& call) {
  FieldScan scan(view, call);
  for (const auto& [month, slot] : collection.months) KALENDS_RETURN_IF_ERROR(scan.AddPartition(slot));
  return scan.Report();
}

}  // namespace kalends
