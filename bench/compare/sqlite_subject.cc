#include <sqlite3.h>

#include "bench/compare/subject.h"
#include "bench/measure.h"

namespace kalends::bench {
namespace {

constexpr int kDocumentsPerTransaction = 10'000;

// One table: id (unique), time in microseconds (indexed), the document's text. WAL, synchronous=NORMAL: commits are not
// synced.
//
// SQLite is given id and time by a search for their names in the line, the fastest way there is: it neither parses nor
// checks the JSON, which Kalends does.
class SqliteSubject : public Subject {
 public:
  ~SqliteSubject() override { Close(); }
  std::string name() const override { return "sqlite"; }

  void Create(const std::string& directory) override {
    Close();
    MakeEmpty(directory);
    Check(sqlite3_open((directory + "/messages.db").c_str(), &db_));
    for (const char* pragma : {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL", "PRAGMA cache_size=-1048576",
                               "PRAGMA mmap_size=2147418112", "PRAGMA temp_store=MEMORY"}) {
      Run(pragma);
    }
    Run("CREATE TABLE messages(id TEXT NOT NULL UNIQUE, ts INTEGER NOT NULL, body TEXT NOT NULL)");
    Run("CREATE INDEX messages_ts ON messages(ts)");
    insert_ = Prepare("INSERT INTO messages(id, ts, body) VALUES(?, ?, ?)");
    replace_ = Prepare("UPDATE messages SET ts = ?2, body = ?3 WHERE id = ?1");
    delete_ = Prepare("DELETE FROM messages WHERE id = ?");
    get_ = Prepare("SELECT body FROM messages WHERE id = ?");
    newest_ = Prepare("SELECT body FROM messages WHERE ts >= ? AND ts < ? ORDER BY ts DESC, rowid DESC LIMIT ?");
    scan_ = Prepare("SELECT body FROM messages ORDER BY ts, rowid");
    count_ = Prepare("SELECT count(*) FROM messages WHERE ts >= ? AND ts < ?");
  }

  void Import(const Messages& messages) override {
    int waiting = 0;
    for (const std::string_view line : messages.lines) {
      if (waiting == 0) Run("BEGIN");
      Insert(line);
      if (++waiting == kDocumentsPerTransaction) {
        Run("COMMIT");
        waiting = 0;
      }
    }
    if (waiting > 0) Run("COMMIT");
    Run("PRAGMA wal_checkpoint(TRUNCATE)");
  }

  void Close() override {
    for (sqlite3_stmt* statement : {insert_, replace_, delete_, get_, newest_, scan_, count_})
      sqlite3_finalize(statement);
    insert_ = replace_ = delete_ = get_ = newest_ = scan_ = count_ = nullptr;
    sqlite3_close(db_);
    db_ = nullptr;
  }

  void Insert(std::string_view line) override { Write(insert_, TextBehind(line, "\"uuid\":\""), line); }
  void Replace(std::string_view id, std::string_view line) override { Write(replace_, id, line); }
  void Delete(std::string_view id) override {
    Bind(delete_, 1, id);
    Finish(delete_);
  }

  std::string Get(std::string_view id) override {
    Bind(get_, 1, id);
    std::string body;
    if (sqlite3_step(get_) == SQLITE_ROW) body = Text(get_);
    sqlite3_reset(get_);
    return body;
  }

  void Newest(TimeRange range, std::size_t limit, std::vector<std::string>* found) override {
    found->clear();
    BindRange(newest_, range);
    sqlite3_bind_int64(newest_, 3, static_cast<sqlite3_int64>(limit));
    while (sqlite3_step(newest_) == SQLITE_ROW) found->emplace_back(Text(newest_));
    sqlite3_reset(newest_);
  }

  // Its documents are text already.
  void Scan(bool /*as_text*/, const std::function<void(std::string_view text)>& visit) override {
    std::string text;
    while (sqlite3_step(scan_) == SQLITE_ROW) {
      text = Text(scan_);
      visit(text);
    }
    sqlite3_reset(scan_);
  }

  std::uint64_t Count(TimeRange range) override {
    BindRange(count_, range);
    if (sqlite3_step(count_) != SQLITE_ROW) Fail(sqlite3_errmsg(db_));
    const auto count = static_cast<std::uint64_t>(sqlite3_column_int64(count_, 0));
    sqlite3_reset(count_);
    return count;
  }

 private:
  void Check(int result) {
    if (result != SQLITE_OK) Fail("sqlite: " + std::string(sqlite3_errmsg(db_)));
  }
  void Run(const char* sql) { Check(sqlite3_exec(db_, sql, nullptr, nullptr, nullptr)); }
  sqlite3_stmt* Prepare(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    Check(sqlite3_prepare_v3(db_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr));
    return statement;
  }
  void Bind(sqlite3_stmt* statement, int position, std::string_view text) {
    Check(sqlite3_bind_text(statement, position, text.data(), static_cast<int>(text.size()), SQLITE_STATIC));
  }
  void BindRange(sqlite3_stmt* statement, TimeRange range) {
    sqlite3_bind_int64(statement, 1, range.begin.value);
    sqlite3_bind_int64(statement, 2, range.end.value);
  }
  void Write(sqlite3_stmt* statement, std::string_view id, std::string_view line) {
    Bind(statement, 1, id);
    sqlite3_bind_int64(statement, 2, Must(ParseTime(TextBehind(line, "\"timestamp\":\""))).value);
    Bind(statement, 3, line);
    Finish(statement);
  }
  // One change of exactly one row.
  void Finish(sqlite3_stmt* statement) {
    if (sqlite3_step(statement) != SQLITE_DONE || sqlite3_changes(db_) != 1)
      Fail("sqlite: " + std::string(sqlite3_errmsg(db_)));
    sqlite3_reset(statement);
  }
  static std::string_view Text(sqlite3_stmt* statement) {
    return {reinterpret_cast<const char*>(sqlite3_column_text(statement, 0)),
            static_cast<std::size_t>(sqlite3_column_bytes(statement, 0))};
  }

  sqlite3* db_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
  sqlite3_stmt* replace_ = nullptr;
  sqlite3_stmt* delete_ = nullptr;
  sqlite3_stmt* get_ = nullptr;
  sqlite3_stmt* newest_ = nullptr;
  sqlite3_stmt* scan_ = nullptr;
  sqlite3_stmt* count_ = nullptr;
};

}  // namespace

std::unique_ptr<Subject> MakeSqlite() { return std::make_unique<SqliteSubject>(); }

}  // namespace kalends::bench
