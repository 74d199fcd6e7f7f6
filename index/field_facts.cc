#include "index/field_facts.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <utility>
#include <vector>

#include "format/compare.h"
#include "format/key_encoding.h"

namespace kalends {
namespace {

constexpr std::size_t kPathsMax = 65'536;
constexpr std::size_t kDistinctBytesMax = std::size_t{64} << 20U;
constexpr std::size_t kDistinctEntryBytes = 48;  // Beside the bytes of the value.
constexpr std::size_t kStringBytesMax = 128;     // Longer ones are not looked at, as in columns.

// Of these there are extremes and a number of different ones.
bool IsCounted(Type type) { return type != Type::kArray && type != Type::kObject && type != Type::kBinary; }

std::uint32_t BitOf(Type type) { return 1U << static_cast<unsigned>(type); }

// A set of the rows of a stream that are alive; `places` gets the indexes of their values.
std::uint32_t CountLiving(const ColumnStream& stream, const RowBits* living, std::uint32_t rows,
                          std::vector<std::uint32_t>* places) {
  places->clear();
  if (living == nullptr) return stream.count();
  RowBits of_stream(rows);
  stream.AddRows(&of_stream);
  std::uint32_t place = 0;
  of_stream.ForEach([&](std::uint32_t row) {
    if (living->Test(row)) places->push_back(place);
    ++place;
  });
  return static_cast<std::uint32_t>(places->size());
}

bool IsIn(std::uint64_t code, const ColumnStream::CodeRange& range) { return range.low <= code && code <= range.high; }

}  // namespace

FieldFacts::Facts* FieldFacts::Find(std::string_view path) {
  const auto found = paths_.find(path);
  if (found != paths_.end()) return &found->second;
  if (paths_.size() == kPathsMax) {
    is_complete_ = false;
    return nullptr;
  }
  return &paths_.emplace(path, Facts()).first->second;
}

void FieldFacts::AddDocument(const Value& root) {
  std::string path;
  AddFields(root, &path);
}

void FieldFacts::AddFields(const Value& object, std::string* path) {
  const std::size_t size = path->size();
  for (const Field& field : object.fields()) {
    if (field.name.empty() || field.name.find('.') != std::string_view::npos) {
      is_complete_ = false;
      continue;
    }
    if (size > 0) *path += '.';
    *path += field.name;
    if (Facts* const facts = Find(*path)) {
      ++facts->documents;
      ++facts->of_type[static_cast<std::size_t>(field.value.type())];
      if (IsCounted(field.value.type())) AddValue(field.value, facts);
    }
    if (field.value.is_object()) AddFields(field.value, path);
    path->resize(size);
  }
}

void FieldFacts::AddValue(const Value& value, Facts* facts) {
  if (value.is_string() && value.as_string().size() > kStringBytesMax) {
    facts->has_text = true;
    GiveUpDistinct(facts);
    return;
  }
  std::string key;
  EncodeKey(value, &key);
  if (!value.is_null()) {
    if (!facts->min_key || key < *facts->min_key) facts->min_key = key;
    if (!facts->max_key || key > *facts->max_key) facts->max_key = key;
  }
  AddDistinct(key, facts);
}

void FieldFacts::AddDistinct(std::string_view key, Facts* facts) {
  if (!facts->distinct) return;
  const bool is_new = facts->distinct->emplace(key).second;
  if (!is_new) return;
  distinct_bytes_ += key.size() + kDistinctEntryBytes;
  if (facts->distinct->size() > kFieldDistinctMax || distinct_bytes_ > kDistinctBytesMax) GiveUpDistinct(facts);
}

void FieldFacts::GiveUpDistinct(Facts* facts) {
  if (!facts->distinct) return;
  for (const std::string& key : *facts->distinct) distinct_bytes_ -= key.size() + kDistinctEntryBytes;
  facts->distinct.reset();
}

void FieldFacts::AddColumn(const ColumnOfBlock& found) {
  Facts* const facts = Find(found.path);
  if (facts == nullptr) return;
  for (const ColumnStream& stream : found.column->streams()) AddStream(found, stream, facts);
}

void FieldFacts::AddStream(const ColumnOfBlock& found, const ColumnStream& stream, Facts* facts) {
  if (stream.kind() == ColumnKind::kArray) {
    RowBits arrays(found.column->rows());
    stream.AddRows(&arrays);
    if (found.living != nullptr) arrays &= *found.living;
    // An array on the way is one of the path before, too; there is nothing at this path then.
    const ColumnStream* const parent = found.parent == nullptr ? nullptr : found.parent->Find(ColumnKind::kArray);
    if (parent != nullptr) {
      RowBits on_the_way(found.column->rows());
      parent->AddRows(&on_the_way);
      arrays -= on_the_way;
    }
    const std::uint32_t count = arrays.Count();
    if (count == 0) return;
    facts->documents += count;
    const bool is_known =
        found.is_complete && (found.parent != nullptr || found.path.find('.') == std::string_view::npos);
    if (is_known) {
      facts->of_type[static_cast<std::size_t>(Type::kArray)] += count;
    } else {
      facts->is_exact = false;
      facts->uncounted_types |= BitOf(Type::kArray);
    }
    return;
  }
  if (HasValues(stream.kind())) return AddValues(found, stream, facts);
  std::vector<std::uint32_t> places;
  const std::uint32_t count = CountLiving(stream, found.living, found.column->rows(), &places);
  facts->documents += count;
  facts->of_type[static_cast<std::size_t>(TypeOf(stream.kind()))] += count;
  if (stream.kind() == ColumnKind::kText && count > 0) {
    facts->has_text = true;
    GiveUpDistinct(facts);
  }
}

void FieldFacts::AddValues(const ColumnOfBlock& found, const ColumnStream& stream, Facts* facts) {
  std::vector<std::uint32_t> places;
  const std::uint32_t count = CountLiving(stream, found.living, found.column->rows(), &places);
  if (count == 0) return;
  facts->documents += count;
  facts->of_type[static_cast<std::size_t>(TypeOf(stream.kind()))] += count;

  std::vector<std::uint64_t> codes(count);
  for (std::uint32_t i = 0; i < count; ++i) codes[i] = stream.CodeAt(found.living == nullptr ? i : places[i]);
  // NaNs are below all numbers, and their codes at both ends.
  const bool is_double = stream.kind() == ColumnKind::kDouble;
  const auto is_nan = [&](std::uint64_t code) {
    return is_double && (IsIn(code, stream.NegativeNan()) || IsIn(code, stream.PositiveNan()));
  };
  std::vector<std::uint64_t> wanted;
  if (facts->distinct) {
    std::sort(codes.begin(), codes.end());
    codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
    wanted = codes;
    if (wanted.size() > kFieldDistinctMax) GiveUpDistinct(facts);
  }
  if (!facts->distinct) {
    wanted.clear();
    std::optional<std::uint64_t> min;
    std::optional<std::uint64_t> max;
    std::optional<std::uint64_t> nan;
    for (const std::uint64_t code : codes) {
      if (is_nan(code)) {
        nan = code;
        continue;
      }
      min = min ? std::min(*min, code) : code;
      max = max ? std::max(*max, code) : code;
    }
    for (const auto& code : {min, max, nan}) {
      if (code) wanted.push_back(*code);
    }
  }
  Arena arena;
  for (const std::uint64_t code : wanted) AddValue(stream.DecodeValue(code, arena), facts);
}

void FieldFacts::AddWithoutColumn(const ColumnSummary& summary, bool may_be_deleted) {
  Facts* const facts = Find(summary.path);
  if (facts == nullptr) return;
  facts->documents += summary.rows;
  const bool may_be_on_the_way = (summary.kinds >> static_cast<unsigned>(ColumnKind::kArray) & 1U) != 0 &&
                                 summary.path.find('.') != std::string::npos;
  if (may_be_deleted || may_be_on_the_way) facts->is_exact = false;
  facts->has_unread = true;
  GiveUpDistinct(facts);
  std::uint32_t types = 0;
  for (int kind = 1; kind < kColumnKinds; ++kind) {
    if ((summary.kinds >> static_cast<unsigned>(kind) & 1U) != 0) types |= BitOf(TypeOf(static_cast<ColumnKind>(kind)));
  }
  const bool is_one_type = std::has_single_bit(types) && !may_be_deleted && !may_be_on_the_way;
  if (is_one_type) {
    facts->of_type[static_cast<std::size_t>(std::countr_zero(types))] += summary.rows;
  } else {
    facts->uncounted_types |= types;
  }
}

FieldsReport FieldFacts::Report(std::uint64_t documents) const {
  FieldsReport report;
  report.documents = documents;
  report.is_complete = is_complete_;
  Arena arena;
  const auto decode = [&arena](std::string_view key) {
    auto value = DecodeKey(&key, arena);
    assert(value.has_value());  // It was encoded here.
    return *value;
  };
  for (const auto& [path, facts] : paths_) {
    if (facts.documents == 0 || documents == 0) continue;  // All were deleted.
    FieldSummary field;
    field.path = path;
    field.documents = std::min(facts.documents, documents);
    field.is_exact = facts.is_exact;
    field.share = static_cast<double>(field.documents) / static_cast<double>(documents);
    for (std::size_t type = 0; type < facts.of_type.size(); ++type) {
      const bool is_uncounted = (facts.uncounted_types >> type & 1U) != 0;
      if (facts.of_type[type] == 0 && !is_uncounted) continue;
      field.types.push_back({TypeName(static_cast<Type>(type)),
                             is_uncounted ? std::nullopt : std::optional<std::uint64_t>(facts.of_type[type])});
    }
    // Strings that were not read lie between numbers and the types above strings.
    if (facts.min_key && !facts.has_unread) {
      const Value min = decode(*facts.min_key);
      if (!facts.has_text || TypeBracket(min.type()) < TypeBracket(Type::kString)) field.min.emplace(min);
    }
    if (facts.max_key && !facts.has_unread) {
      const Value max = decode(*facts.max_key);
      if (!facts.has_text || TypeBracket(max.type()) > TypeBracket(Type::kString)) field.max.emplace(max);
    }
    if (facts.distinct) field.distinct = facts.distinct->size();
    report.fields.push_back(std::move(field));
  }
  return report;
}

}  // namespace kalends
