// SQLite with what the preset `messages` indexes: a column for each field, filled from the line, and the indexes of the
// preset. WAL, synchronous=NORMAL (commits are not synced), 1 GiB of cache, 2 GiB mapped, prepared statements.
//
// It is given the fields by a search for their names in the line, the fastest way there is: it neither parses nor
// checks the JSON, which Kalends does.
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <map>

#include "bench/compare/message_fields.h"
#include "bench/compare/sqlite_statement.h"
#include "bench/compare/subject.h"
#include "bench/measure.h"

namespace kalends::bench {
namespace {

constexpr const char* kTable = R"(
  CREATE TABLE messages(uuid TEXT NOT NULL UNIQUE, ts INTEGER NOT NULL, sessionId TEXT, user_id TEXT, type TEXT,
                        parentUuid TEXT, model TEXT, gitBranch TEXT, costUsd REAL, body TEXT NOT NULL);
  CREATE INDEX messages_ts ON messages(ts);
  CREATE INDEX messages_session ON messages(sessionId, ts);
  CREATE INDEX messages_user ON messages(user_id, ts);
  CREATE INDEX messages_type ON messages(type, ts);
  CREATE INDEX messages_parent ON messages(parentUuid);
  CREATE INDEX messages_model ON messages(model, ts);
  CREATE INDEX messages_branch ON messages(gitBranch, ts);
  CREATE INDEX messages_cost ON messages(costUsd);)";

// A step from each model to the next by the index: DISTINCT would read the whole of it.
constexpr const char* kModels = R"(
  WITH RECURSIVE models(model) AS (
    SELECT min(model) FROM messages
    UNION ALL SELECT (SELECT min(model) FROM messages WHERE model > models.model) FROM models WHERE model IS NOT NULL)
  SELECT model FROM models WHERE model IS NOT NULL)";

// The numbers of the parameters in every statement.
enum Parameter : int { kBegin = 1, kEnd, kSession, kUser, kType, kTokens, kLimit, kSkip };

struct Condition {
  bool is_asked;
  const char* sql;
};

std::string WhereOf(const Question& question) {
  const std::array<Condition, 5> conditions = {
      {{question.time != TimeRange(), "ts >= ?1 AND ts < ?2"},
       {!question.session_id.empty(), "sessionId = ?3"},
       {!question.user_id.empty(), "user_id = ?4"},
       {!question.type.empty(), "type = ?5"},
       {question.output_tokens_above.has_value(), "json_extract(body, '$.message.usage.output_tokens') > ?6"}}};
  std::string where;
  for (const Condition& condition : conditions) {
    if (!condition.is_asked) continue;
    where += where.empty() ? " WHERE " : " AND ";
    where += condition.sql;
  }
  return where;
}

std::string FindSql(const Question& question) {
  const std::string order =
      question.by_cost ? " ORDER BY costUsd DESC, ts DESC, rowid DESC" : " ORDER BY ts DESC, rowid DESC";
  const std::string tail = WhereOf(question) + order + " LIMIT ?7 OFFSET ?8";
  if (question.skip == 0) return "SELECT body FROM messages" + tail;
  // What is skipped is passed in the index, and no row of it is read.
  return "SELECT body FROM messages WHERE rowid IN (SELECT rowid FROM messages" + tail + ")" + order;
}

class SqliteSubject : public Subject {
 public:
  ~SqliteSubject() override { Close(); }
  std::string name() const override { return "sqlite"; }

  void Create(const std::string& directory) override {
    Close();
    MakeEmpty(directory);
    OpenDatabase(directory);
    Run(kTable);
    Prepare();
  }
  void Open(const std::string& directory) override {
    Close();
    OpenDatabase(directory);
    Prepare();
  }
  void Close() override {
    for (SqliteStatement* statement : {&insert_, &replace_, &delete_, &get_, &scan_, &models_})
      *statement = SqliteStatement();
    finds_.clear();
    counts_.clear();
    sqlite3_close(db_);
    db_ = nullptr;
  }

  void Import(std::span<const std::string_view> lines, std::uint32_t commit) override {
    for (std::size_t begin = 0; begin < lines.size(); begin += commit) {
      Run("BEGIN");
      for (const std::string_view line : lines.subspan(begin, std::min<std::size_t>(commit, lines.size() - begin)))
        Insert(line);
      Run("COMMIT");
    }
  }
  void Insert(std::string_view line) override { Write(&insert_, line); }
  void Replace(std::string_view id, std::string_view line) override {
    if (UuidOf(line) != id) Fail("a replacement has another id");
    Write(&replace_, line);
  }
  void Delete(std::string_view id) override {
    delete_.Bind(1, id);
    delete_.ChangeOne();
  }
  void Settle() override { Run("PRAGMA wal_checkpoint(TRUNCATE)"); }

  std::string Get(std::string_view id) override {
    get_.Bind(1, id);
    std::string body;
    while (get_.Step()) body = get_.Text();
    return body;
  }
  void Find(const Question& question, std::vector<std::string>* found) override {
    found->clear();
    SqliteStatement& statement = StatementOf(question, &finds_, FindSql);
    Bind(question, &statement);
    statement.Bind(kLimit, question.limit ? static_cast<std::int64_t>(*question.limit) : -1);
    statement.Bind(kSkip, static_cast<std::int64_t>(question.skip));
    while (statement.Step()) found->emplace_back(statement.Text());
  }
  std::uint64_t Count(const Question& question) override {
    SqliteStatement& statement = StatementOf(
        question, &counts_, [](const Question& asked) { return "SELECT count(*) FROM messages" + WhereOf(asked); });
    Bind(question, &statement);
    std::int64_t count = 0;
    while (statement.Step()) count = statement.Number();
    return static_cast<std::uint64_t>(count);
  }
  std::vector<std::string> Models() override {
    std::vector<std::string> models;
    while (models_.Step()) models.emplace_back(models_.Text());
    return models;
  }
  // Its documents are text already.
  void Scan(bool /*as_text*/, const std::function<void(std::string_view text)>& visit) override {
    std::string text;
    while (scan_.Step()) {
      text = scan_.Text();
      visit(text);
    }
  }

 private:
  using Statements = std::map<unsigned, SqliteStatement>;  // By what is asked for.

  void OpenDatabase(const std::string& directory) {
    if (sqlite3_open((directory + "/messages.db").c_str(), &db_) != SQLITE_OK) Fail(sqlite3_errmsg(db_));
    for (const char* pragma : {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL", "PRAGMA cache_size=-1048576",
                               "PRAGMA mmap_size=2147418112", "PRAGMA temp_store=MEMORY"}) {
      Run(pragma);
    }
  }
  void Run(const char* sql) {
    if (sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) Fail(sqlite3_errmsg(db_));
  }
  void Prepare() {
    insert_ = SqliteStatement(db_, "INSERT INTO messages VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
    replace_ = SqliteStatement(db_,
                               "UPDATE messages SET ts = ?2, sessionId = ?3, user_id = ?4, type = ?5, parentUuid = ?6, "
                               "model = ?7, gitBranch = ?8, costUsd = ?9, body = ?10 WHERE uuid = ?1");
    delete_ = SqliteStatement(db_, "DELETE FROM messages WHERE uuid = ?");
    get_ = SqliteStatement(db_, "SELECT body FROM messages WHERE uuid = ?");
    scan_ = SqliteStatement(db_, "SELECT body FROM messages ORDER BY ts, rowid");
    models_ = SqliteStatement(db_, kModels);
  }

  void Write(SqliteStatement* statement, std::string_view line) {
    const MessageFields fields = FieldsOf(line);
    statement->Bind(1, fields.uuid);
    statement->Bind(2, fields.time.value);
    statement->Bind(3, fields.session_id);
    statement->Bind(4, fields.user_id);
    statement->Bind(5, fields.type);
    statement->Bind(6, fields.parent_uuid);
    statement->Bind(7, fields.model);
    statement->Bind(8, fields.git_branch);
    statement->Bind(9, fields.cost_usd);
    statement->Bind(10, line);
    statement->ChangeOne();
  }

  template <class MakeSql>
  SqliteStatement& StatementOf(const Question& question, Statements* statements, const MakeSql& make_sql) {
    unsigned shape = 0;
    for (const bool part :
         {question.time != TimeRange(), !question.session_id.empty(), !question.user_id.empty(), !question.type.empty(),
          question.output_tokens_above.has_value(), question.by_cost, question.skip > 0}) {
      shape = shape * 2 + (part ? 1 : 0);
    }
    const auto found = statements->find(shape);
    if (found != statements->end()) return found->second;
    return statements->emplace(shape, SqliteStatement(db_, make_sql(question))).first->second;
  }
  static void Bind(const Question& question, SqliteStatement* statement) {
    if (question.time != TimeRange()) {
      statement->Bind(kBegin, question.time.begin.value);
      statement->Bind(kEnd, question.time.end.value);
    }
    if (!question.session_id.empty()) statement->Bind(kSession, question.session_id);
    if (!question.user_id.empty()) statement->Bind(kUser, question.user_id);
    if (!question.type.empty()) statement->Bind(kType, question.type);
    if (question.output_tokens_above) statement->Bind(kTokens, *question.output_tokens_above);
  }

  sqlite3* db_ = nullptr;
  SqliteStatement insert_;
  SqliteStatement replace_;
  SqliteStatement delete_;
  SqliteStatement get_;
  SqliteStatement scan_;
  SqliteStatement models_;
  Statements finds_;
  Statements counts_;
};

}  // namespace

std::unique_ptr<Subject> MakeSqlite() { return std::make_unique<SqliteSubject>(); }

}  // namespace kalends::bench
