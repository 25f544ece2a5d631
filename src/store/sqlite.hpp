// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nacre {

/// A connection to an SQLite database; owns it. Not thread-safe. Failures throw Error with SQLite's
/// message. Waits for other processes' locks without end, but not after an interrupt.
class SqliteConnection {
 public:
  /// `flags` are those of sqlite3_open_v2; `name` may be a URI.
  SqliteConnection(const std::string& name, int flags);
  ~SqliteConnection();
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;

  void execute(const char* sql);
  std::int64_t last_insert_id() const;
  std::int64_t changes() const;  ///< rows that the last statement inserted, updated or deleted
  [[noreturn]] void fail(std::string_view what) const;
  sqlite3* handle() const { return handle_; }

 private:
  std::string name_;
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
