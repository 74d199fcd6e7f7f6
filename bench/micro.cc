// Steps of an import and of a read, one by one.
#include <benchmark/benchmark.h>

#include <random>
#include <string>
#include <vector>

#include "format/arena.h"
#include "format/compression.h"
#include "format/json_reader.h"
#include "format/key_dictionary.h"
#include "format/key_encoding.h"
#include "format/record_codec.h"
#include "index/block_builder.h"
#include "index/column.h"
#include "index/id_filter.h"
#include "index/inverted_list.h"
#include "index/packed_integers.h"
#include "index/time_column.h"
#include "kalends/time.h"

namespace kalends {
namespace {

// A message of about 900 bytes.
std::string Message(std::uint64_t number) {
  std::mt19937_64 random(number);
  const auto uuid = [&random] {
    char text[37];
    std::snprintf(text, sizeof(text), "%08x-%04x-4%03x-a%03x-%012llx", static_cast<unsigned>(random()),
                  static_cast<unsigned>(random() & 0xFFFFU), static_cast<unsigned>(random() & 0xFFFU),
                  static_cast<unsigned>(random() & 0xFFFU),
                  static_cast<unsigned long long>(random() & 0xFFFFFFFFFFFFU));
    return std::string(text);
  };
  static const std::vector<std::string> words = {"cache",  "reads", "the",     "index", "of", "every", "month", "and",
                                                 "writes", "a",     "segment", "when",  "it", "is",    "full"};
  std::string content;
  while (content.size() < 500) content += words[random() % words.size()] + " ";
  return R"({"uuid":")" + uuid() + R"(","sessionId":")" + uuid() + R"(","parentUuid":")" + uuid() +
         R"(","user_id":"user-)" + std::to_string(random() % 2000) + R"(","type":"assistant","timestamp":")" +
         FormatTime({1'735'689'600'000'000 + static_cast<std::int64_t>(number) * 31'000'000}) +
         R"(","model":"large-4","costUsd":0.)" + std::to_string(random() % 9000 + 1000) +
         R"(,"gitBranch":"fix/policy","message":{"role":"assistant","content":")" + content +
         R"(","usage":{"input_tokens":)" + std::to_string(random() % 10000) + R"(,"output_tokens":)" +
         std::to_string(random() % 1000) + "}}}";
}

constexpr std::size_t kMessages = 4096;

// Messages, and their records with the dictionary that they train.
struct Records {
  std::vector<std::string> json;
  std::vector<Value> values;
  std::vector<std::string> records;
  Arena arena;
  KeyDictionary keys;
  ZstdDictionaries dictionaries;

  Records() {
    JsonReader reader;
    RecordEncoder encoder;
    std::vector<std::string> raw;
    std::string record;
    for (std::size_t i = 0; i < kMessages; ++i) {
      json.push_back(Message(i));
      values.push_back(reader.ReadObject(json.back(), arena).value());
      if (!encoder.Encode({.root = values.back()}, {.codec = Codec::kNone}, keys, &record).ok()) std::abort();
      raw.emplace_back(encoder.last_raw());
    }
    dictionaries.Add(ZstdDictionary::Load(1, ZstdDictionary::Train(raw, std::size_t{16} << 10U).value(), 3).value());
    for (const Value& value : values) {
      record.clear();
      if (!encoder.Encode({.root = value}, compression(), keys, &record).ok()) std::abort();
      records.push_back(record);
    }
  }
  RecordCompression compression() const { return {.dictionary = dictionaries.current().get()}; }
};

Records& SharedRecords() {
  static Records records;
  return records;
}

void JsonParse(benchmark::State& state) {
  const Records& shared = SharedRecords();
  JsonReader reader;
  Arena arena;
  std::size_t next = 0;
  std::size_t bytes = 0;
  for (auto unused : state) {
    arena.Reset();
    const std::string& json = shared.json[next++ % kMessages];
    benchmark::DoNotOptimize(reader.ReadObject(json, arena));
    bytes += json.size();
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}
BENCHMARK(JsonParse);

void JsonWrite(benchmark::State& state) {
  const Records& shared = SharedRecords();
  std::string json;
  std::size_t next = 0;
  for (auto unused : state) {
    json.clear();
    AppendJson(shared.values[next++ % kMessages], JsonStyle::kRelaxed, &json);
    benchmark::DoNotOptimize(json.data());
  }
}
BENCHMARK(JsonWrite);

void RecordEncode(benchmark::State& state) {
  Records& shared = SharedRecords();
  RecordCompression compression = shared.compression();
  if (state.range(0) == 0) compression.codec = Codec::kNone;
  RecordEncoder encoder;
  std::string record;
  std::size_t next = 0;
  for (auto unused : state) {
    record.clear();
    benchmark::DoNotOptimize(
        encoder.Encode({.root = shared.values[next++ % kMessages]}, compression, shared.keys, &record));
  }
}
BENCHMARK(RecordEncode)->ArgName("zstd")->Arg(0)->Arg(1);

void RecordDecode(benchmark::State& state) {
  const Records& shared = SharedRecords();
  RecordDecoder decoder;
  Arena arena;
  std::size_t next = 0;
  for (auto unused : state) {
    arena.Reset();
    benchmark::DoNotOptimize(
        decoder.Decode(shared.records[next++ % kMessages], shared.keys, shared.dictionaries, arena));
  }
}
BENCHMARK(RecordDecode);

void KeyOfId(benchmark::State& state) {
  const Value id = Value::String("6e3af2e4-be99-4e73-99a4-e857f062ed54");
  std::string key;
  for (auto unused : state) {
    key.clear();
    EncodeKey(id, &key);
    benchmark::DoNotOptimize(key.data());
  }
}
BENCHMARK(KeyOfId);

void HashOfId(benchmark::State& state) {
  const Value id = Value::String("6e3af2e4-be99-4e73-99a4-e857f062ed54");
  for (auto unused : state) benchmark::DoNotOptimize(HashId(id, 1));
}
BENCHMARK(HashOfId);

// 65,536 times about a second apart; with 1, not in order.
std::string Times(bool disorder) {
  std::mt19937_64 random(1);
  std::vector<TimeUs> times;
  for (std::int64_t i = 0; i < kColumnBlockRows; ++i) {
    const std::int64_t jitter = static_cast<std::int64_t>(random() % 1'000'000) * (disorder ? 100 : 1);
    times.push_back({1'735'689'600'000'000 + i * 1'000'000 + jitter});
  }
  return EncodeTimeColumn(times);
}

void TimeColumnLowerBound(benchmark::State& state) {
  const std::string bytes = Times(state.range(0) != 0);
  const TimeColumn column = TimeColumn::Open(bytes).value();
  std::mt19937_64 random(2);
  const auto span = static_cast<std::uint64_t>(column.max().value - column.min().value);
  for (auto unused : state)
    benchmark::DoNotOptimize(column.LowerBound({column.min().value + static_cast<std::int64_t>(random() % span)}));
}
BENCHMARK(TimeColumnLowerBound)->ArgName("disorder")->Arg(0)->Arg(1);

void TimeColumnDecode(benchmark::State& state) {
  const std::string bytes = Times(false);
  const TimeColumn column = TimeColumn::Open(bytes).value();
  std::vector<TimeUs> times;
  for (auto unused : state) {
    column.Decode(&times);
    benchmark::DoNotOptimize(times.data());
  }
  state.SetItemsProcessed(state.iterations() * kColumnBlockRows);
}
BENCHMARK(TimeColumnDecode);

// The cost of an id that is in none of the months.
void IdFilterMiss(benchmark::State& state) {
  const auto ids = static_cast<std::uint64_t>(state.range(0));
  IdFilter filter(ids);
  std::mt19937_64 random(3);
  for (std::uint64_t i = 0; i < ids; ++i) filter.Add({random(), random()});
  for (auto unused : state) benchmark::DoNotOptimize(filter.MayContain({random(), random()}));
}
BENCHMARK(IdFilterMiss)->ArgName("ids")->Arg(100'000)->Arg(10'000'000);

// Messages into columns, and into as many inverted lists as are asked for; with Finish, a block of 65,536 each.
void BlockBuild(benchmark::State& state) {
  const Records& shared = SharedRecords();
  const std::vector<std::string> paths = {"sessionId", "user_id", "type", "parentUuid", "model", "gitBranch"};
  BlockBuilder builder({.indexes = {paths.begin(), paths.begin() + state.range(0)}, .found_otherwise = {"uuid"}});
  const bool finishes = state.range(1) != 0;
  std::size_t next = 0;
  for (auto unused : state) {
    builder.Add(shared.values[next++ % kMessages]);
    if (builder.rows() < kColumnBlockRows) continue;
    if (!finishes) state.PauseTiming();
    benchmark::DoNotOptimize(builder.Finish());
    if (!finishes) state.ResumeTiming();
  }
}
BENCHMARK(BlockBuild)
    ->ArgNames({"lists", "finish"})
    ->Args({0, 0})
    ->Args({6, 0})
    ->Args({0, 1})
    ->Args({6, 1})
    ->Iterations(4 * kColumnBlockRows);

// Values of a list, of which there are as many different ones as is said; with Finish.
void ListBuild(benchmark::State& state) {
  const auto different = static_cast<std::uint64_t>(state.range(0));
  std::vector<std::string> texts;
  for (std::uint64_t i = 0; i < different; ++i)
    texts.push_back("7d444840-9dc0-41d1-b245-" + std::to_string(100000000000 + i));
  std::vector<Value> values;
  for (std::size_t i = 0; i < kColumnBlockRows; ++i) values.push_back(Value::String(texts[i % different]));
  ListBuilder builder;
  const bool finishes = state.range(1) != 0;
  std::uint32_t row = 0;
  for (auto unused : state) {
    builder.Add(row, values[row]);
    if (++row < kColumnBlockRows) continue;
    row = 0;
    if (!finishes) state.PauseTiming();
    benchmark::DoNotOptimize(builder.Finish());
    if (!finishes) state.ResumeTiming();
  }
}
BENCHMARK(ListBuild)
    ->ArgNames({"different", "finish"})
    ->Args({1, 0})
    ->Args({3, 0})
    ->Args({65536, 0})
    ->Args({1, 1})
    ->Args({3, 1})
    ->Args({65536, 1})
    ->Iterations(4 * kColumnBlockRows);

// The rows of one block of a list of a segment of 4,194,304 rows, of which it has one in so many.
void ListRows(benchmark::State& state) {
  constexpr std::uint32_t kSegmentRows = 64 * kColumnBlockRows;
  ListBuilder builder;
  const auto one_in = static_cast<std::uint32_t>(state.range(0));
  for (std::uint32_t row = 0; row < kSegmentRows; row += one_in) builder.Add(row, Value::String("user"));
  const std::string bytes = builder.Finish().front().list;
  std::uint32_t block = 0;
  for (auto unused : state) {
    const InvertedList list = InvertedList::Open(bytes).value();
    RowBits bits(kColumnBlockRows);
    list.AddRows(std::uint64_t{block++ % 64} * kColumnBlockRows, &bits);
    benchmark::DoNotOptimize(bits.words().data());
  }
}
BENCHMARK(ListRows)->ArgName("one_in")->Arg(2)->Arg(20)->Arg(100'000);

// 65,536 integers of as many bits as the argument says.
std::string Packed(std::int64_t width) {
  std::mt19937_64 random(4);
  std::vector<std::uint64_t> values(kColumnBlockRows);
  for (std::uint64_t& value : values) value = 1000 + (random() >> (64 - width));
  std::string bytes;
  AppendPackedIntegers(values, &bytes);
  return bytes;
}

PackedIntegers OpenPacked(std::string_view bytes) { return PackedIntegers::Open(kColumnBlockRows, &bytes).value(); }

void PackedDecode(benchmark::State& state) {
  const std::string bytes = Packed(state.range(0));
  const PackedIntegers integers = OpenPacked(bytes);
  std::uint64_t values[kPackedPiece];
  for (auto unused : state) {
    for (std::uint32_t piece = 0; piece < integers.pieces(); ++piece) {
      integers.Decode(piece, values);
      benchmark::DoNotOptimize(values);
    }
  }
  state.SetItemsProcessed(state.iterations() * kColumnBlockRows);
}
BENCHMARK(PackedDecode)->ArgName("bits")->Arg(5)->Arg(12)->Arg(33);

// Half of the values, in no piece all or none.
void PackedSelect(benchmark::State& state) {
  const std::string bytes = Packed(state.range(0));
  const PackedIntegers integers = OpenPacked(bytes);
  for (auto unused : state) {
    RowBits bits(kColumnBlockRows);
    integers.Select(0, 1000 + (std::uint64_t{1} << static_cast<unsigned>(state.range(0) - 1)), &bits);
    benchmark::DoNotOptimize(bits.words().data());
  }
  state.SetItemsProcessed(state.iterations() * kColumnBlockRows);
}
BENCHMARK(PackedSelect)->ArgName("bits")->Arg(5)->Arg(12)->Arg(33);

void PackedAt(benchmark::State& state) {
  const std::string bytes = Packed(12);
  const PackedIntegers integers = OpenPacked(bytes);
  std::mt19937_64 random(5);
  for (auto unused : state)
    benchmark::DoNotOptimize(integers.At(static_cast<std::uint32_t>(random() % kColumnBlockRows)));
}
BENCHMARK(PackedAt);

// 65,536 rows: 0: costs, 1: one of 2,000 strings, 2: a different UUID each, 3: costs in every other row, else null.
struct ColumnValues {
  std::vector<std::string> texts;
  std::vector<Value> values;

  explicit ColumnValues(std::int64_t kind) {
    std::mt19937_64 random(6);
    texts.reserve(kColumnBlockRows);
    for (std::uint32_t row = 0; row < kColumnBlockRows; ++row) {
      const std::uint64_t number = random();
      if (kind == 0 || kind == 3) {
        const bool is_null = kind == 3 && number % 2 == 0;
        values.push_back(is_null ? Value::Null() : Value::Double(static_cast<double>(number % 9000) / 10000));
      } else {
        char uuid[37];
        std::snprintf(uuid, sizeof uuid, "%08x-0000-4000-a000-%012llx", static_cast<unsigned>(number >> 32U),
                      static_cast<unsigned long long>(row));
        texts.push_back(kind == 1 ? "user-" + std::to_string(number % 2000) : uuid);
        values.push_back(Value::String(texts.back()));
      }
    }
  }
  ColumnBuilder Collect() const {
    ColumnBuilder builder;
    for (std::uint32_t row = 0; row < values.size(); ++row) builder.Add(row, values[row]);
    return builder;
  }
};

void ColumnCollect(benchmark::State& state) {
  const ColumnValues values(state.range(0));
  for (auto unused : state) benchmark::DoNotOptimize(values.Collect().count());
  state.SetItemsProcessed(state.iterations() * kColumnBlockRows);
}
BENCHMARK(ColumnCollect)->ArgName("kind")->DenseRange(0, 3);

void ColumnEncode(benchmark::State& state) {
  const ColumnValues values(state.range(0));
  for (auto unused : state) {
    state.PauseTiming();
    ColumnBuilder builder = values.Collect();
    state.ResumeTiming();
    benchmark::DoNotOptimize(builder.Encode(kColumnBlockRows).size());
  }
  state.SetItemsProcessed(state.iterations() * kColumnBlockRows);
}
BENCHMARK(ColumnEncode)->ArgName("kind")->DenseRange(0, 3);

void ColumnOpen(benchmark::State& state) {
  const std::string bytes = ColumnValues(state.range(0)).Collect().Encode(kColumnBlockRows);
  for (auto unused : state) benchmark::DoNotOptimize(Column::Open(bytes).has_value());
  state.counters["bytes"] = static_cast<double>(bytes.size());
}
BENCHMARK(ColumnOpen)->ArgName("kind")->DenseRange(0, 3);

// Rows whose cost is in a range, by the rows of every other row.
void ColumnSelect(benchmark::State& state) {
  const std::string bytes = ColumnValues(3).Collect().Encode(kColumnBlockRows);
  const Column column = Column::Open(bytes).value();
  const ColumnStream& costs = *column.Find(ColumnKind::kDouble);
  for (auto unused : state) {
    const ColumnStream::CodeRange range = costs.Above(Value::Double(0.5), false);
    RowBits places(costs.count());
    costs.codes().Select(range.low, range.high, &places);
    RowBits rows(column.rows());
    costs.AddRows(places, &rows);
    benchmark::DoNotOptimize(rows.words().data());
  }
  state.SetItemsProcessed(state.iterations() * costs.count());
}
BENCHMARK(ColumnSelect);

}  // namespace
}  // namespace kalends

BENCHMARK_MAIN();
