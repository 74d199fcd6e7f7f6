#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "bench/measure.h"

namespace kalends::bench {

// A prepared statement; every error ends the program.
class SqliteStatement {
 public:
  SqliteStatement() = default;
  SqliteStatement(sqlite3* db, const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v3(db, sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK)
      Fail("sqlite: " + std::string(sqlite3_errmsg(db)) + " in " + sql);
    statement_.reset(statement);
  }

  // The text must live until the statement is reset.
  void Bind(int position, std::string_view text) {
    Check(sqlite3_bind_text(statement(), position, text.data(), static_cast<int>(text.size()), SQLITE_STATIC));
  }
  void Bind(int position, std::int64_t number) { Check(sqlite3_bind_int64(statement(), position, number)); }
  void Bind(int position, double number) { Check(sqlite3_bind_double(statement(), position, number)); }
  template <class T>
  void Bind(int position, const std::optional<T>& value) {
    if (value) {
      Bind(position, *value);
    } else {
      Check(sqlite3_bind_null(statement(), position));
    }
  }

  // The next row; false after the last, when the statement is ready to be bound again.
  bool Step() {
    const int result = sqlite3_step(statement());
    if (result == SQLITE_ROW) return true;
    if (result != SQLITE_DONE) Check(result);
    Reset();
    return false;
  }
  void Reset() { Check(sqlite3_reset(statement())); }
  // One change of exactly one row.
  void ChangeOne() {
    if (Step() || sqlite3_changes(sqlite3_db_handle(statement())) != 1) Fail("sqlite: not one row was changed");
  }

  // Of the row; the text is valid until the next step.
  std::string_view Text() {
    return {reinterpret_cast<const char*>(sqlite3_column_text(statement(), 0)),
            static_cast<std::size_t>(sqlite3_column_bytes(statement(), 0))};
  }
  std::int64_t Number() { return sqlite3_column_int64(statement(), 0); }

 private:
  sqlite3_stmt* statement() const { return statement_.get(); }
  void Check(int result) const {
    if (result != SQLITE_OK) Fail("sqlite: " + std::string(sqlite3_errmsg(sqlite3_db_handle(statement()))));
  }

  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

}  // namespace kalends::bench
