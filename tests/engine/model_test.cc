// The engine against a model: a map of documents, changed by the same operations and asked the same questions.
#include <algorithm>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "format/calendar.h"
#include "tests/engine/engine_test_support.h"
#include "tests/engine/line_sources.h"
#include "tests/engine/scratch_directory.h"

namespace kalends {
namespace {

struct Stored {
  Document document;
  TimeUs time;
  std::uint64_t order = 0;  // Of its commit: what decides between equal times.
  int kind = 0;
  int number = 0;
  bool has_flag = false;
};

// A question in both languages.
struct Question {
  Query query;
  std::string text;
  std::function<bool(int, const Stored&)> matches;
};

class Model {
 public:
  // Databases in memory cannot be opened again, and spare the waiting for the disk.
  explicit Model(std::uint64_t seed)
      : random_(seed),
        is_on_disk_(seed % 3 == 0),
        database_(is_on_disk_ ? OpenDatabase(scratch_ / "db") : MemoryDatabase()) {
    CollectionSpec spec;
    spec.plain = seed % 4 == 3;
    spec.codec = static_cast<Codec>(seed % 4);
    spec.compress_above = seed % 3 == 0 ? 100 : 0;
    if (seed % 2 == 0) spec.indexes = {"kind", "number"};
    is_plain_ = spec.plain;
    collection_.emplace(Must(database_->CreateCollection("things", spec)));
  }

  void Step() {
    switch (Pick(25)) {
      case 0:
      case 1:
      case 2:
      case 3:
        return InsertOne();
      case 4:
      case 5:
      case 6:
        return InsertSeveral();
      case 7:
      case 8:
        return ImportSome();
      case 9:
      case 10:
      case 11:
        return ReplaceOne();
      case 12:
      case 13:
        return DeleteOne();
      case 14:
        return Pick(4) == 0 ? DeleteSome() : DeleteOne();
      case 15:
        return Must(database_->SealAll());
      case 16:
        return Pick(3) == 0 ? Reopen() : OpenCursor();
      case 17:
        return Pick(5) == 0 ? DropMonth() : OpenCursor();
      case 18:
      case 19:
        return CheckGet();
      case 20:
        return ReadCursors();
      default:
        return CheckQuestion();
    }
  }

  void Finish() {
    ReadCursors();
    for (int i = 0; i < 20; ++i) CheckQuestion();
    CheckStats();
    EXPECT_EQ(FaultsOf(*database_), "");
    Reopen();
    for (int i = 0; i < 20; ++i) CheckQuestion();
    CheckStats();
    EXPECT_EQ(FaultsOf(*database_), "");
  }

 private:
  std::uint32_t Pick(std::uint32_t below) { return static_cast<std::uint32_t>(random_() % below); }
  int PickId() { return static_cast<int>(Pick(400)); }

  // Few distinct instants in four months, so that many are equal.
  TimeUs PickTime() {
    const TimeUs begin = Month::FromYearMonth(2023, 11 + static_cast<int>(Pick(2))).begin();
    const std::int64_t hours = Pick(3) == 0 ? Pick(1500) : 24 * Pick(60);
    return {begin.value + hours * 3'600'000'000 + (Pick(4) == 0 ? 1 : 0)};
  }

  // The JSON of a new document, and what the model keeps of it.
  std::pair<std::string, Stored> Make(int id) {
    Stored stored;
    stored.time = PickTime();
    stored.kind = static_cast<int>(Pick(5));
    stored.number = static_cast<int>(Pick(1000));
    stored.has_flag = Pick(3) == 0;
    std::string json = R"({"timestamp":")" + FormatTime(stored.time) + R"(","_id":)" + std::to_string(id);
    // 7 and 7.0 are one id.
    if (Pick(10) == 0) json += ".0";
    json += R"(,"kind":"k)" + std::to_string(stored.kind) + R"(","nested":{"n":)" + std::to_string(stored.number) + "}";
    if (stored.has_flag) json += R"(,"flag":null)";
    if (Pick(20) == 0) json += R"(,"text":")" + std::string(Pick(3000), 'x') + '"';
    if (Pick(20) == 0) json += R"(,"key)" + std::to_string(Pick(50)) + R"(":[1,2.5,{"a":true}])";
    json += "}";
    stored.document = Doc(json);
    return {json, stored};
  }
  void Keep(int id, Stored stored) {
    stored.order = ++order_;
    things_.insert_or_assign(id, std::move(stored));
  }

  void InsertOne() {
    const int id = PickId();
    auto [json, stored] = Make(id);
    const auto inserted = collection_->Insert(stored.document);
    ASSERT_EQ(inserted.has_value(), !things_.contains(id)) << json;
    if (inserted.has_value()) {
      Keep(id, std::move(stored));
    } else {
      EXPECT_EQ(inserted.error().code(), ErrorCode::kAlreadyExists);
    }
  }

  void InsertSeveral() {
    std::map<int, Stored> batch;
    const std::uint32_t size = 1 + Pick(Pick(5) == 0 ? 60 : 8);
    bool is_free = true;
    for (std::uint32_t i = 0; i < size; ++i) {
      int id = PickId();
      // Mostly ids that are free, or few batches would go in.
      for (int attempt = 0; attempt < 20 && things_.contains(id); ++attempt) id = PickId();
      if (batch.contains(id)) continue;
      is_free = is_free && !things_.contains(id);
      batch.emplace(id, Make(id).second);
    }
    std::vector<Document> documents;
    for (const auto& [id, stored] : batch) documents.push_back(stored.document);
    const auto inserted = collection_->InsertMany(documents);
    ASSERT_EQ(inserted.has_value(), is_free);
    if (!is_free) return;
    for (auto& [id, stored] : batch) Keep(id, std::move(stored));
  }

  void ImportSome() {
    ImportOptions options;
    options.batch = 1 + Pick(10);
    options.threads = 1 + static_cast<int>(Pick(3));
    options.on_duplicate = Pick(2) == 0 ? OnDuplicate::kSkip : OnDuplicate::kReplace;
    options.on_error = OnError::kSkip;
    std::vector<std::string> lines;
    ImportReport expected;
    const std::uint32_t size = 1 + Pick(40);
    for (std::uint32_t i = 0; i < size; ++i) {
      ++expected.read;
      if (Pick(15) == 0) {
        lines.emplace_back("{nonsense");
        ++expected.rejected;
        continue;
      }
      const int id = PickId();
      auto [json, stored] = Make(id);
      const auto there = things_.find(id);
      if (there != things_.end() && Pick(3) == 0) json = there->second.document.ToJson(JsonStyle::kCanonical);
      lines.push_back(json);
      if (there == things_.end()) {
        ++expected.inserted;
        Keep(id, std::move(stored));
      } else if (Identical(there->second.document.value(), Doc(json).value())) {
        ++expected.duplicates;
      } else if (options.on_duplicate == OnDuplicate::kSkip) {
        ++expected.conflicts;
      } else {
        ++expected.replaced;
        Keep(id, std::move(stored));
      }
    }
    VectorLines source(std::move(lines));
    const ImportReport report = Must(collection_->Import(source, options));
    ASSERT_EQ(
        std::tuple(report.read, report.inserted, report.replaced, report.duplicates, report.conflicts, report.rejected),
        std::tuple(expected.read, expected.inserted, expected.replaced, expected.duplicates, expected.conflicts,
                   expected.rejected));
  }

  void ReplaceOne() {
    const int id = PickId();
    auto [json, stored] = Make(id);
    const bool replaced = Must(collection_->Replace(Value::Int(id), stored.document));
    ASSERT_EQ(replaced, things_.contains(id)) << json;
    if (replaced) Keep(id, std::move(stored));
  }

  void DeleteOne() {
    const int id = PickId();
    ASSERT_EQ(Must(collection_->Delete(Value::Double(id))), things_.erase(id) == 1) << id;
  }

  void DeleteSome() {
    Question question = Ask();
    if (!question.query.limit) question.query.limit = 20;
    const std::vector<int> found = AnswerIds(question);
    ASSERT_EQ(Must(collection_->DeleteMany(question.query)), found.size()) << question.text;
    for (const int id : found) things_.erase(id);
  }

  void DropMonth() {
    if (is_plain_ || things_.empty()) return;
    const Month month = Month::Of(things_.begin()->second.time);
    std::uint64_t documents = 0;
    for (auto thing = things_.begin(); thing != things_.end();) {
      if (Month::Of(thing->second.time) == month) {
        thing = things_.erase(thing);
        ++documents;
      } else {
        ++thing;
      }
    }
    EXPECT_EQ(Must(database_->Drop("things", month.ToString(), false)).documents, documents);
  }

  void Reopen() {
    ReadCursors();
    if (!is_on_disk_) return;
    if (Pick(2) == 0) Must(database_->Close());
    database_.reset();
    database_ = OpenDatabase(scratch_ / "db", false);
    collection_.emplace(Must(database_->GetCollection("things")));
  }

  Question Ask() {
    Question question;
    question.query.order = Pick(2) == 0 ? Order::kNewestFirst : Order::kOldestFirst;
    if (Pick(2) == 0) {
      TimeUs a = PickTime();
      TimeUs b = PickTime();
      question.query.time = {std::min(a, b), std::max(a, b)};
    }
    if (Pick(3) == 0) question.query.skip = Pick(100);
    if (Pick(3) == 0) question.query.limit = Pick(30);
    const int low = static_cast<int>(Pick(1000));
    const int high = static_cast<int>(Pick(1000));
    const int kind = static_cast<int>(Pick(5));
    const int id = PickId();
    const TimeUs time = PickTime();
    const std::string l = std::to_string(low);
    const std::string h = std::to_string(high);
    const std::string k = R"("k)" + std::to_string(kind) + '"';
    switch (Pick(10)) {
      case 0:
      case 1:
      case 2:
        question.text = "{}";
        question.matches = [](int, const Stored&) { return true; };
        break;
      case 3:
        question.text = R"({"kind":)" + k + "}";
        question.matches = [=](int, const Stored& stored) { return stored.kind == kind; };
        break;
      case 4:
        question.text = R"({"nested.n":{"$gte":)" + l + R"(,"$lt":)" + h + "}}";
        question.matches = [=](int, const Stored& stored) { return stored.number >= low && stored.number < high; };
        break;
      case 5:
        question.text = R"({"$or":[{"kind":)" + k + R"(},{"nested.n":{"$lte":)" + l + "}}]}";
        question.matches = [=](int, const Stored& stored) { return stored.kind == kind || stored.number <= low; };
        break;
      case 6:
        question.text = R"({"_id":)" + std::to_string(id) + "}";
        question.matches = [=](int its_id, const Stored&) { return its_id == id; };
        break;
      case 7:
        question.text = R"({"_id":{"$in":[)" + std::to_string(id) + "," + l + "," + h + "]}}";
        question.matches = [=](int its_id, const Stored&) { return its_id == id || its_id == low || its_id == high; };
        break;
      case 8:
        question.text = R"({"timestamp":{"$gte":")" + FormatTime(time) + R"("},"flag":{"$exists":true}})";
        question.matches = [=](int, const Stored& stored) { return stored.time >= time && stored.has_flag; };
        break;
      default:
        question.text = R"({"timestamp":{"$lt":{"$date":")" + FormatTime({time.value / 1000 * 1000}) +
                        R"("}},"kind":{"$ne":)" + k + "}}";
        question.matches = [=](int, const Stored& stored) {
          return stored.time.value < time.value / 1000 * 1000 && stored.kind != kind;
        };
        break;
    }
    question.query.filter = Doc(question.text);
    question.text += " from " + FormatTime(question.query.time.begin) + " to " + FormatTime(question.query.time.end) +
                     (question.query.order == Order::kNewestFirst ? " newest" : " oldest") + " skip " +
                     std::to_string(question.query.skip) + " limit " +
                     (question.query.limit ? std::to_string(*question.query.limit) : "none");
    return question;
  }

  // The ids of the answer, and in `total` how many match at all.
  std::vector<int> AnswerIds(const Question& question, std::uint64_t* total = nullptr) const {
    std::vector<std::tuple<TimeUs, std::uint64_t, int>> found;
    for (const auto& [id, stored] : things_) {
      if (question.query.time.Contains(stored.time) && question.matches(id, stored))
        found.emplace_back(stored.time, stored.order, id);
    }
    std::sort(found.begin(), found.end());
    if (question.query.order == Order::kNewestFirst) std::reverse(found.begin(), found.end());
    if (total != nullptr) *total = found.size();
    std::vector<int> ids;
    for (std::size_t i = question.query.skip; i < found.size(); ++i) {
      if (question.query.limit && ids.size() >= *question.query.limit) break;
      ids.push_back(std::get<2>(found[i]));
    }
    return ids;
  }
  std::vector<std::string> Answer(const Question& question, std::uint64_t* total = nullptr) const {
    std::vector<std::string> documents;
    for (const int id : AnswerIds(question, total))
      documents.push_back(things_.at(id).document.ToJson(JsonStyle::kCanonical));
    return documents;
  }
  static std::vector<std::string> Texts(const std::vector<Document>& documents) {
    std::vector<std::string> texts;
    for (const Document& document : documents) texts.push_back(document.ToJson(JsonStyle::kCanonical));
    return texts;
  }

  void CheckQuestion() {
    const Question question = Ask();
    std::uint64_t total = 0;
    const std::vector<std::string> expected = Answer(question, &total);
    const Page page = Must(collection_->FindPage(question.query));
    ASSERT_EQ(Texts(page.documents), expected) << question.text;
    ASSERT_EQ(page.total, total) << question.text;
    ASSERT_EQ(Must(collection_->Count(question.query)), total) << question.text;
  }

  void CheckGet() {
    const int id = PickId();
    const auto found = Must(collection_->Get(Value::Long(id)));
    const auto expected = things_.find(id);
    ASSERT_EQ(found.has_value(), expected != things_.end()) << id;
    if (found) {
      EXPECT_EQ(found->ToJson(JsonStyle::kCanonical), expected->second.document.ToJson(JsonStyle::kCanonical));
    }
  }

  // Cursors that are read later, while everything changes: they show what was there when they were made.
  void OpenCursor() {
    const Question question = Ask();
    cursors_.push_back({Must(collection_->Find(question.query)), Answer(question), question.text});
  }
  void ReadCursors() {
    for (OpenedCursor& opened : cursors_) {
      EXPECT_EQ(Texts(Must(opened.cursor.ToVector())), opened.expected) << opened.text;
    }
    cursors_.clear();
  }

  void CheckStats() {
    std::map<std::string, std::uint64_t> expected;
    for (const auto& [id, stored] : things_)
      ++expected[is_plain_ ? "things" : PartitionName("things", Month::Of(stored.time))];
    std::map<std::string, std::uint64_t> documents;
    for (const PartitionStats& stats : Must(database_->Stats("things")).partitions) {
      if (stats.documents > 0) documents[stats.name] = stats.documents;
    }
    EXPECT_EQ(documents, expected);
  }

  struct OpenedCursor {
    Cursor cursor;
    std::vector<std::string> expected;
    std::string text;
  };

  std::mt19937_64 random_;
  const bool is_on_disk_;
  const ScratchDirectory scratch_;
  std::unique_ptr<Database> database_;
  std::optional<Collection> collection_;
  bool is_plain_ = false;
  std::map<int, Stored> things_;
  std::uint64_t order_ = 0;
  std::vector<OpenedCursor> cursors_;
};

// KALENDS_SEED repeats one run.
TEST(Model, AnswersAsTheEngineUnderRandomOperations) {
  const char* const given = std::getenv("KALENDS_SEED");
  const std::uint64_t first = given != nullptr ? std::strtoull(given, nullptr, 10) : 1;
  const std::uint64_t runs = given != nullptr ? 1 : IsLongRun() ? 100 : 6;
  for (std::uint64_t seed = first; seed < first + runs; ++seed) {
    SCOPED_TRACE("KALENDS_SEED=" + std::to_string(seed));
    Model model(seed);
    for (int step = 0; step < 600; ++step) {
      model.Step();
      ASSERT_FALSE(::testing::Test::HasFailure()) << "step " << step;
    }
    model.Finish();
    ASSERT_FALSE(::testing::Test::HasFailure());
  }
}

}  // namespace
}  // namespace kalends
