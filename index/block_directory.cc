// A block directory is the FlatBuffer of format/block_directory.fbs in the envelope of format/envelope.h. Its entries
// ascend by path, byte by byte, so that one is found by halving: FlatBuffers' own look-up ends a path at its first zero
// byte, which a name may hold.
#include "index/block_directory.h"

#include <cassert>

#include "format/errors.h"
#include "index/column.h"
#include "index/time_column.h"

namespace kalends {
namespace {

using KeyBytes = flatbuffers::Vector<std::uint8_t>;

std::string_view TextOf(const flatbuffers::String& text) { return {text.c_str(), text.size()}; }

std::optional<std::string_view> KeyOf(const KeyBytes* key) {
  if (key == nullptr) return std::nullopt;
  return std::string_view(reinterpret_cast<const char*>(key->data()), key->size());
}

flatbuffers::Offset<KeyBytes> AddKey(const std::optional<std::string>& key, flatbuffers::FlatBufferBuilder* builder) {
  if (!key.has_value()) return 0;
  return builder->CreateVector(reinterpret_cast<const std::uint8_t*>(key->data()), key->size());
}

// What the Verifier does not know of: the rest of the code relies on it.
Status CheckEntries(const fb::BlockDirectory& directory) {
  if (directory.rows() == 0 || directory.rows() > kColumnBlockRows)
    return Corruption("block directory: of ", directory.rows(), " rows");
  if (directory.columns() == nullptr) return {};
  const flatbuffers::String* last = nullptr;
  for (const fb::ColumnEntry* entry : *directory.columns()) {
    if (last != nullptr && TextOf(*last) >= TextOf(*entry->path()))
      return Corruption("block directory: paths do not ascend");
    if (entry->rows() > directory.rows() || entry->kinds() >> kColumnKinds != 0) {
      return Corruption("block directory: ", entry->rows(), " rows of kinds ", entry->kinds(), " at ",
                        entry->path()->c_str(), " in a block of ", directory.rows(), " rows");
    }
    last = entry->path();
  }
  return {};
}

// Names between the dots that are empty have no entries whatever the rows hold.
bool HasEmptyName(std::string_view path) {
  return path.empty() || path.front() == '.' || path.back() == '.' || path.find("..") != std::string_view::npos;
}

}  // namespace

std::string EncodeBlockDirectory(std::uint32_t rows, bool is_complete, bool has_dotted_names,
                                 const std::vector<ColumnSummary>& columns) {
  flatbuffers::FlatBufferBuilder builder;
  std::vector<flatbuffers::Offset<fb::ColumnEntry>> entries;
  entries.reserve(columns.size());
  for (const ColumnSummary& column : columns) {
    assert(&column == &columns.front() || (&column)[-1].path < column.path);
    const auto path = builder.CreateString(column.path);
    const auto min = AddKey(column.min_key, &builder);
    const auto max = AddKey(column.max_key, &builder);
    entries.push_back(fb::CreateColumnEntry(builder, path, column.number, column.rows,
                                            static_cast<std::uint16_t>(column.kinds), column.distinct, column.bytes,
                                            min, max));
  }
  builder.Finish(fb::CreateBlockDirectory(builder, rows, is_complete, has_dotted_names, builder.CreateVector(entries)));
  return Enclose(builder);
}

Result<BlockDirectory> BlockDirectory::Open(std::string_view bytes) {
  KALENDS_TRY(Root<fb::BlockDirectory> directory, Root<fb::BlockDirectory>::Open("block directory", bytes));
  KALENDS_RETURN_IF_ERROR(CheckEntries(*directory));
  return BlockDirectory(std::move(directory));
}

std::size_t BlockDirectory::size() const {
  return directory_->columns() == nullptr ? 0 : directory_->columns()->size();
}

const fb::ColumnEntry* BlockDirectory::EntryOf(std::string_view path) const {
  flatbuffers::uoffset_t begin = 0;
  auto end = static_cast<flatbuffers::uoffset_t>(size());
  while (begin < end) {
    const flatbuffers::uoffset_t middle = begin + (end - begin) / 2;
    const fb::ColumnEntry* entry = directory_->columns()->Get(middle);
    const int order = TextOf(*entry->path()).compare(path);
    if (order == 0) return entry;
    (order < 0 ? begin : end) = order < 0 ? middle + 1 : middle;
  }
  return nullptr;
}

std::optional<BlockDirectory::Found> BlockDirectory::Find(std::string_view path) const {
  const fb::ColumnEntry* entry = EntryOf(path);
  if (entry == nullptr) return std::nullopt;
  return Found{.number = entry->number(),
               .rows = entry->rows(),
               .kinds = entry->kinds(),
               .min_key = KeyOf(entry->min()),
               .max_key = KeyOf(entry->max())};
}

bool BlockDirectory::IsAbsent(std::string_view path) const {
  if (!is_complete() || HasEmptyName(path) || EntryOf(path) != nullptr) return false;
  constexpr std::uint32_t kArrayBit = 1U << static_cast<unsigned>(ColumnKind::kArray);
  for (std::size_t dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.', dot + 1)) {
    const fb::ColumnEntry* entry = EntryOf(path.substr(0, dot));
    if (entry == nullptr) return true;
    if ((entry->kinds() & kArrayBit) != 0) return false;
  }
  return true;
}

ColumnSummary BlockDirectory::at(std::size_t index) const {
  assert(index < size());
  const fb::ColumnEntry& entry = *directory_->columns()->Get(static_cast<flatbuffers::uoffset_t>(index));
  return {.path = entry.path()->str(),
          .number = entry.number(),
          .rows = entry.rows(),
          .kinds = entry.kinds(),
          .distinct = entry.distinct(),
          .bytes = entry.bytes(),
          .min_key = std::optional<std::string>(KeyOf(entry.min())),
          .max_key = std::optional<std::string>(KeyOf(entry.max()))};
}

}  // namespace kalends
