// Pages by token: every row once, whatever is written meanwhile; and tokens that do not belong where they are given.
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/engine/engine_test_support.h"

namespace kalends {
namespace {

constexpr int kMonths = 6;
constexpr int kDroppedMonth = 4;  // Holds no row that stays.

// Rows that stay throughout, and beside them rows that come, change and go. Each version of a document has a number
// `row` of its own, so that one met twice shows; those that stay have the first ones.
class BusyCollection {
 public:
  explicit BusyCollection(int staying)
      : staying_(staying),
        next_row_(staying),
        database_(MemoryDatabase()),
        things_(Must(database_->CreateCollection("things", {}))) {
    std::mt19937 random(1);
    std::vector<Document> documents;
    for (int row = 0; row < staying; ++row) {
      int month = 1 + static_cast<int>(random() % (kMonths - 1));
      if (month >= kDroppedMonth) ++month;
      documents.push_back(Make("stays" + std::to_string(row), row, month, random));
      if (documents.size() < 100 && row + 1 < staying) continue;
      Must(things_.InsertMany(documents));
      documents.clear();
      if (random() % 2 == 0) Must(database_->SealAll());
    }
    Start([this](std::mt19937& mine) { Insert(mine); });
    Start([this](std::mt19937& mine) { Must(things_.Delete(Value::String(RandomId(mine)))); });
    Start([this](std::mt19937& mine) {
      const std::string id = RandomId(mine);
      Must(things_.Replace(Value::String(id), Make(id, next_row_++, RandomMonth(mine), mine)));
    });
    Start([this](std::mt19937& mine) {
      if (mine() % 4 != 0) return Must(database_->SealAll());
      const Status dropped = DropMonth();
      if (!dropped.ok()) {
        EXPECT_EQ(dropped.error().code(), ErrorCode::kNotFound) << dropped.error().message();
      }
    });
  }
  ~BusyCollection() {
    stop_ = true;
    for (std::thread& thread : threads_) thread.join();
  }

  // Walks all pages and looks at what they held.
  void Walk(Query query, std::mt19937& random) {
    std::set<std::int64_t> rows;
    int staying = 0;
    do {
      query.limit = 1 + random() % 40;
      query.call.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
      const Page page = Must(things_.FindPage(query));
      ASSERT_LE(page.documents.size(), *query.limit);
      ASSERT_GE(page.total, static_cast<std::uint64_t>(staying_));
      for (const Document& document : page.documents) {
        const std::int64_t row = document.Get("row").as_integer();
        ASSERT_TRUE(rows.insert(row).second) << "met twice: " << document.ToJson();
        if (row < staying_) ++staying;
      }
      query.after = page.next;
    } while (!query.after.empty());
    ASSERT_EQ(staying, staying_);
  }

 private:
  static int RandomMonth(std::mt19937& random) { return 1 + static_cast<int>(random() % kMonths); }
  static std::string RandomId(std::mt19937& random) { return "goes" + std::to_string(random() % 300); }

  // Few days and few values, so that many rows are equal in every order.
  static Document Make(const std::string& id, int row, int month, std::mt19937& random) {
    DocumentBuilder builder;
    return builder.Add("_id", id)
        .Add("row", row)
        .Add("timestamp", "2024-0" + std::to_string(month) + "-1" + std::to_string(random() % 3))
        .Add("few", static_cast<std::int32_t>(random() % 4))
        .Add("other", static_cast<std::int32_t>(random() % 6))
        .Build();
  }

  void Insert(std::mt19937& random) {
    const auto inserted = things_.Insert(Make(RandomId(random), next_row_++, RandomMonth(random), random));
    if (!inserted.has_value()) {
      EXPECT_TRUE(Fails(inserted, ErrorCode::kAlreadyExists));
    }
  }

  Status DropMonth() {
    const auto dropped = database_->Drop("things", "2024-0" + std::to_string(kDroppedMonth), false);
    return dropped.has_value() ? Status() : Status(dropped.error());
  }

  template <class Work>
  void Start(const Work& work) {
    threads_.emplace_back([this, work, seed = threads_.size()] {
      std::mt19937 random(static_cast<unsigned>(seed));
      while (!stop_) {
        work(random);
        std::this_thread::sleep_for(std::chrono::microseconds(200));
      }
    });
  }

  const int staying_;
  std::atomic<int> next_row_;
  std::unique_ptr<Database> database_;
  Collection things_;
  std::atomic<bool> stop_{false};
  std::vector<std::thread> threads_;
};

TEST(Paging, TokensMeetEveryRowThatStaysOnceWhileOthersComeAndGo) {
  BusyCollection busy(600);
  std::mt19937 random(7);
  const int rounds = IsLongRun() ? 40 : 2;
  for (int round = 0; round < rounds; ++round) {
    for (const Order order : {Order::kNewestFirst, Order::kOldestFirst}) {
      Query query;
      query.order = order;
      SCOPED_TRACE(order == Order::kNewestFirst ? "newest first" : "oldest first");
      ASSERT_NO_FATAL_FAILURE(busy.Walk(query, random));
    }
    for (const char* sort : {R"({"timestamp":1})", R"({"few":1})", R"({"few":-1})", R"({"few":1,"other":-1})",
                             R"({"other":-1,"timestamp":1})"}) {
      Query query;
      query.sort = Doc(sort);
      SCOPED_TRACE(sort);
      ASSERT_NO_FATAL_FAILURE(busy.Walk(query, random));
    }
  }
}

class PageToken : public ::testing::Test {
 protected:
  PageToken() : database_(MemoryDatabase()), things_(Must(database_->CreateCollection("things", {}))) {
    for (int id = 0; id < 9; ++id) {
      DocumentBuilder builder;
      builder.Add("_id", id).Add("timestamp", "2024-01-1" + std::to_string(id));
      builder.BeginArray("list").Add(Value::Int(id % 2)).BeginArray().Add(Value::Int(id)).End().End();
      Must(things_.Insert(builder.BeginArray("more").Add(Value::Int(id)).End().Build()));
    }
    first_.filter = Doc(R"({"_id":{"$gte":0}})");
    first_.sort = Doc(R"({"list":1})");
    first_.limit = 4;
    token_ = Must(things_.FindPage(first_)).next;
    first_.after = token_;
  }

  void ExpectRefused(const Query& query, std::string_view part) {
    EXPECT_TRUE(Fails(things_.FindPage(query), ErrorCode::kInvalidArgument, part));
    EXPECT_TRUE(Fails(things_.Find(query), ErrorCode::kInvalidArgument, part));
  }

  std::unique_ptr<Database> database_;
  Collection things_;
  Query first_;
  std::string token_;
};

TEST_F(PageToken, GoesOnWhereThePageEnded) {
  EXPECT_EQ(IdsOf(Must(things_.FindPage(first_)).documents), (std::vector<std::string>{"8", "1", "3", "5"}));
  first_.limit = 100;  // Another limit and another projection are no other question.
  first_.projection = Doc(R"({"_id":1})");
  const Page rest = Must(things_.FindPage(first_));
  EXPECT_EQ(rest.documents.size(), 5U);
  EXPECT_EQ(rest.total, 9U);
  EXPECT_EQ(rest.next, "");
}

TEST_F(PageToken, IsRefusedByAnotherQuestion) {
  const std::string_view part = "another question";
  Query query = first_;
  query.filter = Doc(R"({"_id":{"$gte":1}})");
  ExpectRefused(query, part);
  query = first_;
  query.sort = Doc(R"({"list":-1})");
  ExpectRefused(query, part);
  query.sort = {};
  ExpectRefused(query, part);
  query.order = Order::kOldestFirst;
  ExpectRefused(query, part);
  const Collection others = Must(database_->CreateCollection("others", {}));
  EXPECT_TRUE(Fails(others.FindPage(first_), ErrorCode::kInvalidArgument, part));
}

TEST_F(PageToken, IsRefusedBesideSkip) {
  first_.skip = 1;
  ExpectRefused(first_, "skip");
}

TEST_F(PageToken, IsRefusedWhereAByteChanged) {
  std::mt19937 random(3);
  for (std::size_t at = 0; at < token_.size(); ++at) {
    Query query = first_;
    query.after[at] = static_cast<char>(query.after[at] == 'A' ? 'B' : 'A');
    if (query.after == token_) continue;
    ExpectRefused(query, "token");
    query.after = token_.substr(0, at);
    if (at > 0) ExpectRefused(query, "token");
    query.after = token_;
    query.after.insert(at, 1, static_cast<char>(random() % 256));
    ExpectRefused(query, "token");
  }
}

TEST_F(PageToken, SortsThatCannotBeAreRefused) {
  Query query;
  for (const char* sort : {R"({"list":1,"more":1})", R"({"list":[1]})", R"({"list":2})", R"({"list":{"$meta":"x"}})"}) {
    query.sort = Doc(sort);
    EXPECT_TRUE(Fails(things_.FindPage(query), ErrorCode::kInvalidArgument, "sort") ||
                Fails(things_.FindPage(query), ErrorCode::kUnsupported, "sort"))
        << sort;
  }
}

}  // namespace
}  // namespace kalends
