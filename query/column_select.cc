#include "query/column_select.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

namespace kalends {
namespace {

using CodeRange = ColumnStream::CodeRange;
using CodeRanges = std::vector<CodeRange>;

// So many ranges are looked for one after the other, each by a pass over the codes that compares many at once; for more
// of them each code is looked up.
constexpr std::size_t kRangesByPassesMax = 4;

// Sorted, none empty, with a gap between neighbours.
void Simplify(CodeRanges* ranges) {
  std::erase_if(*ranges, [](const CodeRange& range) { return range.is_empty(); });
  std::sort(ranges->begin(), ranges->end(), [](const CodeRange& a, const CodeRange& b) { return a.low < b.low; });
  std::size_t kept = 0;
  for (std::size_t i = 1; i < ranges->size(); ++i) {
    CodeRange& last = (*ranges)[kept];
    const CodeRange& next = (*ranges)[i];
    if (next.low <= last.high || next.low == last.high + 1) {
      last.high = std::max(last.high, next.high);
    } else {
      (*ranges)[++kept] = next;
    }
  }
  if (!ranges->empty()) ranges->resize(kept + 1);
}

bool IsInOneOf(const CodeRanges& sorted, std::uint64_t code) {
  const auto after = std::upper_bound(sorted.begin(), sorted.end(), code,
                                      [](std::uint64_t value, const CodeRange& range) { return value < range.low; });
  return after != sorted.begin() && code <= (after - 1)->high;
}

// The values of one stream.
class StreamSelect {
 public:
  StreamSelect(const ColumnStream& stream, const ValueTest& test, SelectContext& context)
      : stream_(stream), test_(test), context_(context) {}

  // Adds to `places` those of the values that pass.
  void Run(RowBits* places) {
    CodeRanges ranges;
    if (test_.FindCodes(stream_, &ranges)) return InRanges(std::move(ranges), places);
    if (stream_.has_dictionary()) return InRanges(PassingEntries(), places);
    stream_.codes().ForEach([&](std::uint32_t place, std::uint64_t code) {
      if (Holds(code)) places->Set(place);
    });
  }

 private:
  bool Holds(std::uint64_t code) {
    const bool holds = test_.Holds(stream_.DecodeValue(code, context_.arena), context_.scratch);
    context_.arena.Reset();
    return holds;
  }

  CodeRanges PassingEntries() {
    CodeRanges ranges;
    for (std::uint32_t entry = 0; entry < stream_.dictionary_size(); ++entry) {
      if (!Holds(entry)) continue;
      if (!ranges.empty() && ranges.back().high + 1 == entry) {
        ranges.back().high = entry;
      } else {
        ranges.push_back({entry, entry});
      }
    }
    return ranges;
  }

  void InRanges(CodeRanges ranges, RowBits* places) const {
    Simplify(&ranges);
    if (ranges.size() <= kRangesByPassesMax) {
      for (const CodeRange& range : ranges) stream_.codes().Select(range.low, range.high, places);
    } else if (stream_.has_dictionary()) {
      RowBits entries(stream_.dictionary_size());
      for (const CodeRange& range : ranges) {
        entries.SetRange(static_cast<std::uint32_t>(range.low), static_cast<std::uint32_t>(range.high) + 1);
      }
      stream_.codes().ForEach([&](std::uint32_t place, std::uint64_t code) {
        if (code < entries.rows() && entries.Test(static_cast<std::uint32_t>(code))) places->Set(place);
      });
    } else {
      stream_.codes().ForEach([&](std::uint32_t place, std::uint64_t code) {
        if (IsInOneOf(ranges, code)) places->Set(place);
      });
    }
  }

  const ColumnStream& stream_;
  const ValueTest& test_;
  SelectContext& context_;
};

void SelectValues(const ColumnStream& stream, const ValueTest& test, SelectContext& context, RowBits* rows) {
  StreamSelect select(stream, test, context);
  if (stream.has_all_rows()) return select.Run(rows);
  RowBits places(stream.count());
  select.Run(&places);
  stream.AddRows(places, rows);
}

}  // namespace

void SelectInColumn(const Column& column, const ValueTest& test, SelectContext& context, RowMatches* matches) {
  if (test.Holds(Value(), context.scratch)) matches->certain |= column.MissingRows();
  for (const ColumnStream& stream : column.streams()) {
    const ColumnKind kind = stream.kind();
    if (kind == ColumnKind::kArray) {
      stream.AddRows(&matches->possible);
      continue;
    }
    const std::optional<bool> all =
        kind == ColumnKind::kNull ? test.Holds(Value::Null(), context.scratch) : test.HoldsForAll(TypeOf(kind));
    if (all.has_value()) {
      if (*all) stream.AddRows(&matches->certain);
    } else if (HasValues(kind)) {
      SelectValues(stream, test, context, &matches->certain);
    } else {
      stream.AddRows(&matches->possible);
    }
  }
  matches->possible |= matches->certain;
}

}  // namespace kalends
