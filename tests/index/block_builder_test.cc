#include "index/block_builder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "format/arena.h"
#include "format/key_encoding.h"
#include "index/block_directory.h"
#include "index/column.h"
#include "kalends/document.h"

namespace kalends {
namespace {

constexpr std::uint32_t Bit(ColumnKind kind) { return 1U << static_cast<unsigned>(kind); }

std::vector<std::string> Names(std::string_view path) {
  std::vector<std::string> names;
  std::size_t begin = 0;
  for (std::size_t dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.', begin)) {
    names.emplace_back(path.substr(begin, dot - begin));
    begin = dot + 1;
  }
  names.emplace_back(path.substr(begin));
  return names;
}

// ---- What columns and lists should say, as simply as it can be said.

// What a row has at a path: missing, a value, or an array where one stands there or on the way.
Value ValueAt(Value value, const std::string& path) {
  for (const std::string& name : Names(path)) {
    if (value.is_array()) return value;
    value = value.Get(name);
  }
  return value;
}

// MongoDB's equality with a scalar at a path (names from `next` on).
bool Equals(const Value& value, const std::vector<std::string>& names, std::size_t next, const Value& wanted) {
  const auto is_wanted = [&](const Value& found) {
    std::string a;
    std::string b;
    EncodeKey(found.is_missing() ? Value::Null() : found, &a);
    EncodeKey(wanted, &b);
    return a == b;
  };
  if (next == names.size()) {
    if (!value.is_array()) return is_wanted(value);
    return std::any_of(value.elements().begin(), value.elements().end(), is_wanted);
  }
  if (!value.is_array()) return Equals(value.Get(names[next]), names, next + 1, wanted);
  for (std::size_t i = 0; i < value.elements().size(); ++i) {
    const Value& element = value.elements()[i];
    if (element.is_object() && Equals(element, names, next, wanted)) return true;
    if (names[next] != std::to_string(i)) continue;
    // An array that a number took stands for itself alone.
    if (next + 1 == names.size() ? is_wanted(element) : Equals(element, names, next + 1, wanted)) return true;
  }
  return false;
}

// All paths of the fields of an object, but what names with dots or without letters lead to.
void AddPaths(const Value& object, const std::string& before, std::set<std::string>* paths) {
  for (const Field& field : object.fields()) {
    if (field.name.empty() || field.name.find('.') != std::string_view::npos) continue;
    const std::string path = before.empty() ? std::string(field.name) : before + "." + std::string(field.name);
    paths->insert(path);
    if (field.value.is_object()) AddPaths(field.value, path, paths);
  }
}

// ---- Building and looking at a block

// The rows of a block; a missing one is deleted.
struct Block {
  std::vector<Value> rows;
  BuiltBlock built;
  std::optional<BlockDirectory> directory;

  std::optional<BlockDirectory::Found> Find(std::string_view path) const { return directory->Find(path); }
  // The column of a path that has one.
  Column ColumnOf(std::string_view path) const {
    const auto found = Find(path);
    EXPECT_TRUE(found.has_value() && found->number > 0) << path;
    return Column::Open(built.columns.at(found->number - 1U)).value();
  }
};

Block BuildWith(BlockBuilder* builder, std::vector<Value> rows) {
  for (const Value& row : rows) {
    if (row.is_missing()) {
      builder->AddDeleted();
    } else {
      builder->Add(row);
    }
  }
  EXPECT_EQ(builder->rows(), rows.size());
  Block block{.rows = std::move(rows), .built = builder->Finish(), .directory = {}};
  auto directory = BlockDirectory::Open(block.built.directory);
  EXPECT_TRUE(directory.has_value());
  EXPECT_EQ(directory->rows(), block.rows.size());
  block.directory = std::move(*directory);
  return block;
}

Block Build(std::vector<Value> rows, BlockOptions options = {}) {
  BlockBuilder builder(std::move(options));
  return BuildWith(&builder, std::move(rows));
}

std::vector<Value> Read(const std::vector<std::string>& json, std::vector<Document>* documents) {
  std::vector<Value> rows;
  for (const std::string& text : json) {
    documents->push_back(Document::FromJson(text).value());
    rows.push_back(documents->back().value());
  }
  return rows;
}

std::optional<ColumnKind> KindOf(const Column& column, std::uint32_t row) {
  const ColumnStream* stream = column.StreamOf(row);
  return stream == nullptr ? std::nullopt : std::optional(stream->kind());
}

// What the column says of a row is what the row says; where `may_be_unknown`, it may also say that it does not know.
void ExpectRow(const Column& column, std::uint32_t row, const Value& expected, bool may_be_unknown) {
  const auto kind = KindOf(column, row);
  if (kind == ColumnKind::kArray && may_be_unknown) return;
  if (expected.is_missing()) {
    ASSERT_FALSE(kind.has_value());
    return;
  }
  ASSERT_TRUE(kind.has_value());
  ASSERT_EQ(TypeOf(*kind), expected.type());
  if (!HasValues(*kind)) return;
  const ColumnStream* stream = column.StreamOf(row);
  Arena arena;
  ASSERT_TRUE(Identical(stream->ValueAt(stream->IndexOf(row).value(), arena), expected));
}

void ExpectColumn(const Block& block, const std::string& path) {
  const Column column = block.ColumnOf(path);
  ASSERT_EQ(column.rows(), block.rows.size());
  const auto found = block.Find(path);
  std::uint32_t rows = 0;
  std::uint32_t kinds = 0;
  for (const ColumnStream& stream : column.streams()) {
    rows += stream.count();
    kinds |= Bit(stream.kind());
  }
  ASSERT_EQ(found->rows, rows) << path;
  ASSERT_EQ(found->kinds, kinds) << path;
  for (std::uint32_t row = 0; row < block.rows.size(); ++row) {
    SCOPED_TRACE(path + " in row " + std::to_string(row));
    ExpectRow(column, row, ValueAt(block.rows[row], path), !block.directory->is_complete());
    if (testing::Test::HasFatalFailure()) return;
  }
}

// Of a path of a complete directory that has no column.
void ExpectEntry(const Block& block, const std::string& path) {
  const auto found = block.Find(path);
  ASSERT_TRUE(found.has_value()) << path;
  std::uint32_t rows = 0;
  std::uint32_t types = 0;
  for (const Value& row : block.rows) {
    const Value value = ValueAt(row, path);
    if (value.is_missing()) continue;
    ++rows;
    types |= 1U << static_cast<unsigned>(value.type());
  }
  ASSERT_EQ(found->rows, rows) << path;
  for (int kind = 1; kind < kColumnKinds; ++kind) {
    if ((found->kinds >> kind & 1U) == 0) continue;
    EXPECT_NE(types >> static_cast<unsigned>(TypeOf(static_cast<ColumnKind>(kind))) & 1U, 0U) << path;
  }
}

void ExpectColumns(const Block& block) {
  std::set<std::string> paths;
  for (const Value& row : block.rows) {
    if (row.is_object()) AddPaths(row, "", &paths);
  }
  std::size_t columns = 0;
  for (const std::string& path : paths) {
    const auto found = block.Find(path);
    if (!found.has_value()) {
      ASSERT_FALSE(block.directory->is_complete()) << path;
    } else if (found->number > 0) {
      ExpectColumn(block, path);
      ++columns;
    } else {
      ExpectEntry(block, path);
    }
    if (testing::Test::HasFatalFailure()) return;
  }
  EXPECT_EQ(columns, block.built.columns.size());
  if (block.directory->is_complete()) {
    EXPECT_EQ(block.directory->size(), paths.size());
  }
}

std::set<std::uint32_t> RowsOf(const std::vector<ListEntry>& lists, std::uint64_t hash) {
  std::vector<std::uint32_t> rows;
  for (const ListEntry& entry : lists) {
    if (entry.hash == hash) InvertedList::Open(entry.list)->AppendRows(&rows);
  }
  return {rows.begin(), rows.end()};
}

// The list of `value` has rows that equal it alone; all others that do are unsure.
void ExpectList(const Block& block, const std::string& path, std::size_t index, const Value& value) {
  const auto& lists = block.built.lists.at(index);
  const std::set<std::uint32_t> found = RowsOf(lists, ListHash(value));
  const std::set<std::uint32_t> unsure = RowsOf(lists, kUnsureList);
  EXPECT_EQ(block.built.has_unsure.at(index), !unsure.empty());
  for (std::uint32_t row = 0; row < block.rows.size(); ++row) {
    const Value& root = block.rows[row];
    const bool equals = root.is_object() && Equals(root, Names(path), 0, value);
    ASSERT_TRUE(!found.contains(row) || equals) << path << " in row " << row << " of " << ToJson(value);
    ASSERT_TRUE(!equals || found.contains(row) || unsure.contains(row)) << path << " in row " << row;
    const bool has_array_on_the_way =
        path.find('.') != std::string::npos && ValueAt(root, path.substr(0, path.rfind('.'))).is_array();
    ASSERT_EQ(unsure.contains(row), has_array_on_the_way) << path << " in row " << row;
  }
}

// ---- Columns

TEST(BlockBuilder, MakesAColumnOfEachPath) {
  std::vector<Document> documents;
  const Block block = Build(Read({R"({"a": 1, "u": {"in": 5, "out": null}})", R"({"u": {"in": 7}, "a": "x"})",
                                  R"({"a": 2.5, "u": {"in": 9, "out": true}})"},
                                 &documents));
  EXPECT_TRUE(block.directory->is_complete());
  EXPECT_FALSE(block.directory->has_dotted_names());
  ASSERT_EQ(block.directory->size(), 4U);
  EXPECT_EQ(block.directory->at(0).path, "a");
  EXPECT_EQ(block.directory->at(1).path, "u");
  EXPECT_EQ(block.directory->at(2).path, "u.in");
  EXPECT_EQ(block.directory->at(3).path, "u.out");
  EXPECT_EQ(block.Find("u")->kinds, Bit(ColumnKind::kObject));
  EXPECT_EQ(block.Find("u.out")->rows, 2U);
  ExpectColumns(block);
}

TEST(BlockBuilder, KeepsTheExtremesOfAColumnInTheDirectory) {
  std::vector<Document> documents;
  const Block block = Build(Read({R"({"n": 7})", R"({"n": -1})", "{}"}, &documents));
  const auto key = [](std::int32_t number) {
    std::string encoding;
    EncodeKey(Value::Int(number), &encoding);
    return encoding;
  };
  EXPECT_EQ(block.Find("n")->min_key, key(-1));
  EXPECT_EQ(block.Find("n")->max_key, key(7));
}

TEST(BlockBuilder, KnowsNothingBehindAnArray) {
  std::vector<Document> documents;
  const Block block = Build(
      Read({R"({"a": [{"b": 1}]})", R"({"a": {"b": {"c": 2}}})", R"({"a": {"b": [3]}})", R"({"a": 4})"}, &documents));
  const Column c = block.ColumnOf("a.b");
  EXPECT_EQ(KindOf(c, 0), ColumnKind::kArray);
  EXPECT_EQ(KindOf(c, 1), ColumnKind::kObject);
  EXPECT_EQ(KindOf(c, 2), ColumnKind::kArray);
  EXPECT_EQ(KindOf(c, 3), std::nullopt);
  EXPECT_EQ(block.Find("a.b.c")->number, 0U);
  EXPECT_EQ(block.Find("a.b.c")->rows, 3U);
  EXPECT_EQ(block.Find("a.b.c")->kinds, Bit(ColumnKind::kArray) | Bit(ColumnKind::kInt));
  EXPECT_FALSE(block.directory->IsAbsent("a.x"));
  EXPECT_TRUE(block.directory->IsAbsent("x"));
  ExpectColumns(block);
}

TEST(BlockBuilder, LeavesOutNamesThatNoPathLeadsTo) {
  std::vector<Document> documents;
  const Block block = Build(Read({R"({"a.b": {"c": 1}, "": 2, "d": {"": 3, "e": 4}})"}, &documents));
  EXPECT_TRUE(block.directory->has_dotted_names());
  EXPECT_TRUE(block.directory->is_complete());
  EXPECT_EQ(block.directory->size(), 2U);
  ExpectColumns(block);
}

TEST(BlockBuilder, HasNothingOfDeletedRows) {
  std::vector<Document> documents;
  std::vector<Value> rows = Read({R"({"a": 1})", R"({"a": 2})", "{}"}, &documents);
  rows.insert(rows.begin() + 1, Value());
  const Block block = Build(rows, {.indexes = {"a"}, .found_otherwise = {}});
  ExpectColumns(block);
  EXPECT_EQ(RowsOf(block.built.lists[0], ListHash(Value::Null())), std::set<std::uint32_t>({3}));
}

TEST(BlockBuilder, HoldsABlockWhoseRowsAreAllDeleted) {
  BlockBuilder builder({.indexes = {"a"}, .found_otherwise = {}});
  const Block block = BuildWith(&builder, {Value(), Value()});
  EXPECT_EQ(block.directory->size(), 0U);
  EXPECT_TRUE(block.built.columns.empty());
  EXPECT_TRUE(block.built.lists.at(0).empty());
}

// A path in `with` of `rows` rows, beside `deleted` ones.
bool BecomesColumn(std::uint32_t with, std::uint32_t rows, const BlockOptions& options = {},
                   std::uint32_t deleted = 0) {
  const Field field{"a", Value::Int(1)};
  std::vector<Value> values(rows, Value::Object({}));
  for (std::uint32_t i = 0; i < with; ++i) values[i] = Value::Object({&field, 1});
  values.resize(rows + deleted);
  const Block block = Build(values, options);
  EXPECT_EQ(block.Find("a")->rows, with);
  return block.Find("a")->number > 0;
}

TEST(BlockBuilder, MakesColumnsOfFrequentPathsAlone) {
  EXPECT_TRUE(BecomesColumn(1, 1));
  EXPECT_TRUE(BecomesColumn(1, 2));
  EXPECT_FALSE(BecomesColumn(1, 3));
  EXPECT_TRUE(BecomesColumn(16, 31));
  EXPECT_TRUE(BecomesColumn(16, 1600));
  EXPECT_FALSE(BecomesColumn(15, 1600));
  EXPECT_FALSE(BecomesColumn(16, 1601));
  EXPECT_TRUE(BecomesColumn(1, 1600, {.indexes = {"a"}, .found_otherwise = {}}));
  EXPECT_TRUE(BecomesColumn(16, 1600, {}, 5000));  // Deleted rows do not count.
}

// Objects of `fields` fields each, from name n`first` on.
std::vector<Value> WideRows(std::uint32_t rows, std::uint32_t first, std::uint32_t fields, bool fresh, Arena* arena) {
  std::vector<Value> values;
  for (std::uint32_t row = 0; row < rows; ++row) {
    std::vector<Field> object;
    for (std::uint32_t i = 0; i < fields; ++i) {
      const std::uint32_t number = first + i + (fresh ? row * fields : 0);
      object.push_back({arena->Copy("n" + std::to_string(number)), Value::Int(static_cast<std::int32_t>(row))});
    }
    values.push_back(Value::Object(arena->Copy(std::span<const Field>(object))));
  }
  return values;
}

TEST(BlockBuilder, MakesAtMostAThousandColumnsAndIndexesAlways) {
  Arena arena;
  std::vector<Value> rows = WideRows(3, 0, 1500, false, &arena);
  const Field rare{"rare", Value::Int(1)};
  rows.push_back(Value::Object({&rare, 1}));
  const Block block = Build(rows, {.indexes = {"rare", "nowhere"}, .found_otherwise = {}});
  EXPECT_TRUE(block.directory->is_complete());
  EXPECT_EQ(block.directory->size(), 1501U);
  EXPECT_EQ(block.built.columns.size(), BlockBuilder::kColumnsMax);
  EXPECT_GT(block.Find("rare")->number, 0U);
  EXPECT_FALSE(block.Find("nowhere").has_value());
  ExpectColumns(block);
}

TEST(BlockBuilder, ListsColumnsAloneWherePathsAreTooMany) {
  Arena arena;
  const Block block = Build(WideRows(2, 0, BlockBuilder::kEntriesMax + 1, false, &arena));
  EXPECT_FALSE(block.directory->is_complete());
  EXPECT_EQ(block.directory->size(), BlockBuilder::kColumnsMax);
  ExpectColumns(block);
}

TEST(BlockBuilder, KeepsNoUniqueStringsOfTheId) {
  Arena arena;
  std::vector<Value> rows;
  for (int i = 0; i < 2000; ++i) {
    const std::vector<Field> fields = {{"id", Value::String(arena.Copy("document-" + std::to_string(i)))},
                                       {"n", Value::Int(i)}};
    rows.push_back(Value::Object(arena.Copy(std::span<const Field>(fields))));
  }
  const Block with = Build(rows);
  const Block without = Build(rows, {.indexes = {}, .found_otherwise = {"id"}});
  EXPECT_EQ(with.Find("id")->kinds, Bit(ColumnKind::kString));
  EXPECT_EQ(without.Find("id")->kinds, Bit(ColumnKind::kText));
  ExpectColumns(without);
}

TEST(BlockBuilder, CanBeUsedAgain) {
  std::vector<Document> documents;
  BlockBuilder builder({.indexes = {"a"}, .found_otherwise = {}});
  BuildWith(&builder, Read({R"({"a": 1, "b": 2})"}, &documents));
  const Block second = BuildWith(&builder, Read({R"({"a": 3, "c": 4})"}, &documents));
  EXPECT_FALSE(second.Find("b").has_value());
  EXPECT_EQ(RowsOf(second.built.lists[0], ListHash(Value::Int(3))), std::set<std::uint32_t>({0}));
  ExpectColumns(second);
}

// ---- Lists

TEST(BlockBuilder, ListsElementsNullsAndUnsureRows) {
  std::vector<Document> documents;
  const Block block = Build(Read({R"({"a": {"b": 1}})", R"({"a": {"b": [1, 2, [1], {"b": 1}, null, 1]}})",
                                  R"({"a": 5})", R"({"a": [{"b": 1}]})", R"({"a": {"b": {}}})", R"({"a": {"b": 1.0}})",
                                  "{}", R"({"a": {"b": []}})", R"({"a": {"b": 0.5}})"},
                                 &documents),
                            {.indexes = {"a.b"}, .found_otherwise = {}});
  const auto& lists = block.built.lists.at(0);
  EXPECT_EQ(RowsOf(lists, ListHash(Value::Int(1))), std::set<std::uint32_t>({0, 1, 5}));
  EXPECT_EQ(RowsOf(lists, ListHash(Value::Int(2))), std::set<std::uint32_t>({1}));
  EXPECT_EQ(RowsOf(lists, ListHash(Value::Null())), std::set<std::uint32_t>({1, 2, 6}));
  EXPECT_EQ(RowsOf(lists, kUnsureList), std::set<std::uint32_t>({3}));
  EXPECT_EQ(lists.size(), 4U);
  EXPECT_TRUE(block.built.has_unsure.at(0));
}

// ---- Random documents over few names and values

class RandomDocuments {
 public:
  RandomDocuments(std::uint32_t seed, Arena* arena) : random_(seed), arena_(*arena) {}

  Value Row() { return Below(20) == 0 ? Value() : Object(3); }
  std::uint32_t Below(std::uint32_t bound) { return random_() % bound; }

  Value Object(int depth) {
    static const std::vector<std::string> names = {"a", "b", "c", "0", "long name", "x.y", ""};
    std::vector<Field> fields;
    for (const std::string& name : names) {
      if (Below(name.size() == 1 ? 2 : 20) == 0) fields.push_back({name, Any(depth - 1)});
    }
    if (Below(4) == 0) std::shuffle(fields.begin(), fields.end(), random_);
    return Value::Object(arena_.Copy(std::span<const Field>(fields)));
  }

  Value Any(int depth) {
    if (depth > 0 && Below(2) == 0) return Object(depth);
    if (depth > 0 && Below(8) == 0) {
      std::vector<Value> elements(Below(4));
      for (Value& element : elements) element = Any(depth - 1);
      return Value::Array(arena_.Copy(std::span<const Value>(elements)));
    }
    return Scalar();
  }

  Value Scalar() {
    static const std::vector<std::string> texts = {"", "a", "user-1", std::string(300, 'x')};
    switch (Below(10)) {
      case 0:
        return Value::Null();
      case 1:
        return Value::Bool(Below(2) == 0);
      case 2:
        return Value::Double(0.5 * Below(4));
      case 3:
        return Value::Long(Below(2) == 0 ? std::int64_t{1} << 40U : Below(3));
      case 4:
        return Value::DateMs(Below(3));
      case 5:
        return Value::Binary("xyz", 0);
      case 6:
        return Value::ObjectId("0123456789ab");
      case 7:
        return Value::String(texts[Below(4)]);
      default:
        return Value::Int(static_cast<std::int32_t>(Below(3)));
    }
  }

 private:
  std::mt19937 random_;
  Arena& arena_;
};

TEST(BlockBuilder, SaysWhatTheRowsSay) {
  for (std::uint32_t seed = 0; seed < 150; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Arena arena;
    RandomDocuments random(seed, &arena);
    std::vector<Value> rows(1 + random.Below(seed % 3 == 0 ? 600 : 40));
    for (Value& row : rows) row = random.Row();
    const BlockOptions options{.indexes = {"a", "a.b", "b.0", "c.a.b"}, .found_otherwise = {"b"}};
    const Block block = Build(rows, options);
    ExpectColumns(block);
    for (const char* path : {"a.a", "b.c.b", "0.0.0.0", "z", "a.z", "z.a", "c.a.b.0.c"}) {
      if (!block.directory->IsAbsent(path)) continue;
      for (const Value& row : rows) ASSERT_TRUE(ValueAt(row, path).is_missing()) << path;
    }
    for (std::size_t index = 0; index < options.indexes.size(); ++index) {
      for (int i = 0; i < 25; ++i) {
        const Value value = random.Scalar();
        if (HasList(value)) ExpectList(block, options.indexes[index], index, value);
      }
    }
    if (testing::Test::HasFatalFailure()) return;
  }
}

// ---- Hostile names

TEST(BlockBuilder, StaysSmallWhereEachDocumentHasAFreshName) {
  BlockBuilder builder({.indexes = {"n"}, .found_otherwise = {}});
  std::size_t bytes_max = 0;
  for (std::uint32_t row = 0; row < 65536; ++row) {
    const std::string name = "fresh-" + std::to_string(row);
    const std::vector<Field> inner = {{name, Value::Int(1)}};
    const std::vector<Field> fields = {{"n", Value::Int(static_cast<std::int32_t>(row))},
                                       {name, Value::String("some text")},
                                       {"in", Value::Object(inner)}};
    builder.Add(Value::Object(fields));
    if (row % 4096 == 0) bytes_max = std::max(bytes_max, builder.bytes());
  }
  EXPECT_LT(bytes_max, std::size_t{24} << 20U);
  const BuiltBlock built = builder.Finish();
  const auto directory = BlockDirectory::Open(built.directory);
  ASSERT_TRUE(directory.has_value());
  EXPECT_FALSE(directory->is_complete());
  EXPECT_EQ(directory->size(), 2U);
  EXPECT_LT(built.directory.size(), 1000U);
  EXPECT_EQ(directory->Find("n")->rows, 65536U);
  EXPECT_EQ(directory->Find("n")->kinds, Bit(ColumnKind::kInt));
  EXPECT_EQ(built.columns.size(), 2U);
}

TEST(BlockBuilder, StaysSmallWhereEachDocumentHasTenThousandFreshNames) {
  BlockBuilder builder({.indexes = {}, .found_otherwise = {}});
  std::vector<Value> rows;
  Arena arena;
  for (std::uint32_t row = 0; row < 60; ++row) {
    arena.Reset();
    builder.Add(WideRows(1, row * 10'000, 10'000, false, &arena).front());
    EXPECT_LT(builder.bytes(), std::size_t{24} << 20U);
  }
  const BuiltBlock built = builder.Finish();
  EXPECT_TRUE(built.columns.empty());
  EXPECT_LT(built.directory.size(), 200U);
}

TEST(BlockBuilder, StaysSmallWhereNamesAreLong) {
  BlockBuilder builder({.indexes = {}, .found_otherwise = {}});
  for (int row = 0; row < 1000; ++row) {
    const std::string name = std::string(200'000, 'x') + std::to_string(row);
    const std::vector<Field> fields = {{name, Value::Int(1)}, {"n", Value::Int(row)}};
    builder.Add(Value::Object(fields));
  }
  EXPECT_LT(builder.bytes(), std::size_t{1} << 20U);
  const BuiltBlock built = builder.Finish();
  const auto directory = BlockDirectory::Open(built.directory);
  EXPECT_FALSE(directory->is_complete());
  EXPECT_EQ(directory->size(), 1U);
  EXPECT_EQ(directory->at(0).kinds, Bit(ColumnKind::kInt));
}

TEST(BlockBuilder, KeepsTheFrequentPathsOfTooMany) {
  Arena arena;
  const Block block = Build(WideRows(50, 0, 20'000, false, &arena));
  EXPECT_FALSE(block.directory->is_complete());
  EXPECT_EQ(block.built.columns.size(), BlockBuilder::kColumnsMax);
  EXPECT_EQ(block.Find("n0")->kinds, Bit(ColumnKind::kInt));
}

// Regular documents, among which some have floods of fresh names: what becomes a column is right, though rows may be
// unknown to it.
TEST(BlockBuilder, SaysWhatTheRowsSayOrThatItDoesNotKnow) {
  Arena arena;
  RandomDocuments random(9, &arena);
  std::vector<Value> rows;
  for (std::uint32_t row = 0; row < 800; ++row) {
    std::vector<Field> fields;
    if (row % 50 == 3) {
      const Value flood = WideRows(1, row * 7000, 7000, false, &arena).front();
      fields.assign(flood.fields().begin(), flood.fields().end());
    }
    // One that comes again after it was forgotten, and others all along.
    if (row == 0 || row > 500) fields.push_back({"late", Value::Int(static_cast<std::int32_t>(row))});
    fields.push_back({"a", random.Any(3)});
    rows.push_back(Value::Object(arena.Copy(std::span<const Field>(fields))));
  }
  const Block block = Build(rows, {.indexes = {"a", "a.b", "late"}, .found_otherwise = {}});
  EXPECT_FALSE(block.directory->is_complete());
  for (std::size_t i = 0; i < block.directory->size(); ++i) ExpectColumn(block, block.directory->at(i).path);
  EXPECT_EQ(block.Find("late")->kinds, Bit(ColumnKind::kInt));  // An index is not forgotten.
  for (int i = 0; i < 50; ++i) {
    const Value value = random.Scalar();
    if (!HasList(value)) continue;
    ExpectList(block, "a", 0, value);
    ExpectList(block, "a.b", 1, value);
  }

  const Block without = Build(rows);
  for (std::size_t i = 0; i < without.directory->size(); ++i) ExpectColumn(without, without.directory->at(i).path);
  EXPECT_EQ(without.Find("late")->kinds, Bit(ColumnKind::kInt) | Bit(ColumnKind::kArray));
  EXPECT_EQ(without.Find("a")->kinds & Bit(ColumnKind::kInt), Bit(ColumnKind::kInt));
}

}  // namespace
}  // namespace kalends
