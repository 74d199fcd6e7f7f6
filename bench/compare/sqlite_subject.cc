// SQLite with what the preset `messages` indexes: a column for each field, filled from the line, and the indexes of the
// preset. WAL, synchronous=NORMAL (commits are not synced), 1 GiB of cache, 2 GiB mapped, prepared statements.
//
// It is given the fields by a search for their names in the line, the fastest way there is: it neither parses nor
// checks the JSON, which Kalends does. So it is given the text: the strings that Kalends finds in the document, put
// together before the clock starts, and again when they are to leave the index.
//
// Full text is an index of FTS5 that keeps no text of its own. It has positions, without which it could neither score
// nor find phrases, both of which Kalends can. Its rowids are those of the messages, whose order is that of time: a
// search walks back from the newest row of the time range and ends when it has enough.
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

// `_` holds a word together, as for Kalends.
constexpr const char* kTextTable = R"(
  CREATE VIRTUAL TABLE messages_fts USING fts5(content, content='',
                                               tokenize="unicode61 remove_diacritics 2 tokenchars '_'"))";

// A step from each model to the next by the index: DISTINCT would read the whole of it.
constexpr const char* kModels = R"(
  WITH RECURSIVE models(model) AS (
    SELECT min(model) FROM messages
    UNION ALL SELECT (SELECT min(model) FROM messages WHERE model > models.model) FROM models WHERE model IS NOT NULL)
  SELECT model FROM models WHERE model IS NOT NULL)";

// The numbers of the parameters in every statement.
enum Parameter : int { kBegin = 1, kEnd, kSession, kUser, kType, kTokens, kLimit, kSkip, kMatch };

struct Condition {
  bool is_asked;
  const char* sql;
};

// Of a question with text. The rowids of the time range are looked up in the index of times, one step for each end.
std::string TextWhereOf(const Question& question) {
  const std::string where = " WHERE messages_fts MATCH ?9";
  if (question.time == TimeRange()) return where;
  return where +
         " AND messages_fts.rowid BETWEEN (SELECT rowid FROM messages WHERE ts >= ?1 ORDER BY ts, rowid LIMIT 1)"
         " AND (SELECT rowid FROM messages WHERE ts < ?2 ORDER BY ts DESC, rowid DESC LIMIT 1)";
}

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
  if (!question.text.empty()) {
    return "SELECT body FROM messages_fts CROSS JOIN messages ON messages.rowid = messages_fts.rowid" +
           TextWhereOf(question) + " ORDER BY " + (question.by_score ? "rank" : "messages_fts.rowid DESC") +
           " LIMIT ?7 OFFSET ?8";
  }
  const std::string order =
      question.by_cost ? " ORDER BY costUsd DESC, ts DESC, rowid DESC" : " ORDER BY ts DESC, rowid DESC";
  const std::string tail = WhereOf(question) + order + " LIMIT ?7 OFFSET ?8";
  if (question.skip == 0) return "SELECT body FROM messages" + tail;
  // What is skipped is passed in the index, and no row of it is read.
  return "SELECT body FROM messages WHERE rowid IN (SELECT rowid FROM messages" + tail + ")" + order;
}

std::string CountSql(const Question& question) {
  if (!question.text.empty()) return "SELECT count(*) FROM messages_fts" + TextWhereOf(question);
  return "SELECT count(*) FROM messages" + WhereOf(question);
}

// The question's words in the language of FTS5.
std::string MatchOf(const Question& question) {
  std::string match;
  for (std::string_view rest = question.text; !rest.empty();) {
    const std::string_view word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
    if (!match.empty()) match += question.all_words ? " AND " : " OR ";
    match.append("\"").append(word).append("\"");
  }
  return match;
}

class SqliteSubject : public Subject {
 public:
  explicit SqliteSubject(bool with_text) : with_text_(with_text) {}
  ~SqliteSubject() override { Close(); }
  std::string name() const override { return "sqlite"; }

  void Create(const std::string& directory) override {
    Close();
    MakeEmpty(directory);
    OpenDatabase(directory);
    Run(kTable);
    if (with_text_) Run(kTextTable);
    Prepare();
  }
  void Open(const std::string& directory) override {
    Close();
    OpenDatabase(directory);
    SqliteStatement text(db_, "SELECT 1 FROM sqlite_schema WHERE name = 'messages_fts'");
    if (text.Step() != with_text_) Fail("sqlite was filled otherwise: see --no-text");
    Prepare();
  }
  void Close() override {
    for (SqliteStatement* statement : {&begin_, &commit_, &insert_, &replace_, &delete_, &rowid_, &add_text_,
                                       &remove_text_, &get_, &scan_, &models_})
      *statement = SqliteStatement();
    finds_.clear();
    counts_.clear();
    sqlite3_close(db_);
    db_ = nullptr;
  }

  void Import(std::span<const Message> messages, std::uint32_t commit) override {
    for (std::size_t begin = 0; begin < messages.size(); begin += commit) {
      Run("BEGIN");
      for (const Message& message : messages.subspan(begin, std::min<std::size_t>(commit, messages.size() - begin)))
        Add(message);
      Run("COMMIT");
    }
  }
  void Insert(const Message& message) override {
    Commit([&] { Add(message); });
  }
  void Replace(std::string_view id, const Message& message, const Message& before) override {
    if (UuidOf(message.line) != id) Fail("a replacement has another id");
    Commit([&] {
      if (with_text_) {
        const std::int64_t rowid = RowidOf(id);
        ChangeText(&remove_text_, rowid, before.text);
        ChangeText(&add_text_, rowid, message.text);
      }
      Write(&replace_, message.line);
    });
  }
  void Delete(std::string_view id, const Message& before) override {
    Commit([&] {
      if (with_text_) ChangeText(&remove_text_, RowidOf(id), before.text);
      delete_.Bind(1, id);
      delete_.ChangeOne();
    });
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
    const std::string match = MatchOf(question);
    Bind(question, match, &statement);
    statement.Bind(kLimit, question.limit ? static_cast<std::int64_t>(*question.limit) : -1);
    statement.Bind(kSkip, static_cast<std::int64_t>(question.skip));
    while (statement.Step()) found->emplace_back(statement.Text());
  }
  std::uint64_t Count(const Question& question) override {
    SqliteStatement& statement = StatementOf(question, &counts_, CountSql);
    const std::string match = MatchOf(question);
    Bind(question, match, &statement);
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
    if (with_text_) {
      begin_ = SqliteStatement(db_, "BEGIN");
      commit_ = SqliteStatement(db_, "COMMIT");
      rowid_ = SqliteStatement(db_, "SELECT rowid FROM messages WHERE uuid = ?");
      add_text_ = SqliteStatement(db_, "INSERT INTO messages_fts(rowid, content) VALUES(?1, ?2)");
      remove_text_ =
          SqliteStatement(db_, "INSERT INTO messages_fts(messages_fts, rowid, content) VALUES('delete', ?1, ?2)");
    }
    insert_ = SqliteStatement(db_, "INSERT INTO messages VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
    replace_ = SqliteStatement(db_,
                               "UPDATE messages SET ts = ?2, sessionId = ?3, user_id = ?4, type = ?5, parentUuid = ?6, "
                               "model = ?7, gitBranch = ?8, costUsd = ?9, body = ?10 WHERE uuid = ?1");
    delete_ = SqliteStatement(db_, "DELETE FROM messages WHERE uuid = ?");
    get_ = SqliteStatement(db_, "SELECT body FROM messages WHERE uuid = ?");
    scan_ = SqliteStatement(db_, "SELECT body FROM messages ORDER BY ts, rowid");
    models_ = SqliteStatement(db_, kModels);
  }

  // A change of one statement is a commit by itself.
  template <class Change>
  void Commit(const Change& change) {
    if (with_text_) begin_.Step();
    change();
    if (with_text_) commit_.Step();
  }
  void Add(const Message& message) {
    Write(&insert_, message.line);
    if (with_text_) ChangeText(&add_text_, sqlite3_last_insert_rowid(db_), message.text);
  }
  static void ChangeText(SqliteStatement* statement, std::int64_t rowid, std::string_view text) {
    statement->Bind(1, rowid);
    statement->Bind(2, text);
    statement->ChangeOne();
  }
  std::int64_t RowidOf(std::string_view uuid) {
    rowid_.Bind(1, uuid);
    if (!rowid_.Step()) Fail("sqlite: no such uuid");
    const std::int64_t rowid = rowid_.Number();
    rowid_.Reset();
    return rowid;
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
    for (const bool part : {question.time != TimeRange(), !question.session_id.empty(), !question.user_id.empty(),
                            !question.type.empty(), question.output_tokens_above.has_value(), !question.text.empty(),
                            question.by_score, question.by_cost, question.skip > 0}) {
      shape = shape * 2 + (part ? 1 : 0);
    }
    const auto found = statements->find(shape);
    if (found != statements->end()) return found->second;
    return statements->emplace(shape, SqliteStatement(db_, make_sql(question))).first->second;
  }
  static void Bind(const Question& question, const std::string& match, SqliteStatement* statement) {
    if (question.time != TimeRange()) {
      statement->Bind(kBegin, question.time.begin.value);
      statement->Bind(kEnd, question.time.end.value);
    }
    if (!question.session_id.empty()) statement->Bind(kSession, question.session_id);
    if (!question.user_id.empty()) statement->Bind(kUser, question.user_id);
    if (!question.type.empty()) statement->Bind(kType, question.type);
    if (question.output_tokens_above) statement->Bind(kTokens, *question.output_tokens_above);
    if (!match.empty()) statement->Bind(kMatch, match);
  }

  const bool with_text_;
  sqlite3* db_ = nullptr;
  SqliteStatement begin_;  // So for all that serve text: empty without it.
  SqliteStatement commit_;
  SqliteStatement rowid_;
  SqliteStatement add_text_;
  SqliteStatement remove_text_;
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

std::unique_ptr<Subject> MakeSqlite(bool with_text) { return std::make_unique<SqliteSubject>(with_text); }

}  // namespace kalends::bench
