// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/sqlite.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/error.hpp"
#include "base/interrupt.hpp"

namespace nacre {
namespace {

/// Called while another process holds the lock; waits a little longer each time.
int wait_for_lock(void*, int attempt) {
  if (interrupt_signal() != 0) return 0;
  std::this_thread::sleep_for(std::chrono::microseconds(std::min(200 * (attempt + 1), 20'000)));
  return 1;
}

}  // namespace

SqliteConnection::SqliteConnection(const std::string& name, int flags) : name_(name) {
  // Each connection is used under a mutex of ours.
  int opened = sqlite3_open_v2(name.c_str(), &handle_, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  if (opened != SQLITE_OK) {
    std::string message = handle_ ? sqlite3_errmsg(handle_) : sqlite3_errstr(opened);
    sqlite3_close(handle_);
    throw Error("cannot open the database `{}': {}", name, message);
  }
  sqlite3_extended_result_codes(handle_, 1);
  sqlite3_busy_handler(handle_, wait_for_lock, nullptr);
}

SqliteConnection::~SqliteConnection() {
  sqlite3_close(handle_);
}

void SqliteConnection::execute(const char* sql) {
  if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail(sql);
}

std::int64_t SqliteConnection::last_insert_id() const {
  return sqlite3_last_insert_rowid(handle_);
}

std::int64_t SqliteConnection::changes() const {
  return sqlite3_changes(handle_);
}

void SqliteConnection::fail(std::string_view what) const {
  if ((sqlite3_errcode(handle_) & 0xff) == SQLITE_BUSY) check_interrupted();
  std::string message = sqlite3_errmsg(handle_);
  throw Error("the database `{}' failed: {} (while running: {})", name_, message, what);
}

SqliteStatement::~SqliteStatement() {
  sqlite3_finalize(statement_);
}

SqliteStatement::Run SqliteStatement::run() {
  if (!statement_) {
    int prepared = sqlite3_prepare_v3(connection_.handle(), sql_, -1, SQLITE_PREPARE_PERSISTENT,
                                      &statement_, nullptr);
    if (prepared != SQLITE_OK) connection_.fail(sql_);
  }
  return Run(*this);
}

SqliteStatement::Run::~Run() {
  sqlite3_reset(statement_.statement_);
  sqlite3_clear_bindings(statement_.statement_);
}

SqliteStatement::Run& SqliteStatement::Run::bind(std::string_view text) {
  int bound = sqlite3_bind_text(statement_.statement_, ++parameter_, text.data(),
                                static_cast<int>(text.size()), SQLITE_TRANSIENT);
  if (bound != SQLITE_OK) statement_.connection_.fail(statement_.sql_);
  return *this;
}

SqliteStatement::Run& SqliteStatement::Run::bind(std::int64_t number) {
  if (sqlite3_bind_int64(statement_.statement_, ++parameter_, number) != SQLITE_OK)
    statement_.connection_.fail(statement_.sql_);
  return *this;
}

SqliteStatement::Run& SqliteStatement::Run::bind_optional(const std::optional<std::string>& text) {
  if (text) return bind(std::string_view(*text));
  if (sqlite3_bind_null(statement_.statement_, ++parameter_) != SQLITE_OK)
    statement_.connection_.fail(statement_.sql_);
  return *this;
}

bool SqliteStatement::Run::next() {
  int stepped = sqlite3_step(statement_.statement_);
  if (stepped == SQLITE_ROW) return true;
  if (stepped == SQLITE_DONE) return false;
  statement_.connection_.fail(statement_.sql_);
}

std::string_view SqliteStatement::Run::text(int column) const {
  auto bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_.statement_, column));
  auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.statement_, column));
  return bytes ? std::string_view(bytes, size) : std::string_view();
}

std::int64_t SqliteStatement::Run::number(int column) const {
  return sqlite3_column_int64(statement_.statement_, column);
}

bool SqliteStatement::Run::is_null(int column) const {
  return sqlite3_column_type(statement_.statement_, column) == SQLITE_NULL;
}

SqliteTransaction::SqliteTransaction(SqliteConnection& connection, Kind kind)
    : connection_(connection) {
  // Taking the write lock at once: a transaction that begins as a reader may fail to become a
  // writer.
  connection.execute(kind == Kind::write ? "begin immediate" : "begin");
}

SqliteTransaction::~SqliteTransaction() {
  if (open_) sqlite3_exec(connection_.handle(), "rollback", nullptr, nullptr, nullptr);
}

void SqliteTransaction::commit() {
  connection_.execute("commit");
  open_ = false;
}

}  // namespace nacre
