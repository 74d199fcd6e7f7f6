#include "index/column.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "format/compare.h"
#include "tests/index/column_test_support.h"

namespace kalends {
namespace {

const std::string kLongText(129, 'x');
constexpr char kObjectIds[] = "twelve bytesTWELVE BYTES\0\0\0\0\0\0\0\0\0\0\0\xff";

std::string UuidText(std::uint64_t number) {
  char text[37];
  std::snprintf(text, sizeof text, "0a8fc187-681a-4c42-9538-%012llx", static_cast<unsigned long long>(number));
  return text;
}

ColumnKind KindOf(const Value& value) {
  switch (value.type()) {
    case Type::kNull:
      return ColumnKind::kNull;
    case Type::kBool:
      return ColumnKind::kBool;
    case Type::kInt:
      return ColumnKind::kInt;
    case Type::kLong:
      return ColumnKind::kLong;
    case Type::kDouble:
      return ColumnKind::kDouble;
    case Type::kDate:
      return ColumnKind::kDate;
    case Type::kObjectId:
      return ColumnKind::kObjectId;
    case Type::kString:
      return value.as_string().size() > 128 ? ColumnKind::kText : ColumnKind::kString;
    case Type::kObject:
      return ColumnKind::kObject;
    case Type::kBinary:
      return ColumnKind::kBinary;
    case Type::kArray:
    case Type::kMissing:
      break;
  }
  return ColumnKind::kArray;
}

// Every function gives what the plain column gives.
void ExpectHolds(const PlainColumn& plain) {
  const std::string bytes = EncodeColumn(plain);
  const Column column = OpenColumn(bytes);
  ASSERT_EQ(column.rows(), plain.size());
  Arena arena;
  RowBits missing(column.rows());
  std::vector<std::uint32_t> counts(kColumnKinds);
  for (std::uint32_t row = 0; row < plain.size(); ++row) {
    const ColumnStream* stream = column.StreamOf(row);
    if (plain[row].is_missing()) {
      ASSERT_EQ(stream, nullptr) << "row " << row;
      missing.Set(row);
      continue;
    }
    ASSERT_NE(stream, nullptr) << "row " << row;
    ASSERT_EQ(stream->kind(), KindOf(plain[row])) << "row " << row;
    ASSERT_EQ(stream, column.Find(stream->kind()));
    const auto index = stream->IndexOf(row);
    ASSERT_EQ(index, counts[static_cast<std::size_t>(stream->kind())]++) << "row " << row;
    if (HasValues(stream->kind())) {
      ASSERT_TRUE(Identical(stream->ValueAt(*index, arena), plain[row])) << "row " << row;
    }
  }
  EXPECT_TRUE(column.MissingRows() == missing);

  std::mt19937_64 random(plain.size());
  for (const ColumnStream& stream : column.streams()) {
    ASSERT_EQ(stream.count(), counts[static_cast<std::size_t>(stream.kind())]);
    EXPECT_EQ(stream.has_all_rows(), stream.count() == column.rows());
    RowBits expected(column.rows());
    RowBits expected_places(column.rows());
    RowBits places(stream.count());
    std::uint32_t place = 0;
    for (std::uint32_t row = 0; row < plain.size(); ++row) {
      if (plain[row].is_missing() || KindOf(plain[row]) != stream.kind()) {
        ASSERT_EQ(stream.IndexOf(row), std::nullopt);
        continue;
      }
      expected.Set(row);
      if (random() % 2 == 0) {
        expected_places.Set(row);
        places.Set(place);
      }
      ++place;
    }
    RowBits rows(column.rows());
    stream.AddRows(&rows);
    ASSERT_TRUE(rows == expected);
    rows.ClearRange(0, rows.rows());
    stream.AddRows(places, &rows);
    ASSERT_TRUE(rows == expected_places);
  }
}

TEST(Column, EncodesTheExampleOfItsFormatComment) {
  EXPECT_EQ(Hex(EncodeColumn({Value::String("b"), Value::Int(7), {}, Value::String("a")})),
            "010204000000"
            "03020100010000000100"
            "0700000000000080070000000000008001000000"
            "0000000000"
            "08020400020000000000"
            "0300"
            "0000000000000000010000000000000001000000"
            "0000000001"
            "0100000000000000" +
                std::string(std::size_t{15} * 16, '0') +
                "02000000"
                "0100000002000000"
                "6162"
                "7e5d4690");
}

TEST(Column, HoldsOneRowOfEachKind) {
  const Value element = Value::Int(1);
  const Field field = {"a", Value::Int(1)};
  for (const Value& value : {Value::Null(), Value::Bool(false), Value::Int(-5), Value::Long(INT64_MIN),
                             Value::Double(0.1), Value::Double(std::nan("")), Value::Double(-0.0), Value::DateMs(-1),
                             Value::ObjectId(kObjectIds), Value::String(""), Value::String(kLongText),
                             Value::Object({&field, 1}), Value::Binary("x", 0), Value::Array({&element, 1})}) {
    ExpectHolds({value});
    ExpectHolds({{}, value, {}});
  }
}

TEST(Column, KeepsDoublesBitForBit) {
  const auto column_of = [](const std::vector<double>& doubles) {
    PlainColumn plain;
    for (const double value : doubles) plain.push_back(Value::Double(value));
    return plain;
  };
  const double infinity = std::numeric_limits<double>::infinity();
  for (const PlainColumn& plain :
       {column_of({0.0, 1.0, -3.0, 9007199254740991.0}), column_of({0.1, 0.25, -1234.5678, 0.0}),
        column_of({1e-15, 5.0}), column_of({0.0, -0.0}), column_of({infinity, -infinity, std::nan(""), -std::nan("")}),
        column_of({5e-324, std::numeric_limits<double>::max(), 1e300}), column_of({0.1 + 0.2, 1.0 / 3.0})}) {
    ExpectHolds(plain);
    const std::string bytes = EncodeColumn(plain);
    const Column column = OpenColumn(bytes);
    Arena arena;
    for (std::uint32_t row = 0; row < plain.size(); ++row) {
      EXPECT_EQ(std::bit_cast<std::uint64_t>(column.streams()[0].ValueAt(row, arena).as_double()),
                std::bit_cast<std::uint64_t>(plain[row].as_double()));
    }
  }
}

TEST(Column, DecimalsTakeFewBits) {
  PlainColumn cents;
  for (int i = 0; i < 1024; ++i) cents.push_back(Value::Double((i * 37 % 4096) / 100.0));
  ExpectHolds(cents);
  EXPECT_LT(EncodeColumn(cents).size(), 1024U * 12 / 8 + 128);
}

TEST(Column, UuidsTakeSixteenBytes) {
  std::vector<std::string> texts;
  for (std::uint64_t i = 0; i < 1000; ++i) texts.push_back(UuidText(i * 7919 % 1000));
  PlainColumn plain;
  for (const std::string& text : texts) plain.push_back(Value::String(text));
  ExpectHolds(plain);
  EXPECT_LT(EncodeColumn(plain).size(), 1000U * 18);
  plain.push_back(Value::String("0A8FC187-681A-4C42-9538-000000000001"));  // One in upper case is none.
  ExpectHolds(plain);
}

// Rows of many kinds, of which some are frequent, so that all forms of row sets come up.
PlainColumn RandomColumn(std::uint32_t rows, std::mt19937_64& random, const std::vector<std::string>& texts) {
  static const Field field = {"a", Value::Int(1)};
  std::vector<int> kinds;
  for (std::uint64_t left = 1 + random() % 4; left > 0; --left) kinds.push_back(static_cast<int>(random() % 14));
  const std::uint64_t rare = 2 + random() % 300;
  PlainColumn plain(rows);
  for (Value& value : plain) {
    const int kind = random() % rare == 0 ? static_cast<int>(random() % 14) : kinds[random() % kinds.size()];
    const auto integer = static_cast<std::int64_t>(random() >> (random() % 64));
    switch (kind) {
      case 0:
        break;
      case 1:
        value = Value::Null();
        break;
      case 2:
        value = Value::Bool(random() % 2 == 0);
        break;
      case 3:
        value = Value::Int(static_cast<std::int32_t>(integer));
        break;
      case 4:
        value = Value::Long(random() % 2 == 0 ? integer : -integer);
        break;
      case 5:
        value = Value::Double(static_cast<double>(random() % 100000) / 100);
        break;
      case 6:
        value = Value::Double(std::bit_cast<double>(random()));
        break;
      case 7:
        value = Value::DateMs(1'700'000'000'000 + static_cast<std::int64_t>(random() % 100'000) * 1000);
        break;
      case 8:
        value = Value::ObjectId(kObjectIds + random() % 24);
        break;
      case 9:
      case 10:
        value = Value::String(texts[random() % texts.size()]);
        break;
      case 11:
        value = Value::String(kLongText);
        break;
      case 12:
        value = Value::Object({&field, 1});
        break;
      default:
        value = random() % 2 == 0 ? Value::Binary("abc", 0) : Value::Array({});
    }
  }
  plain[random() % rows] = Value::Null();
  return plain;
}

std::vector<std::string> RandomTexts(std::mt19937_64& random) {
  std::vector<std::string> texts = {""};
  const bool uuids = random() % 2 == 0;
  if (uuids) texts.clear();
  while (texts.size() < 60) {
    std::string text = uuids ? UuidText(random()).substr(0, 36) : "user-" + std::to_string(random() % 1000);
    texts.push_back(std::move(text));
  }
  return texts;
}

TEST(Column, HoldsAnyMixOfKinds) {
  std::mt19937_64 random(1);
  for (const std::uint32_t rows : {1U, 2U, 63U, 64U, 65U, 1000U, 1023U, 1024U, 1025U, 5000U}) {
    for (int round = 0; round < 12; ++round) {
      SCOPED_TRACE(std::to_string(rows) + " rows, round " + std::to_string(round));
      const std::vector<std::string> texts = RandomTexts(random);
      ExpectHolds(RandomColumn(rows, random, texts));
    }
  }
}

TEST(Column, HoldsAFullBlockOfRows) {
  std::mt19937_64 random(2);
  for (int round = 0; round < 4; ++round) {
    const std::vector<std::string> texts = RandomTexts(random);
    ExpectHolds(RandomColumn(65536, random, texts));
  }
}

// A value of the stream's type bracket, mostly near one that is in it.
std::vector<Value> ValuesToAskFor(const ColumnStream& stream, std::mt19937_64& random, Arena& arena) {
  std::vector<Value> values;
  const bool is_number = TypeBracket(TypeOf(stream.kind())) == TypeBracket(Type::kInt);
  for (std::uint32_t i = 0; i < stream.count(); i += 1 + stream.count() / 20) {
    const Value value = stream.ValueAt(i, arena);
    if (value.type() == Type::kDouble && std::isnan(value.as_double())) continue;
    values.push_back(value);
    if (value.is_string()) {
      values.push_back(Value::String(arena.Copy(std::string(value.as_string()) + "a")));
      values.push_back(Value::String(value.as_string().substr(0, value.as_string().size() / 2)));
    }
    if (!is_number) continue;
    const double as_double = value.ToDouble();
    values.push_back(Value::Double(as_double));
    values.push_back(Value::Double(as_double + 0.5));
    values.push_back(Value::Double(std::nextafter(as_double, 1e308)));
    values.push_back(Value::Double(std::nextafter(as_double, -1e308)));
    if (std::fabs(as_double) < 9e18) {
      values.push_back(Value::Long(static_cast<std::int64_t>(as_double)));
      values.push_back(Value::Long(static_cast<std::int64_t>(as_double) + 1));
      values.push_back(Value::Long(static_cast<std::int64_t>(as_double) - 1));
    }
  }
  if (is_number) {
    const double infinity = std::numeric_limits<double>::infinity();
    for (const double value : {0.0, -0.0, 0.5, -0.5, 5e-324, -5e-324, 0x1p53, 0x1p53 + 2, -0x1p53, 0x1p63, -0x1p63,
                               -0x1p63 - 2048, 0x1p64, 1e300, -1e300, infinity, -infinity}) {
      values.push_back(Value::Double(value));
    }
    for (const std::int64_t value : {INT64_MIN, INT64_MIN + 1, INT64_MAX, INT64_MAX - 1, std::int64_t{INT32_MAX},
                                     std::int64_t{INT32_MIN}, std::int64_t{INT32_MAX} + 1, std::int64_t{INT32_MIN} - 1,
                                     (std::int64_t{1} << 53U) + 1, -(std::int64_t{1} << 53U) - 1}) {
      values.push_back(Value::Long(value));
    }
    values.push_back(Value::Int(static_cast<std::int32_t>(random())));
  }
  switch (stream.kind()) {
    case ColumnKind::kString:
      for (const char* text : {"", "zzz", "user-5", "0a8fc187-681a-4c42-9538-", "0a8fc187-681a-4c42-9538-0"}) {
        values.push_back(Value::String(text));
      }
      break;
    case ColumnKind::kObjectId:
      values.push_back(Value::ObjectId("\0\0\0\0\0\0\0\0\0\0\0\0"));
      values.push_back(Value::ObjectId("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"));
      break;
    case ColumnKind::kBool:
      values.push_back(Value::Bool(false));
      values.push_back(Value::Bool(true));
      break;
    case ColumnKind::kDate:
      values.push_back(Value::DateMs(INT64_MIN));
      values.push_back(Value::DateMs(INT64_MAX));
      break;
    default:
      break;
  }
  return values;
}

void ExpectBounds(const ColumnStream& stream, const Value& asked) {
  Arena arena;
  const RowBits equal = SelectPlaces(stream, stream.Equal(asked));
  const RowBits below = SelectPlaces(stream, stream.Below(asked, false));
  const RowBits below_or_equal = SelectPlaces(stream, stream.Below(asked, true));
  const RowBits above = SelectPlaces(stream, stream.Above(asked, false));
  const RowBits above_or_equal = SelectPlaces(stream, stream.Above(asked, true));
  for (std::uint32_t i = 0; i < stream.count(); ++i) {
    const Value value = stream.ValueAt(i, arena);
    const bool is_nan = value.type() == Type::kDouble && std::isnan(value.as_double());
    const auto order = Compare(value, asked);
    SCOPED_TRACE(ToJson(value) + " against " + ToJson(asked));
    ASSERT_EQ(equal.Test(i), !is_nan && order == 0);
    ASSERT_EQ(below.Test(i), !is_nan && order < 0);
    ASSERT_EQ(below_or_equal.Test(i), !is_nan && order <= 0);
    ASSERT_EQ(above.Test(i), !is_nan && order > 0);
    ASSERT_EQ(above_or_equal.Test(i), !is_nan && order >= 0);
  }
}

TEST(Column, ComparesAsValuesDo) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 60; ++round) {
    const std::vector<std::string> texts = RandomTexts(random);
    const std::string bytes = EncodeColumn(RandomColumn(100, random, texts));
    const Column column = OpenColumn(bytes);
    Arena arena;
    for (const ColumnStream& stream : column.streams()) {
      if (!HasValues(stream.kind())) continue;
      for (const Value& asked : ValuesToAskFor(stream, random, arena)) ExpectBounds(stream, asked);
    }
  }
}

TEST(Column, ComparesNumbersExactly) {
  const double infinity = std::numeric_limits<double>::infinity();
  const std::int64_t two_53 = std::int64_t{1} << 53U;
  std::vector<PlainColumn> columns;
  columns.push_back({Value::Long(two_53 - 1), Value::Long(two_53), Value::Long(two_53 + 1), Value::Long(-two_53 - 1),
                     Value::Long(INT64_MAX), Value::Long(INT64_MIN), Value::Long(INT64_MAX - 1), Value::Long(0)});
  columns.push_back({Value::Double(0x1p53), Value::Double(0x1p53 + 2), Value::Double(-0x1p63), Value::Double(0x1p63),
                     Value::Double(infinity), Value::Double(-infinity), Value::Double(0.0), Value::Double(-0.0),
                     Value::Double(5e-324), Value::Double(-5e-324), Value::Double(std::nan("")),
                     Value::Double(-std::nan(""))});
  columns.push_back(
      {Value::Double(0.1), Value::Double(0.3), Value::Double(-0.1), Value::Double(1e15 / 7.0 - 1e15 / 7.0)});
  columns.push_back({Value::Double(9007199254740991.0), Value::Double(-9007199254740991.0), Value::Double(1)});
  columns.push_back({Value::Double(0.000000000000001), Value::Double(8.999999999999999)});
  columns.push_back({Value::Int(INT32_MAX), Value::Int(INT32_MIN), Value::Int(0), Value::Int(-1)});
  std::mt19937_64 random(4);
  Arena arena;
  for (const PlainColumn& plain : columns) {
    const std::string bytes = EncodeColumn(plain);
    const Column column = OpenColumn(bytes);
    for (const Value& asked : ValuesToAskFor(column.streams()[0], random, arena))
      ExpectBounds(column.streams()[0], asked);
  }
}

TEST(Column, NansAreAtBothEnds) {
  const std::string bytes = EncodeColumn(
      {Value::Double(std::nan("")), Value::Double(-std::nan("")), Value::Double(1), Value::Double(-1e300)});
  const Column column = OpenColumn(bytes);
  const ColumnStream& stream = column.streams()[0];
  const RowBits positive = SelectPlaces(stream, stream.PositiveNan());
  const RowBits negative = SelectPlaces(stream, stream.NegativeNan());
  EXPECT_EQ(positive.words()[0], 1U);
  EXPECT_EQ(negative.words()[0], 2U);

  const std::string of_integers = EncodeColumn({Value::Int(1)});
  EXPECT_TRUE(OpenColumn(of_integers).streams()[0].PositiveNan().is_empty());
  const std::string of_decimals = EncodeColumn({Value::Double(1.5)});
  EXPECT_TRUE(OpenColumn(of_decimals).streams()[0].NegativeNan().is_empty());
}

// One of each form.
std::vector<std::string> GoodColumns() {
  const std::string uuid = UuidText(5);
  return {EncodeColumn({Value::String("b"), Value::Int(7), {}, Value::String("a")}),
          EncodeColumn({Value::Double(0.5), Value::Double(0.25), Value::Bool(true), Value::Null(), {}}),
          EncodeColumn({Value::Double(1e300), Value::DateMs(5), Value::ObjectId(kObjectIds), Value::String(uuid)}),
          EncodeColumn({Value::Long(5), Value::Long(-5), Value::Binary("x", 0), Value::Array({})}),
          EncodeColumn(PlainColumn(3, Value::String("same")))};
}

TEST(Column, RefusesEveryFlippedBit) {
  for (const std::string& good : GoodColumns()) {
    for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
      std::string bad = good;
      bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
      const auto column = Column::Open(bad);
      ASSERT_FALSE(column.has_value()) << "bit " << bit;
      EXPECT_EQ(column.error().code(), ErrorCode::kCorruption) << "bit " << bit;
    }
  }
}

TEST(Column, RefusesEveryCutWhateverTheChecksum) {
  for (const std::string& good : GoodColumns()) {
    for (std::size_t size = 0; size < good.size(); ++size) {
      const std::string cut = good.substr(0, size);
      ASSERT_FALSE(Column::Open(cut).has_value()) << size << " bytes";
      if (size < 4) continue;
      ASSERT_FALSE(Column::Open(WithRightChecksum(cut)).has_value()) << size << " bytes";
    }
    EXPECT_FALSE(Column::Open(WithRightChecksum(good + '\0')).has_value());
  }
}

TEST(Column, RefusesANewerVersionByName) {
  std::string newer = GoodColumns()[0];
  newer[0] = 2;
  const auto column = Column::Open(WithRightChecksum(newer));
  ASSERT_FALSE(column.has_value());
  EXPECT_EQ(column.error().code(), ErrorCode::kUnsupported);
}

TEST(Column, RefusesARowOfTwoKinds) {
  std::string bad = EncodeColumn({Value::Null(), Value::Object({}), {}, {}});
  // The header, the header of the null stream, its row, the header of the other: then its row.
  bad[6 + 8 + 2 + 8] = 0;
  EXPECT_FALSE(Column::Open(WithRightChecksum(bad)).has_value());
}

// Reads all that can be read; the sanitizer watches.
void ReadEverything(const Column& column, std::mt19937_64& random) {
  Arena arena;
  RowBits all = column.MissingRows();
  for (const ColumnStream& stream : column.streams()) {
    RowBits rows(column.rows());
    stream.AddRows(&rows);
    ASSERT_EQ(rows.Count(), stream.count());
    all |= rows;
    rows.ClearRange(0, column.rows());
    stream.AddRows(RowBits(stream.count(), true), &rows);
    ASSERT_EQ(rows.Count(), stream.count());
    if (!HasValues(stream.kind())) continue;
    for (std::uint32_t i = 0; i < stream.count(); ++i) {
      const Value value = stream.ValueAt(i, arena);
      ASSERT_EQ(value.type(), TypeOf(stream.kind()));
      ASSERT_TRUE(!stream.has_dictionary() || stream.CodeAt(i) < stream.dictionary_size());
      if (value.type() == Type::kDouble && std::isnan(value.as_double())) continue;
      if (random() % 4 != 0) continue;
      SelectPlaces(stream, stream.Equal(value));
      SelectPlaces(stream, stream.Below(value, true));
      SelectPlaces(stream, stream.Above(value, false));
    }
  }
  ASSERT_EQ(all.Count(), column.rows());
  for (std::uint32_t row = 0; row < column.rows(); ++row) {
    const ColumnStream* stream = column.StreamOf(row);
    ASSERT_TRUE(stream == nullptr || *stream->IndexOf(row) < stream->count());
  }
}

// Bytes made to mislead, checksum and all: refused, or read without leaving the column.
TEST(Column, StaysInsideBytesWithARightChecksum) {
  std::mt19937_64 random(5);
  int opened = 0;
  for (int round = 0; round < 100; ++round) {
    const std::vector<std::string> texts = RandomTexts(random);
    const std::string good = EncodeColumn(RandomColumn(round % 3 == 0 ? 1100 : 20, random, texts));
    for (int i = 0; i < 30; ++i) {
      std::string bad = good;
      for (std::uint64_t changes = 1 + random() % 3; changes > 0; --changes) {
        bad[random() % (random() % 2 == 0 ? 80 : bad.size()) % bad.size()] =
            static_cast<char>(random() % 3 == 0 ? random() % 4 : random());
      }
      const std::string sealed = WithRightChecksum(bad);
      const std::vector<char> exact(sealed.begin(), sealed.end());  // On the heap to the byte.
      const auto column = Column::Open({exact.data(), exact.size()});
      if (!column.has_value()) continue;
      ++opened;
      ReadEverything(*column, random);
    }
  }
  EXPECT_GT(opened, 100);
}

}  // namespace
}  // namespace kalends
