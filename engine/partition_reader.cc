#include "engine/partition_reader.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "engine/rocks_status.h"
#include "engine/segment_building.h"
#include "engine/segment_reader.h"
#include "format/errors.h"
#include "format/record_codec.h"
#include "index/time_column.h"

namespace kalends {
namespace {

// Past this many neighbouring rows an iterator is faster than look-ups.
constexpr std::size_t kScanRowsMin = 8;
constexpr std::size_t kMultiGetKeys = 256;

bool Meets(TimeUs min, TimeUs max, const TimeRange& range) { return min < range.end && range.begin <= max; }

class BlockRun : public RowRun {
 public:
  // `begin`: where the rows of the block number `block` begin in the segment.
  BlockRun(std::shared_ptr<SegmentReader> reader, std::size_t block, std::uint32_t begin)
      : reader_(std::move(reader)),
        number_(block),
        block_(reader_->segment().entry().blocks[block]),
        begin_(begin),
        index_(reader_, block_, begin) {}
  RowId first_row() const override { return {reader_->segment().entry().first_row.value + begin_}; }
  std::uint32_t rows() const override { return block_.rows; }
  TimeUs min_time() const override { return block_.min; }
  TimeUs max_time() const override { return block_.max; }

  Status Load() override {
    if (times_) return {};
    KALENDS_RETURN_IF_ERROR(reader_->Read(block_, kTimeColumn, &bytes_));
    auto times = TimeColumn::Open({bytes_.data(), bytes_.size()}, reader_->segment().AreTimesChecked(number_));
    if (!times.has_value()) return WithContext(reader_->Where("columns"), times.error());
    reader_->segment().SetTimesChecked(number_);
    if (times->rows() != rows())
      return Corruption(reader_->Where("columns"), ": ", times->rows(), " times for ", rows(), " rows");
    times_.emplace(*times);
    return {};
  }
  TimeUs TimeAt(std::uint32_t offset) const override { return times_->At(offset); }
  std::uint32_t OffsetAtPosition(std::uint32_t position) const override { return times_->RowAtPosition(position); }
  std::uint32_t LowerBound(TimeUs time) const override { return times_->LowerBound(time); }
  void AddRowsIn(const TimeRange& time, RowBits* rows) const override { times_->AddRowsIn(time, rows); }
  RunIndex* index() override { return &index_; }

 private:
  const std::shared_ptr<SegmentReader> reader_;
  const std::size_t number_;
  const SegmentBlock block_;
  const std::uint32_t begin_;
  rocksdb::PinnableSlice bytes_;
  std::optional<TimeColumn> times_;
  BlockIndex index_;
};

// The hashes of indexed values of a tail.
class TailIndex : public RunIndex {
 public:
  explicit TailIndex(const TailView& tail) : tail_(tail) {}
  std::uint32_t rows() const override { return tail_.rows; }
  Result<FoundColumn> FindColumn(std::string_view /*path*/) override { return FoundColumn{}; }
  Result<ColumnExtremes> FindExtremes(std::string_view /*path*/) override { return ColumnExtremes{}; }
  Result<bool> HasDottedNames() override { return true; }
  bool HasIndex(std::string_view path) const override { return Find(path) < tail_.tail->indexes()->size(); }
  Status FindEqual(std::string_view path, const Value& value, RowMatches* matches) override {
    tail_.tail->FindIndexed(Find(path), IndexHash(value), &matches->possible);
    return {};
  }
  const TextOptions* text() const override { return tail_.tail->text().get(); }
  Status FindTerm(std::string_view term, RowBits* rows) override {
    tail_.tail->FindTerm(term, rows);
    return {};
  }
  Status ForEachPosting(std::string_view term, const VisitPosting& visit) override {
    tail_.tail->ForEachPosting(term, tail_.rows, visit);
    return {};
  }
  Result<std::vector<std::string>> TermsWith(std::string_view prefix) override {
    std::vector<std::string> terms;
    tail_.tail->ForEachTerm([&](std::string_view term) {
      if (term.starts_with(prefix)) terms.emplace_back(term);
    });
    return terms;
  }
  Result<std::uint64_t> TextLengthAt(std::uint32_t row) override {
    return std::uint64_t{tail_.tail->TextLengthAt(row)};
  }
  Result<std::uint64_t> TextLength() override {
    std::uint64_t sum = 0;
    for (std::uint32_t row = 0; row < tail_.rows; ++row) sum += tail_.tail->TextLengthAt(row);
    return sum;
  }

 private:
  std::size_t Find(std::string_view path) const {
    const std::vector<std::string>& paths = *tail_.tail->indexes();
    return static_cast<std::size_t>(std::find(paths.begin(), paths.end(), path) - paths.begin());
  }

  const TailView& tail_;
};

class TailRun : public RowRun {
 public:
  explicit TailRun(TailView tail) : tail_(std::move(tail)), index_(tail_) {}
  RunIndex* index() override { return &index_; }
  RowId first_row() const override { return tail_.tail->first_row(); }
  std::uint32_t rows() const override { return tail_.rows; }
  TimeUs min_time() const override { return tail_.min; }
  TimeUs max_time() const override { return tail_.max; }
  Status Load() override {
    if (order_ == nullptr) order_ = tail_.tail->Order(tail_.rows);
    return {};
  }
  TimeUs TimeAt(std::uint32_t offset) const override { return tail_.tail->TimeAt(offset); }
  std::uint32_t OffsetAtPosition(std::uint32_t position) const override { return (*order_)[position]; }
  std::uint32_t LowerBound(TimeUs time) const override {
    const auto found = std::partition_point(order_->begin(), order_->end(), [this, time](std::uint32_t offset) {
      return tail_.tail->TimeAt(offset) < time;
    });
    return static_cast<std::uint32_t>(found - order_->begin());
  }

 private:
  TailView tail_;
  TailIndex index_;
  std::shared_ptr<const std::vector<std::uint32_t>> order_;
};

// Reads rows of a partition; out[i] is the row rows[i].
class RowReader {
 public:
  RowReader(Partition& partition, const rocksdb::Snapshot* snapshot, std::span<const RowId> rows,
            std::span<StoredRow> out)
      : partition_(partition), rows_(rows), out_(out) {
    options_.snapshot = snapshot;
  }

  Status ReadOne(Arena& arena) const {  // A look-up by id.
    const std::string key = RowKey(rows_[0]);
    rocksdb::PinnableSlice value;
    const rocksdb::Status status = partition_.db()->Get(options_, family(), key, &value);
    if (status.IsNotFound()) return Missing(0);
    KALENDS_RETURN_IF_ROCKS_ERROR(Where(0), status);
    return Decode({value.data(), value.size()}, 0, arena);
  }

  // The rows at the places `order`, which is ascending by row.
  Status ReadInOrder(std::span<const std::uint32_t> order, Arena& arena) const {
    const std::uint64_t span = rows_[order.back()].value - rows_[order.front()].value + 1;
    const bool is_dense = order.size() >= kScanRowsMin && span <= order.size() + order.size() / 4;
    return is_dense ? Scan(order, arena) : LookUp(order, arena);
  }

 private:
  Status Scan(std::span<const std::uint32_t> order, Arena& arena) const {
    rocksdb::ReadOptions options = options_;
    options.total_order_seek = true;
    const std::string end_key = RowKey({rows_[order.back()].value + 1});
    const rocksdb::Slice upper(end_key);
    options.iterate_upper_bound = &upper;
    const std::unique_ptr<rocksdb::Iterator> iterator(partition_.db()->NewIterator(options, family()));
    iterator->Seek(RowKey(rows_[order.front()]));
    for (const std::uint32_t place : order) {
      const std::string key = RowKey(rows_[place]);
      while (iterator->Valid() && iterator->key().compare(key) < 0) iterator->Next();
      if (!iterator->Valid() || iterator->key() != key) {
        KALENDS_RETURN_IF_ROCKS_ERROR("partition " + partition_.name() + ": rows", iterator->status());
        return Missing(place);
      }
      KALENDS_RETURN_IF_ERROR(Decode({iterator->value().data(), iterator->value().size()}, place, arena));
    }
    return {};
  }

  Status LookUp(std::span<const std::uint32_t> order, Arena& arena) const {
    std::vector<std::string> keys;
    std::vector<rocksdb::Slice> slices;
    for (std::size_t begin = 0; begin < order.size(); begin += kMultiGetKeys) {
      const std::size_t count = std::min(kMultiGetKeys, order.size() - begin);
      keys.clear();
      slices.clear();
      for (std::size_t i = 0; i < count; ++i) keys.push_back(RowKey(rows_[order[begin + i]]));
      for (const std::string& key : keys) slices.emplace_back(key);
      std::vector<rocksdb::PinnableSlice> values(count);
      std::vector<rocksdb::Status> statuses(count);
      partition_.db()->MultiGet(options_, family(), count, slices.data(), values.data(), statuses.data(),
                                /*sorted_input=*/true);
      for (std::size_t i = 0; i < count; ++i) {
        const std::uint32_t place = order[begin + i];
        if (statuses[i].IsNotFound()) return Missing(place);
        KALENDS_RETURN_IF_ROCKS_ERROR(Where(place), statuses[i]);
        KALENDS_RETURN_IF_ERROR(Decode({values[i].data(), values[i].size()}, place, arena));
      }
    }
    return {};
  }

  Status Decode(std::string_view record, std::size_t place, Arena& arena) const {
    thread_local RecordDecoder decoder;
    auto parts = decoder.Decode(record, partition_.keys(), partition_.dictionaries(), arena);
    if (!parts.has_value()) return WithContext(Where(place), parts.error());
    out_[place] = {parts->time, parts->id, parts->root, parts->json_bytes};
    return {};
  }
  std::string Where(std::size_t place) const {
    return "partition " + partition_.name() + ": row " + std::to_string(rows_[place].value);
  }
  Error Missing(std::size_t place) const {
    return Corruption(Where(place), " is missing; restore the month from a backup");
  }
  rocksdb::ColumnFamilyHandle* family() const { return partition_.families().rows->handle(); }

  Partition& partition_;
  const std::span<const RowId> rows_;
  const std::span<StoredRow> out_;
  rocksdb::ReadOptions options_;
};

}  // namespace

Status PartitionReader::EnsureState() const {
  KALENDS_TRY(const PartitionState* const state, view_->State(slot_));
  state_.store(state, std::memory_order_relaxed);
  return {};
}

Result<std::vector<std::unique_ptr<RowRun>>> PartitionReader::Runs(const TimeRange& range) const {
  KALENDS_RETURN_IF_ERROR(EnsureState());
  std::vector<std::unique_ptr<RowRun>> runs;
  for (const auto& segment : *state().segments) {
    std::shared_ptr<SegmentReader> reader;
    std::uint32_t begin = 0;
    const std::vector<SegmentBlock>& blocks = segment->entry().blocks;
    for (std::size_t block = 0; block < blocks.size(); ++block) {
      if (Meets(blocks[block].min, blocks[block].max, range)) {
        if (reader == nullptr) reader = std::make_shared<SegmentReader>(partition_, segment);
        runs.push_back(std::make_unique<BlockRun>(reader, block, begin));
      }
      begin += blocks[block].rows;
    }
  }
  for (const TailView& tail : state().tails) {
    if (tail.rows > 0 && Meets(tail.min, tail.max, range)) runs.push_back(std::make_unique<TailRun>(tail));
  }
  return runs;
}

std::vector<std::string> PartitionReader::MissingIndexes() const {
  const auto read = StateIn(*view_, *partition_);
  if (read == nullptr) return {};
  return MissingIndexesOf(*read, *view_->Find(partition_->entry().collection));
}

Status PartitionReader::ReadRows(std::span<const RowId> rows, Arena& arena, std::span<StoredRow> out) const {
  if (rows.empty()) return {};
  KALENDS_RETURN_IF_ERROR(EnsureState());
  const RowReader reader(*partition_, view_->snapshot->get(), rows, out);
  if (rows.size() == 1) return reader.ReadOne(arena);
  std::vector<std::uint32_t> order(rows.size());
  std::iota(order.begin(), order.end(), 0U);
  const auto earlier = [&rows](std::uint32_t a, std::uint32_t b) { return rows[a] < rows[b]; };
  if (!std::is_sorted(order.begin(), order.end(), earlier)) {
    std::reverse(order.begin(), order.end());  // Newest first is the usual other order.
    if (!std::is_sorted(order.begin(), order.end(), earlier)) std::sort(order.begin(), order.end(), earlier);
  }
  return reader.ReadInOrder(order, arena);
}

std::vector<std::shared_ptr<const PartitionView>> OpenReaders(const std::shared_ptr<const View>& view,
                                                              const CollectionView& collection,
                                                              const TimeRange& range) {
  std::vector<std::shared_ptr<const PartitionView>> readers;
  for (const auto& [month, slot] : collection.months) {
    const TimeRange months = view->Slot(slot).partition->range();
    if (months.begin >= range.end || range.begin >= months.end) continue;
    readers.push_back(std::make_shared<PartitionReader>(view, slot));
  }
  return readers;
}

std::vector<std::string> MissingIndexesOf(const PartitionState& state, const CollectionView& collection) {
  std::vector<std::string> missing;
  for (const std::string& path : *collection.indexes) {
    const bool is_missing = std::any_of(state.segments->begin(), state.segments->end(), [&path](const auto& segment) {
      const auto& of_segment = segment->entry().indexes;
      return std::none_of(of_segment.begin(), of_segment.end(),
                          [&path](const SegmentIndex& index) { return index.path == path; });
    });
    if (is_missing) missing.push_back(path);
  }
  const bool lacks_text = collection.text != nullptr &&
                          std::any_of(state.segments->begin(), state.segments->end(),
                                      [&](const auto& segment) { return segment->entry().text != *collection.text; });
  if (lacks_text) missing.emplace_back("$text");
  return missing;
}

DiskBytes DiskBytesOf(const Partition& partition) {
  const auto bytes_of = [&partition](const Family& family) {
    std::uint64_t bytes = 0;
    partition.db()->GetIntProperty(family.handle(), rocksdb::DB::Properties::kTotalSstFilesSize, &bytes);
    return bytes;
  };
  // Lists and text lie in the family of the columns, in files of their own.
  rocksdb::ColumnFamilyMetaData columns;
  partition.db()->GetColumnFamilyMetaData(partition.families().columns->handle(), &columns);
  std::uint64_t lists = 0;
  std::uint64_t text = 0;
  for (const rocksdb::LevelMetaData& level : columns.levels) {
    for (const rocksdb::SstFileMetaData& file : level.files) {
      const SegmentPart::Kind kind = PartOfKey(file.smallestkey).kind;
      if (kind == SegmentPart::Kind::kLists) lists += file.size;
      if (kind == SegmentPart::Kind::kText) text += file.size;
    }
  }
  const PartitionFamilies& families = partition.families();
  return {bytes_of(*families.rows), bytes_of(*families.index) + bytes_of(*families.state) + lists, text,
          columns.size - lists - text};
}

}  // namespace kalends
