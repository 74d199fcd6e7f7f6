#include "engine/derived_check.h"

#include <algorithm>
#include <optional>
#include <sstream>
#include <utility>

#include "engine/part_entries.h"
#include "engine/segment_lists.h"
#include "engine/segment_text.h"
#include "format/compare.h"
#include "format/errors.h"
#include "format/key_encoding.h"
#include "index/inverted_list.h"

namespace kalends {
namespace {

std::vector<std::string> NamesOf(std::string_view path) {
  std::vector<std::string> names;
  while (true) {
    const std::size_t dot = path.find('.');
    names.emplace_back(path.substr(0, dot));
    if (dot == std::string_view::npos) return names;
    path.remove_prefix(dot + 1);
  }
}

struct Walked {
  Value value;
  bool is_in_array = false;  // An array stands on the way.
};

Walked WalkTo(const Value& root, const std::vector<std::string>& names) {
  Value value = root;
  for (const std::string& name : names) {
    if (value.is_array()) return {{}, true};
    value = value.Get(name);
  }
  return {value, false};
}

std::string Shown(const Value& value) {
  constexpr std::size_t kShownBytes = 80;
  if (value.is_missing()) return "nothing";
  std::string json = ToJson(value, JsonStyle::kCanonical);
  if (json.size() > kShownBytes) {
    json.resize(kShownBytes);
    json += "...";
  }
  return json;
}

template <class... Parts>
std::string Text(const Parts&... parts) {
  std::ostringstream text;
  (text << ... << parts);
  return std::move(text).str();
}

bool IsSame(const Value& a, const Value& b) { return a.type() == b.type() && EqualByMongo(a, b); }

}  // namespace

struct DerivedCheck::CheckedColumn {
  ColumnSummary summary;
  std::vector<std::string> names;
  const Column* column = nullptr;
  std::uint32_t rows = 0;  // That have something there, or an array on the way.
  std::uint64_t wrong = 0;
  std::string first_wrong;
};

DerivedCheck::DerivedCheck(std::shared_ptr<Partition> partition, std::shared_ptr<const PartitionState> state,
                           Report report)
    : partition_(std::move(partition)), state_(std::move(state)), report_(std::move(report)) {}
DerivedCheck::~DerivedCheck() = default;

std::string DerivedCheck::PlaceOf(const BlockSums& block) const {
  const std::uint64_t first = segment_->entry().first_row.value + block.begin;
  return Text("segment ", segment_->id().value, ", rows ", first, " to ", first + block.rows - 1);
}

void DerivedCheck::BeginRun(RowId first_row) {
  const Segments& segments = *state_->segments;
  const auto segment = std::partition_point(segments.begin(), segments.end(),
                                            [first_row](const auto& found) { return found->rows().end <= first_row; });
  if (segment == segments.end()) {
    segment_ = nullptr;
    return;
  }
  if (segment_ != *segment) BeginSegment(*segment);
  // Of a damaged block there may have been no run.
  const std::uint64_t begin = first_row.value - (*segment)->entry().first_row.value;
  while (block_ + 1 < sums_.size() && sums_[block_].begin < begin) ++block_;
  OpenColumns(segment_->entry().blocks[block_], sums_[block_].begin);
}

void DerivedCheck::BeginSegment(const std::shared_ptr<const Segment>& segment) {
  segment_ = segment;
  reader_ = std::make_shared<SegmentReader>(partition_, segment);
  block_ = 0;
  has_all_rows_ = true;
  indexes_.clear();
  for (const SegmentIndex& index : segment->entry().indexes) indexes_.push_back({index.path, NamesOf(index.path)});
  text_.reset();
  if (segment->entry().text.has_value()) text_.emplace(partition_, state_, segment);
  sums_.clear();
  std::uint32_t begin = 0;
  for (const SegmentBlock& block : segment->entry().blocks) {
    sums_.push_back({begin, block.rows, std::vector<PairSum>(indexes_.size()), std::vector<PairSum>(indexes_.size())});
    begin += block.rows;
  }
}

void DerivedCheck::OpenColumns(const SegmentBlock& block, std::uint32_t begin) {
  columns_.clear();
  directory_ = nullptr;
  has_strange_path_ = false;
  times_outside_ = 0;
  block_index_ = std::make_unique<BlockIndex>(reader_, block, begin);
  const auto directory = block_index_->Directory();
  if (!directory.has_value()) return report_("columns", PlaceOf(sums_[block_]), directory.error().message());
  directory_ = *directory;
  if (directory_ == nullptr) return;
  for (std::size_t i = 0; i < directory_->size(); ++i) {
    CheckedColumn checked;
    checked.summary = directory_->at(i);
    if (checked.summary.number == 0) continue;
    const auto found = block_index_->FindColumn(checked.summary.path);
    if (!found.has_value()) {
      report_("columns", PlaceOf(sums_[block_]), found.error().message());
      continue;
    }
    checked.column = found->column;
    checked.names = NamesOf(checked.summary.path);
    columns_.push_back(std::move(checked));
  }
}

void DerivedCheck::AddRow(RowId row, TimeUs time, const Value& root) {
  if (segment_ == nullptr) return;
  const auto in_segment = static_cast<std::uint32_t>(row.value - segment_->entry().first_row.value);
  const SegmentBlock& block = segment_->entry().blocks[block_];
  if (time < block.min || time > block.max) ++times_outside_;
  for (CheckedColumn& column : columns_) CheckColumn(&column, in_segment - sums_[block_].begin, root);
  if (directory_ != nullptr && directory_->is_complete() && !has_strange_path_) {
    std::string path;
    CheckPaths(root, &path, row);
  }
  AddToLists(in_segment, root);
  if (text_.has_value()) text_->AddRow(in_segment, root);
}

void DerivedCheck::CheckColumn(CheckedColumn* column, std::uint32_t offset, const Value& root) const {
  const Walked walked = WalkTo(root, column->names);
  const ColumnStream* const stream = column->column->StreamOf(offset);
  const bool is_unknown = walked.is_in_array || walked.value.is_array();
  const bool has_something = is_unknown || !walked.value.is_missing();
  if (has_something) ++column->rows;
  const auto wrong = [&](const std::string& found) {
    if (column->wrong++ > 0) return;
    column->first_wrong = Text("the column ", column->summary.path, " has ", found, " for row ",
                               segment_->entry().first_row.value + sums_[block_].begin + offset, ", which has ",
                               walked.is_in_array ? "an array on the way" : Shown(walked.value));
  };
  if (stream == nullptr) {
    if (has_something) wrong("nothing");
    return;
  }
  const ColumnKind kind = stream->kind();
  // A path that was forgotten for a while has rows of which nothing is known.
  if (kind == ColumnKind::kArray) {
    if (!is_unknown && directory_->is_complete()) wrong("an array");
    return;
  }
  if (is_unknown || walked.value.is_missing()) return wrong(TypeName(TypeOf(kind)));
  if (!HasValues(kind)) {
    if (walked.value.type() != TypeOf(kind)) wrong(TypeName(TypeOf(kind)));
    return;
  }
  Arena arena;
  const Value stored = stream->ValueAt(*stream->IndexOf(offset), arena);
  if (!IsSame(stored, walked.value)) return wrong(Shown(stored));
  if (!column->summary.min_key && !column->summary.max_key) return;
  std::string key;
  EncodeKey(stored, &key);
  if ((column->summary.min_key && key < *column->summary.min_key) ||
      (column->summary.max_key && key > *column->summary.max_key)) {
    wrong("extremes that leave out " + Shown(stored));
  }
}

// Of a complete directory.
void DerivedCheck::CheckPaths(const Value& object, std::string* path, RowId row) {
  for (const Field& field : object.fields()) {
    std::string problem;
    const std::size_t size = path->size();
    if (field.name.empty() || field.name.find('.') != std::string_view::npos) {
      if (directory_->has_dotted_names()) continue;
      problem = "the directory knows of no name with a dot, or without letters";
    } else {
      if (size > 0) *path += '.';
      *path += field.name;
      if (!directory_->Find(*path).has_value()) problem = "the directory is complete and lacks the path " + *path;
    }
    if (!problem.empty()) {
      has_strange_path_ = true;
      report_("columns", PlaceOf(sums_[block_]), Text(problem, ", which row ", row.value, " has"));
      return;
    }
    if (field.value.is_object()) CheckPaths(field.value, path, row);
    if (has_strange_path_) return;
    path->resize(size);
  }
}

void DerivedCheck::AddToLists(std::uint32_t row_in_segment, const Value& root) {
  for (std::size_t i = 0; i < indexes_.size(); ++i) {
    const Walked walked = WalkTo(root, indexes_[i].names);
    hashes_.clear();
    if (walked.is_in_array) {
      hashes_.push_back(kUnsureList);
    } else if (walked.value.is_array()) {
      for (const Value& element : walked.value.elements()) {
        if (HasList(element)) hashes_.push_back(ListHash(element));
      }
      std::sort(hashes_.begin(), hashes_.end());
      hashes_.erase(std::unique(hashes_.begin(), hashes_.end()), hashes_.end());
    } else if (walked.value.is_missing() || HasList(walked.value)) {
      hashes_.push_back(ListHash(walked.value));
    }
    for (const std::uint64_t hash : hashes_) sums_[block_].of_rows[i].Add(hash, row_in_segment);
  }
}

void DerivedCheck::EndRun() {
  if (segment_ == nullptr) return;
  EndColumns();
  if (block_ + 1 == segment_->entry().blocks.size()) EndSegment();
}

void DerivedCheck::EndColumns() {
  const BlockSums& block = sums_[block_];
  if (times_outside_ > 0) {
    report_("state", PlaceOf(block),
            Text("the times of ", times_outside_, " rows are outside the block's minimum and maximum"));
  }
  const RowId first{segment_->entry().first_row.value + block.begin};
  const bool has_deletions = state_->deletions->CountIn({first, {first.value + block.rows}}) > 0;
  for (const CheckedColumn& checked : columns_) {
    std::uint32_t rows = 0;
    std::uint32_t kinds = 0;
    for (const ColumnStream& stream : checked.column->streams()) {
      rows += stream.count();
      kinds |= 1U << static_cast<unsigned>(stream.kind());
    }
    if (checked.wrong > 0) {
      const std::string more = checked.wrong > 1 ? Text("; ", checked.wrong - 1, " more rows differ") : "";
      report_("columns", PlaceOf(block), checked.first_wrong + more);
    } else if (rows != checked.summary.rows || kinds != checked.summary.kinds ||
               (!has_deletions && has_all_rows_ && directory_->is_complete() && rows != checked.rows)) {
      report_("columns", PlaceOf(block),
              Text("the directory gives ", checked.summary.rows, " rows to the column ", checked.summary.path,
                   ", which has ", rows, "; documents have ", checked.rows));
    }
  }
}

void DerivedCheck::EndSegment() {
  if (text_.has_value()) {
    const Status status = text_->Compare(has_all_rows_, [this](std::uint32_t first_row, const std::string& problem) {
      const auto block = std::find_if(sums_.begin(), sums_.end(),
                                      [first_row](const BlockSums& sums) { return sums.begin == first_row; });
      report_("text", PlaceOf(*block), problem);
    });
    if (!status.ok()) report_("text", Text("segment ", segment_->id().value), status.error().message());
  }
  if (const Status status = SumLists(); !status.ok()) {
    report_("index", Text("segment ", segment_->id().value), status.error().message());
    return;
  }
  if (!has_all_rows_) return;
  for (const BlockSums& block : sums_) {
    for (std::size_t i = 0; i < indexes_.size(); ++i) {
      if (block.of_rows[i] == block.of_lists[i]) continue;
      report_("index", PlaceOf(block),
              Text("the lists of ", indexes_[i].path, " hold ", block.of_lists[i].count,
                   " places of living rows, whose values make ", block.of_rows[i].count,
                   block.of_rows[i].count == block.of_lists[i].count ? ": others" : ""));
    }
  }
}

Status DerivedCheck::SumLists() {
  const RowId first_row = segment_->entry().first_row;
  std::vector<std::uint32_t> rows;
  Arena arena;
  for (PartEntries lists(*partition_, {segment_->id(), SegmentPart::Kind::kLists}, 0);; lists.Next()) {
    KALENDS_RETURN_IF_ERROR(lists.Check());
    if (lists.AtEnd()) return {};
    KALENDS_TRY(const ListPlace place, ListPlaceOf(lists.place()));
    const std::uint8_t index = place.index;
    if (index >= indexes_.size()) return Corruption("lists of index ", int{index}, ", of which it has none");
    const auto list = InvertedList::Open(lists.value());
    if (!list.has_value()) return WithContext("lists of " + indexes_[index].path, list.error());
    if (place.hash == kUnsureList && !segment_->entry().indexes[index].has_unsure)
      return Corruption("rows that may hold any value are listed for ", indexes_[index].path, ", which has none");
    if (std::string_view key = list->value_key(); !key.empty()) {
      arena.Reset();
      const auto value = DecodeKey(&key, arena);
      if (!value.has_value() || ListHash(*value) != place.hash)
        return Corruption("lists of ", indexes_[index].path, ": one holds a value that is another list's");
    }
    rows.clear();
    list->AppendRows(&rows);
    std::size_t block = 0;
    for (const std::uint32_t row : rows) {
      if (row >= segment_->entry().rows)
        return Corruption("lists of ", indexes_[index].path, ": row ", row, " of ", segment_->entry().rows);
      while (row >= sums_[block].begin + sums_[block].rows) ++block;
      if (state_->deletions->Contains({first_row.value + row})) continue;
      sums_[block].of_lists[index].Add(place.hash, row);
    }
  }
}

}  // namespace kalends
