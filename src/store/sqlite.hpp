// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace nacre {

/// A database's failure, in words for a user. `code` is SQLite's primary result code.
class SqliteError : public Error {
 public:
  SqliteError(int code, const std::string& message) : Error(message), code_(code) {}
  int code() const { return code_; }

 private:
  int code_;
};

/// A connection to an SQLite database; owns it. Not thread-safe. Failures throw SqliteError. Waits
/// for other processes' locks without end, but not after an interrupt.
class SqliteConnection {
 public:
  /// `flags` are those of sqlite3_open_v2.
  SqliteConnection(const std::string& file, int flags) : SqliteConnection(file, file, flags) {}
  /// The same for the database that `uri` names; errors name `file`.
  SqliteConnection(const std::string& file, const std::string& uri, int flags);
  ~SqliteConnection();
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;

  void execute(const char* sql);
  std::int64_t last_insert_id() const;
  std::int64_t changes() const;  ///< rows that the last statement inserted, updated or deleted
  /// Throws the SqliteError of what was just done.
  [[noreturn]] void fail() const;
  sqlite3* handle() const { return handle_; }

 private:
  std::string file_;
  sqlite3* handle_ = nullptr;
};

/// A statement, compiled when it is first used and kept. Borrows the connection, which must outlive
/// it.
class SqliteStatement {
 public:
  SqliteStatement(SqliteConnection& connection, const char* sql)
      : connection_(connection), sql_(sql) {}
  ~SqliteStatement();
  SqliteStatement(const SqliteStatement&) = delete;
  SqliteStatement& operator=(const SqliteStatement&) = delete;

  /// One execution: bind the parameters in their order, then step through the rows. Resets the
  /// statement when it goes away.
  class Run {
   public:
    explicit Run(SqliteStatement& statement) : statement_(statement) {}
    ~Run();
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    Run& bind(std::string_view text);
    Run& bind(std::int64_t number);
    Run& bind_optional(const std::optional<std::string>& text);
    bool next();  ///< whether there is a (further) row
    void finish() { next(); }

    std::string_view text(int column) const;  ///< valid until the next step
    std::int64_t number(int column) const;
    bool is_null(int column) const;

   private:
    SqliteStatement& statement_;
    int parameter_ = 0;
  };
  Run run();

 private:
  friend class Run;
  SqliteConnection& connection_;
  const char* sql_;
  sqlite3_stmt* statement_ = nullptr;
};

/// A transaction, rolled back unless committed.
class SqliteTransaction {
 public:
  enum class Kind { read, write };
  SqliteTransaction(SqliteConnection& connection, Kind kind);
  ~SqliteTransaction();
  SqliteTransaction(const SqliteTransaction&) = delete;
  SqliteTransaction& operator=(const SqliteTransaction&) = delete;
  void commit();

 private:
  SqliteConnection& connection_;
  bool open_ = true;
};

}  // namespace nacre
