#pragma once

#include <rocksdb/slice.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "engine/partition.h"
#include "index/block_directory.h"
#include "index/column.h"
#include "index/inverted_list.h"
#include "index/posting_list.h"
#include "index/text_lengths.h"
#include "index/time_column.h"
#include "query/run_index.h"

namespace kalends {

// Reads what is stored of a segment in the columns family, for one query. Not thread-safe. No snapshot is needed: the
// segment is in a view, so its keys stay until the view goes, and they are never changed.
class SegmentReader {
 public:
  SegmentReader(std::shared_ptr<Partition> partition, std::shared_ptr<const Segment> segment)
      : partition_(std::move(partition)), segment_(std::move(segment)) {}
  const Segment& segment() const { return *segment_; }

  // A column of a block as it is stored; kCorruption where it is missing.
  Status Read(const SegmentBlock& block, std::uint16_t column, rocksdb::PinnableSlice* bytes) const;
  // The number of the index at `path`; nullopt: the segment has no lists for it.
  std::optional<std::uint8_t> FindIndex(std::string_view path) const;
  // Null where there is no such list. Lives as long as the reader.
  Result<const InvertedList*> List(std::uint8_t index, std::uint64_t hash);
  // Null where no row has the term. Lives as long as the reader.
  Result<const PostingList*> Postings(std::string_view term);
  // The terms that begin with `prefix`.
  Result<std::vector<std::string>> TermsWith(std::string_view prefix);
  // Of the block that begins at the row `begin` of the segment; null where they are missing.
  Result<const TextLengths*> Lengths(std::uint32_t begin);
  std::string Where(const std::string& part) const;  // For errors.

 private:
  struct Loaded {
    rocksdb::PinnableSlice bytes;
    std::optional<InvertedList> list;
  };
  struct LoadedPostings {
    std::string copied;            // Where they were met by an iterator;
    rocksdb::PinnableSlice bytes;  // else.
    std::optional<PostingList> list;
  };
  struct LoadedLengths {
    rocksdb::PinnableSlice bytes;
    std::optional<TextLengths> lengths;
  };
  // False where there is no such key.
  Result<bool> ReadText(const std::string& key, rocksdb::PinnableSlice* bytes) const;

  const std::shared_ptr<Partition> partition_;
  const std::shared_ptr<const Segment> segment_;
  std::map<std::pair<std::uint8_t, std::uint64_t>, Loaded> lists_;  // Those that were asked for.
  std::map<std::string, LoadedPostings, std::less<>> postings_;
  std::map<std::string, std::vector<std::string>, std::less<>> terms_;  // By prefix.
  std::map<std::uint32_t, LoadedLengths> lengths_;
};

// What a block of a segment offers beside its rows.
class BlockIndex : public RunIndex {
 public:
  // `begin`: where the block's rows begin in the segment.
  BlockIndex(std::shared_ptr<SegmentReader> reader, const SegmentBlock& block, std::uint32_t begin)
      : reader_(std::move(reader)), block_(block), begin_(begin) {}
  std::uint32_t rows() const override { return block_.rows; }
  Result<FoundColumn> FindColumn(std::string_view path) override;
  Result<ColumnExtremes> FindExtremes(std::string_view path) override;
  Result<bool> HasDottedNames() override;
  bool HasIndex(std::string_view path) const override { return reader_->FindIndex(path).has_value(); }
  Result<bool> MayHaveEqual(std::string_view path, const Value& value) override;
  Status FindEqual(std::string_view path, const Value& value, RowMatches* matches) override;
  const TextOptions* text() const override {
    const auto& text = reader_->segment().entry().text;
    return text.has_value() ? &*text : nullptr;
  }
  Result<bool> MayHaveTerm(std::string_view term) override;
  Status FindTerm(std::string_view term, RowBits* rows) override;
  Status ForEachPosting(std::string_view term, const VisitPosting& visit) override;
  Result<std::vector<std::string>> TermsWith(std::string_view prefix) override { return reader_->TermsWith(prefix); }
  Result<std::uint64_t> TextLengthAt(std::uint32_t row) override;
  Result<std::uint64_t> TextLength() override;

  Result<const TextLengths*> Lengths() const;
  // Null where the block has no columns.
  Result<const BlockDirectory*> Directory();

 private:
  struct Loaded {
    rocksdb::PinnableSlice bytes;
    std::optional<Column> column;
  };

  const std::shared_ptr<SegmentReader> reader_;
  const SegmentBlock block_;
  const std::uint32_t begin_;
  rocksdb::PinnableSlice directory_bytes_;
  std::optional<BlockDirectory> directory_;
  std::map<std::uint16_t, Loaded> columns_;  // Those that were asked for, by their numbers.
};

}  // namespace kalends
