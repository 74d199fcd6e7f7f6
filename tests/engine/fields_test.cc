#include <map>
#include <set>

#include "format/compare.h"
#include "tests/engine/segment_test_support.h"

namespace kalends {
namespace {

// The same from all documents, by a walk of each.
struct NaiveField {
  std::uint64_t documents = 0;
  std::map<std::string, std::uint64_t> types;
  std::vector<OwnedValue> values;  // Scalars and null.
};

void AddNaive(const Value& object, const std::string& prefix, std::map<std::string, NaiveField>* fields) {
  for (const Field& field : object.fields()) {
    const std::string path = prefix + std::string(field.name);
    NaiveField& naive = (*fields)[path];
    ++naive.documents;
    ++naive.types[TypeName(field.value.type())];
    if (field.value.is_object()) {
      AddNaive(field.value, path + ".", fields);
    } else if (!field.value.is_array() && field.value.type() != Type::kBinary) {
      naive.values.emplace_back(field.value);
    }
  }
}

std::map<std::string, NaiveField> NaiveFields(const Collection& collection) {
  std::map<std::string, NaiveField> fields;
  for (const Document& document : All(collection)) AddNaive(document.value(), "", &fields);
  return fields;
}

struct ByMongo {
  bool operator()(const Value& a, const Value& b) const { return Compare(a, b) < 0; }
};

// What is known must be right; returns how many fields were known in full.
int Compare(const FieldsReport& report, const std::map<std::string, NaiveField>& naive) {
  int known = 0;
  std::size_t found = 0;
  for (const FieldSummary& field : report.fields) {
    SCOPED_TRACE(field.path);
    const auto expected = naive.find(field.path);
    if (expected == naive.end()) {
      EXPECT_FALSE(field.is_exact) << "no document has it";
      continue;
    }
    ++found;
    const NaiveField& facts = expected->second;
    if (field.is_exact) {
      EXPECT_EQ(field.documents, facts.documents);
    } else {
      EXPECT_GE(field.documents, facts.documents);
    }
    bool all_types = true;
    for (const FieldType& type : field.types) {
      all_types = all_types && type.documents.has_value();
      if (type.documents) {
        const auto of_type = facts.types.find(type.type);
        EXPECT_EQ(*type.documents, of_type == facts.types.end() ? 0 : of_type->second) << type.type;
      }
    }
    for (const auto& of_type : facts.types) {
      const std::string& wanted = of_type.first;
      EXPECT_TRUE(std::any_of(field.types.begin(), field.types.end(), [&wanted](const FieldType& other) {
        return other.type == wanted;
      })) << wanted;
    }
    std::set<Value, ByMongo> values;
    for (const OwnedValue& value : facts.values) values.insert(value.value());
    if (field.distinct) {
      EXPECT_EQ(*field.distinct, values.size());
      ++known;
    }
    values.erase(Value::Null());
    if (field.min) {
      EXPECT_TRUE(EqualByMongo(field.min->value(), *values.begin())) << ToJson(field.min->value());
    }
    if (field.max) {
      EXPECT_TRUE(EqualByMongo(field.max->value(), *values.rbegin())) << ToJson(field.max->value());
    }
  }
  if (report.is_complete) {
    EXPECT_EQ(found, naive.size());
  }
  return known;
}

Document Random(int id, std::string_view month) {
  DocumentBuilder builder;
  builder.Add("_id", id).Add("timestamp", std::string(month) + "-1" + std::to_string(id % 10));
  builder.Add("type", id % 3 == 0 ? "user" : "assistant");
  builder.Add("cost", Value::Double(id % 100 / 8.0));
  const Value mixed[] = {Value::Int(id % 5), Value::String("x"),  Value::Null(),
                         Value::Bool(true),  Value::Double(-1.5), Value::DateMs(id % 4)};
  builder.Add("mixed", mixed[id % 6]);
  builder.Add("text", "a sentence of some length that comes only once, number " + std::to_string(id));
  if (id % 2 == 0) {
    builder.BeginObject("usage").Add("tokens", id).Add("model", "m" + std::to_string(id % 4)).End();
  } else if (id % 5 == 0) {
    builder.BeginArray("usage").BeginObject().Add("tokens", 1).End().End();
  }
  if (id % 4 == 0) builder.BeginArray("tags").Add("a").End();
  if (id % 400 == 0) builder.BeginObject("seldom").Add("n", id).End();
  return builder.Build();
}

void InsertRandom(Collection collection, int begin, int end, std::string_view month) {
  std::vector<Document> documents;
  for (int id = begin; id < end; ++id) documents.push_back(Random(id, month));
  Must(collection.InsertMany(documents));
}

TEST(Fields, AreThoseOfAllDocumentsWhereverTheyLie) {
  const ScratchDirectory directory;
  SegmentedDatabase database(directory.path());
  Collection messages = database.Create("messages", IndexedSpec({"type"}));
  EXPECT_TRUE(Must(messages.Fields()).fields.empty());
  InsertRandom(messages, 0, 4000, "2024-01");
  {
    SCOPED_TRACE("a tail");
    const FieldsReport report = Must(messages.Fields());
    EXPECT_EQ(report.documents, 4000U);
    EXPECT_TRUE(report.is_complete);
    EXPECT_GE(Compare(report, NaiveFields(messages)), 8);
    for (const FieldSummary& field : report.fields) EXPECT_TRUE(field.is_exact) << field.path;
  }
  Must(database.impl().SealAll());
  {
    SCOPED_TRACE("a segment");
    const FieldsReport report = Must(messages.Fields());
    EXPECT_TRUE(report.is_complete);
    EXPECT_GE(Compare(report, NaiveFields(messages)), 7);
  }
  InsertRandom(messages, 4000, 7000, "2024-02");
  Must(database.impl().SealAll());
  InsertRandom(messages, 7000, 7100, "2024-02");
  Must(messages.DeleteMany(Matching(R"({"usage.model": "m2"})")));
  Must(messages.Delete(Value::Int(1)));
  {
    SCOPED_TRACE("segments, a tail and deleted rows");
    const FieldsReport report = Must(messages.Fields());
    EXPECT_GE(Compare(report, NaiveFields(messages)), 7);
  }
}

TEST(Fields, AreNoneWhereAllWasDeleted) {
  const ScratchDirectory directory;
  SegmentedDatabase database(directory.path());
  Collection messages = database.Create("messages", IndexedSpec({}));
  InsertRandom(messages, 0, 1000, "2024-01");
  Must(database.impl().SealAll());
  for (int id = 0; id < 1000; ++id) Must(messages.Delete(Value::Int(id)));
  const FieldsReport report = Must(messages.Fields());
  EXPECT_EQ(report.documents, 0U);
  EXPECT_TRUE(report.fields.empty());
}

TEST(Fields, TellTypesShareExtremesAndDifferentValues) {
  const auto database = MemoryDatabase();
  CollectionSpec spec;
  spec.plain = true;
  spec.time_fields.clear();
  Collection things = Must(database->CreateCollection("things", spec));
  Must(things.Insert(Doc(R"({"_id": 1, "a": 1, "b": {"c": "x"}})")));
  Must(things.Insert(Doc(R"({"_id": 2, "a": 2.5, "b": {"c": null}})")));
  Must(things.Insert(Doc(R"({"_id": 3, "a": [1], "": 5})")));
  Must(things.Insert(Doc(R"({"_id": 4, "a": 1.0})")));
  const FieldsReport report = Must(things.Fields());
  EXPECT_FALSE(report.is_complete) << "there is a field without name";
  ASSERT_EQ(report.fields.size(), 4U);
  const FieldSummary& a = report.fields[1];
  EXPECT_EQ(a.path, "a");
  EXPECT_EQ(a.documents, 4U);
  EXPECT_EQ(a.share, 1.0);
  ASSERT_EQ(a.types.size(), 3U);
  EXPECT_EQ(a.types[0].type, "int");
  EXPECT_EQ(a.types[1].type, "double");
  EXPECT_EQ(*a.types[1].documents, 2U);
  EXPECT_EQ(a.types[2].type, "array");
  EXPECT_EQ(ToJson(a.min->value()), "1");
  EXPECT_EQ(ToJson(a.max->value()), "2.5");
  EXPECT_EQ(*a.distinct, 2U);
  const FieldSummary& c = report.fields[3];
  EXPECT_EQ(c.path, "b.c");
  EXPECT_EQ(c.share, 0.5);
  EXPECT_EQ(ToJson(c.min->value()), R"("x")");
  EXPECT_EQ(*c.distinct, 2U) << "null is a value";
}

}  // namespace
}  // namespace kalends
