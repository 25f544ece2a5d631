// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/sqlite.hpp"

#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <system_error>
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

/// Whether `error`, which SQLite met in a system call, or else the file's disk, says that it is
/// full. SQLite reports that in several ways, depending on which of its files cannot grow.
bool is_disk_full(const std::string& file, int code, int error) {
  if (code == SQLITE_FULL || error == ENOSPC || error == EDQUOT) return true;
  if (code != SQLITE_IOERR && code != SQLITE_CANTOPEN) return false;
  if (error == EROFS || error == EACCES || error == EPERM || error == ENOENT || error == EIO)
    return false;
  struct statvfs disk {};
  if (statvfs(file.c_str(), &disk) != 0) return false;
  return disk.f_bavail == 0 || (disk.f_files > 0 && disk.f_favail == 0);
}

/// What went wrong in words that need no knowledge of SQLite. `handle` may be null.
SqliteError failure(const std::string& file, sqlite3* handle) {
  const int code = handle ? sqlite3_errcode(handle) & 0xff : SQLITE_NOMEM;
  const int error = handle ? sqlite3_system_errno(handle) : 0;
  auto with_hint = [&](const std::string& message, std::string hint) {
    SqliteError result(code, message);
    std::move(result).hint(std::move(hint));
    return result;
  };
  if (is_disk_full(file, code, error)) {
    const SystemError full(ENOSPC, fmt::format("the disk of the database '{}' is full", file));
    return with_hint(full.what(), full.hint().value_or(""));
  }
  const std::string reason = handle ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
  if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB)
    return with_hint(
        fmt::format("the database '{}' is damaged: {}", file, reason),
        fmt::format("put an intact copy in its place; or save what can be read: "
                    "sqlite3 '{}' .recover | sqlite3 NEW, and put NEW there (and remove the files "
                    "'-wal' and '-shm' beside it)",
                    file));
  if (error != 0)
    return SqliteError(code, fmt::format("using the database '{}': {}: {}", file, reason,
                                         std::generic_category().message(error)));
  return SqliteError(code, fmt::format("using the database '{}': {}", file, reason));
}

}  // namespace

SqliteConnection::SqliteConnection(const std::string& file, const std::string& uri, int flags)
    : file_(file) {
  // Each connection is used under a mutex of ours.
  if (sqlite3_open_v2(uri.c_str(), &handle_, flags | SQLITE_OPEN_NOMUTEX, nullptr) != SQLITE_OK) {
    const SqliteError error = failure(file, handle_);
    sqlite3_close(handle_);
    throw error;
  }
  sqlite3_extended_result_codes(handle_, 1);
  sqlite3_busy_handler(handle_, wait_for_lock, nullptr);
}

SqliteConnection::~SqliteConnection() {
  sqlite3_close(handle_);
}

void SqliteConnection::execute(const char* sql) {
  if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail();
}

std::int64_t SqliteConnection::last_insert_id() const {
  return sqlite3_last_insert_rowid(handle_);
}

std::int64_t SqliteConnection::changes() const {
  return sqlite3_changes(handle_);
}

void SqliteConnection::fail() const {
  if ((sqlite3_errcode(handle_) & 0xff) == SQLITE_BUSY) check_interrupted();
  throw failure(file_, handle_);
}

SqliteStatement::~SqliteStatement() {
  sqlite3_finalize(statement_);
}

SqliteStatement::Run SqliteStatement::run() {
  if (!statement_) {
    int prepared = sqlite3_prepare_v3(connection_.handle(), sql_, -1, SQLITE_PREPARE_PERSISTENT,
                                      &statement_, nullptr);
    if (prepared != SQLITE_OK) connection_.fail();
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
  if (bound != SQLITE_OK) statement_.connection_.fail();
  return *this;
}

SqliteStatement::Run& SqliteStatement::Run::bind(std::int64_t number) {
  if (sqlite3_bind_int64(statement_.statement_, ++parameter_, number) != SQLITE_OK)
    statement_.connection_.fail();
  return *this;
}

SqliteStatement::Run& SqliteStatement::Run::bind_optional(const std::optional<std::string>& text) {
  if (text) return bind(std::string_view(*text));
  if (sqlite3_bind_null(statement_.statement_, ++parameter_) != SQLITE_OK)
    statement_.connection_.fail();
  return *this;
}

bool SqliteStatement::Run::next() {
  int stepped = sqlite3_step(statement_.statement_);
  if (stepped == SQLITE_ROW) return true;
  if (stepped == SQLITE_DONE) return false;
  statement_.connection_.fail();
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
