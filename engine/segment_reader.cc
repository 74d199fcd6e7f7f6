#include "engine/segment_reader.h"

#include <algorithm>

#include "engine/rocks_status.h"
#include "format/errors.h"

namespace kalends {
std::string SegmentReader::Where(const std::string& part) const {
  return "partition " + partition_->name() + ": " + part + ": segment " + std::to_string(segment_->id().value);
}

Status SegmentReader::Read(const SegmentBlock& block, std::uint16_t column, rocksdb::PinnableSlice* bytes) const {
  const std::string key = ColumnKey(segment_->ColumnsOf(block), column, block.number);
  const rocksdb::Status status =
      partition_->db()->Get(rocksdb::ReadOptions(), partition_->families().columns->handle(), key, bytes);
  if (status.IsNotFound()) {
    return Corruption(Where("columns"), ": column ", column, " of the block at ", segment_->ColumnsOf(block).value, "/",
                      block.number, " is missing; run `kalends migrate --rebuild index`");
  }
  KALENDS_RETURN_IF_ROCKS_ERROR(Where("columns"), status);
  return {};
}

std::optional<std::uint8_t> SegmentReader::FindIndex(std::string_view path) const {
  const auto& indexes = segment_->entry().indexes;
  const auto found =
      std::find_if(indexes.begin(), indexes.end(), [path](const SegmentIndex& index) { return index.path == path; });
  if (found == indexes.end()) return std::nullopt;
  return static_cast<std::uint8_t>(found - indexes.begin());
}

Result<const InvertedList*> SegmentReader::List(std::uint8_t index, std::uint64_t hash) {
  const auto [found, is_new] = lists_.try_emplace({index, hash});
  Loaded& loaded = found->second;
  if (is_new) {
    const rocksdb::Status status =
        partition_->db()->Get(rocksdb::ReadOptions(), partition_->families().columns->handle(),
                              ListKey(segment_->id(), index, hash), &loaded.bytes);
    if (status.IsNotFound() && partition_->IsLost({segment_->id(), SegmentPart::Kind::kLists}))
      return Corruption(Where("lists"), ": they are missing; run `kalends migrate --rebuild index`");
    if (!status.IsNotFound()) {
      KALENDS_RETURN_IF_ROCKS_ERROR(Where("lists"), status);
      auto list = InvertedList::Open({loaded.bytes.data(), loaded.bytes.size()});
      if (!list.has_value()) return WithContext(Where("lists"), list.error());
      loaded.list = *list;
    }
  }
  return loaded.list.has_value() ? &*loaded.list : nullptr;
}

Result<bool> SegmentReader::ReadText(const std::string& key, rocksdb::PinnableSlice* bytes) const {
  const rocksdb::Status status =
      partition_->db()->Get(rocksdb::ReadOptions(), partition_->families().columns->handle(), key, bytes);
  if (!status.IsNotFound()) {
    KALENDS_RETURN_IF_ROCKS_ERROR(Where("text"), status);
    return true;
  }
  if (partition_->IsLost({segment_->id(), SegmentPart::Kind::kText}))
    return Corruption(Where("text"), ": it is missing; run `kalends migrate --rebuild index`");
  return false;
}

Result<const PostingList*> SegmentReader::Postings(std::string_view term) {
  const auto known = postings_.find(term);
  if (known != postings_.end()) return known->second.list.has_value() ? &*known->second.list : nullptr;
  LoadedPostings& loaded = postings_[std::string(term)];
  KALENDS_TRY(const bool is_there, ReadText(PostingsKey(segment_->id(), term), &loaded.bytes));
  if (!is_there) return nullptr;
  auto list = PostingList::Open({loaded.bytes.data(), loaded.bytes.size()});
  if (!list.has_value()) return WithContext(Where("text"), list.error());
  loaded.list = *list;
  return &*loaded.list;
}

Result<std::vector<std::string>> SegmentReader::TermsWith(std::string_view prefix) {
  if (const auto known = terms_.find(prefix); known != terms_.end()) return known->second;
  if (partition_->IsLost({segment_->id(), SegmentPart::Kind::kText}))
    return Corruption(Where("text"), ": it is missing; run `kalends migrate --rebuild index`");
  const std::string end_key = KeyRangeOf({segment_->id(), SegmentPart::Kind::kText}).second;
  const rocksdb::Slice end(end_key);
  rocksdb::ReadOptions options;
  options.total_order_seek = true;
  options.iterate_upper_bound = &end;
  const std::unique_ptr<rocksdb::Iterator> iterator(
      partition_->db()->NewIterator(options, partition_->families().columns->handle()));
  const std::string begin_key = PostingsKey(segment_->id(), prefix);
  const std::size_t term_at = begin_key.size() - prefix.size();
  std::vector<std::string> terms;
  for (iterator->Seek(begin_key); iterator->Valid() && iterator->key().starts_with(begin_key); iterator->Next()) {
    terms.emplace_back(ViewOf(iterator->key()).substr(term_at));
    LoadedPostings& loaded = postings_[terms.back()];
    if (loaded.list.has_value()) continue;
    loaded.copied = ViewOf(iterator->value());
    auto list = PostingList::Open(loaded.copied);
    if (!list.has_value()) return WithContext(Where("text"), list.error());
    loaded.list = *list;
  }
  KALENDS_RETURN_IF_ROCKS_ERROR(Where("text"), iterator->status());
  return terms_[std::string(prefix)] = std::move(terms);
}

Result<const TextLengths*> SegmentReader::Lengths(std::uint32_t begin) {
  const auto [found, is_new] = lengths_.try_emplace(begin);
  LoadedLengths& loaded = found->second;
  if (is_new) {
    KALENDS_TRY(const bool is_there, ReadText(TextLengthsKey(segment_->id(), begin), &loaded.bytes));
    if (is_there) {
      auto lengths = TextLengths::Open({loaded.bytes.data(), loaded.bytes.size()});
      if (!lengths.has_value()) return WithContext(Where("text"), lengths.error());
      loaded.lengths = *lengths;
    }
  }
  return loaded.lengths.has_value() ? &*loaded.lengths : nullptr;
}

Result<bool> BlockIndex::MayHaveTerm(std::string_view term) {
  KALENDS_TRY(const PostingList* const list, reader_->Postings(term));
  return list != nullptr && list->HasAnyIn(begin_, begin_ + block_.rows);
}

Status BlockIndex::FindTerm(std::string_view term, RowBits* rows) {
  KALENDS_TRY(const PostingList* const list, reader_->Postings(term));
  if (list != nullptr) list->AddRows(begin_, rows);
  return {};
}

Status BlockIndex::ForEachPosting(std::string_view term, const VisitPosting& visit) {
  KALENDS_TRY(const PostingList* const list, reader_->Postings(term));
  if (list != nullptr) list->ForEachIn(begin_, begin_ + block_.rows, visit);
  return {};
}

Result<const TextLengths*> BlockIndex::Lengths() const {
  KALENDS_TRY(const TextLengths* const lengths, reader_->Lengths(begin_));
  if (lengths == nullptr || lengths->rows() != block_.rows)
    return Corruption(reader_->Where("text"), ": the lengths of the texts of its block at row ", begin_,
                      lengths == nullptr ? " are missing" : " are of another number of rows",
                      "; run `kalends migrate --rebuild index`");
  return lengths;
}

Result<std::uint64_t> BlockIndex::TextLengthAt(std::uint32_t row) {
  KALENDS_TRY(const TextLengths* const lengths, Lengths());
  return lengths->At(row);
}

Result<std::uint64_t> BlockIndex::TextLength() {
  KALENDS_TRY(const TextLengths* const lengths, Lengths());
  return lengths->sum();
}

Result<const BlockDirectory*> BlockIndex::Directory() {
  if (!block_.has_columns) return nullptr;
  if (!directory_.has_value()) {
    KALENDS_RETURN_IF_ERROR(reader_->Read(block_, kDirectoryColumn, &directory_bytes_));
    auto directory = BlockDirectory::Open({directory_bytes_.data(), directory_bytes_.size()});
    if (!directory.has_value()) return WithContext(reader_->Where("columns"), directory.error());
    if (directory->rows() != block_.rows)
      return Corruption(reader_->Where("columns"), ": a directory of ", directory->rows(), " rows for a block of ",
                        block_.rows);
    directory_ = *directory;
  }
  return &*directory_;
}

Result<RunIndex::FoundColumn> BlockIndex::FindColumn(std::string_view path) {
  KALENDS_TRY(const BlockDirectory* const directory, Directory());
  if (directory == nullptr) return FoundColumn{};
  const auto entry = directory->Find(path);
  if (!entry.has_value()) {
    return FoundColumn{directory->IsAbsent(path) ? Presence::kAbsent : Presence::kUnknown, nullptr};
  }
  if (entry->number == 0) return FoundColumn{};
  const auto [found, is_new] = columns_.try_emplace(entry->number);
  Loaded& loaded = found->second;
  if (!loaded.column.has_value()) {
    const auto number = static_cast<std::uint16_t>(kFirstColumn + entry->number - 1);
    KALENDS_RETURN_IF_ERROR(reader_->Read(block_, number, &loaded.bytes));
    auto column = Column::Open({loaded.bytes.data(), loaded.bytes.size()});
    if (!column.has_value())
      return WithContext(reader_->Where("columns") + ": column " + std::string(path), column.error());
    if (column->rows() != block_.rows)
      return Corruption(reader_->Where("columns"), ": column ", path, " has ", column->rows(), " rows, its block ",
                        block_.rows);
    loaded.column = std::move(*column);
  }
  return FoundColumn{Presence::kColumn, &*loaded.column};
}

Result<RunIndex::ColumnExtremes> BlockIndex::FindExtremes(std::string_view path) {
  KALENDS_TRY(const BlockDirectory* const directory, Directory());
  if (directory == nullptr) return ColumnExtremes{};
  const auto entry = directory->Find(path);
  if (!entry.has_value()) {
    ColumnExtremes none;
    none.presence = directory->IsAbsent(path) ? Presence::kAbsent : Presence::kUnknown;
    return none;
  }
  return ColumnExtremes{entry->number == 0 ? Presence::kUnknown : Presence::kColumn, entry->rows, entry->min_key,
                        entry->max_key};
}

Result<bool> BlockIndex::HasDottedNames() {
  KALENDS_TRY(const BlockDirectory* const directory, Directory());
  return directory == nullptr || directory->has_dotted_names();
}

Result<bool> BlockIndex::MayHaveEqual(std::string_view path, const Value& value) {
  const auto may_have = [this](const InvertedList* list) {
    return list != nullptr && list->HasAnyIn(begin_, begin_ + block_.rows);
  };
  const std::optional<std::uint8_t> index = reader_->FindIndex(path);
  KALENDS_TRY(const InvertedList* const list, reader_->List(*index, ListHash(value)));
  if (may_have(list)) return true;
  if (!reader_->segment().entry().indexes[*index].has_unsure) return false;
  KALENDS_TRY(const InvertedList* const unsure, reader_->List(*index, kUnsureList));
  return may_have(unsure);
}

Status BlockIndex::FindEqual(std::string_view path, const Value& value, RowMatches* matches) {
  const std::optional<std::uint8_t> index = reader_->FindIndex(path);
  KALENDS_TRY(const InvertedList* const list, reader_->List(*index, ListHash(value)));
  if (list != nullptr) {
    list->AddRows(begin_, &matches->possible);
    if (list->IsOf(value)) list->AddRows(begin_, &matches->certain);
  }
  if (!reader_->segment().entry().indexes[*index].has_unsure) return {};
  KALENDS_TRY(const InvertedList* const unsure, reader_->List(*index, kUnsureList));
  if (unsure != nullptr) unsure->AddRows(begin_, &matches->possible);
  return {};
}

}  // namespace kalends
