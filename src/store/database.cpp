// SPDX-License-Identifier: GPL-3.0-or-later
// Opening the database, and making it.
#include <fcntl.h>
#include <unistd.h>

#include "base/error.hpp"
#include "store/database_connections.hpp"
#include "store/file_lock.hpp"
#include "store/fork_guard.hpp"
#include "store/schema.hpp"

namespace nacre {

/// Where SQLite cannot make or change the files beside the database, because it is somebody else's
/// or the disk is full, it can still be read while nobody writes.
std::unique_ptr<Database::Reader> Database::open_reader() const {
  try {
    const int flags = read_only_ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    return std::make_unique<Reader>(file_, flags);
  } catch (const SqliteError& error) {
    const std::set<int> of_other_files = {SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM,
                                          SQLITE_FULL, SQLITE_IOERR};
    if (!of_other_files.contains(error.code()) || !path_exists(file_)) throw;
    auto quiet = QuietFile::look(file_);
    if (!quiet) throw;
    return std::make_unique<Reader>(file_, std::move(*quiet));
  }
}

/// Whether an error may be of the moment in which a writer of another user begins or ends: its log
/// is there, and what a reader needs beside it is not, or not any more.
bool Database::is_passing(const SqliteError& error) const {
  return read_only_ && (error.code() == SQLITE_CANTOPEN || error.code() == SQLITE_READONLY);
}

Database::Database(const StoreLayout& layout)
    : file_(layout.state + "/db/db.sqlite"), store_(layout.store) {
  std::string directory = layout.state + "/db";
  if (access(directory.c_str(), W_OK) == 0 &&
      (!path_exists(file_) || access(file_.c_str(), W_OK) == 0))
    create(layout);
  else
    read_only_ = true;
  read([](Reader&) { return true; });  // opens it
  ForkGuard::add(this);
}

Database::~Database() {
  ForkGuard::remove(this);
}

namespace {

/// Whether the tables are there; Error if they are of another version.
bool has_schema(const std::string& schema_file) {
  if (!path_exists(schema_file)) return false;
  std::string version = read_file(schema_file);
  version.erase(version.find_last_not_of(" \t\r\n") + 1);
  // Empty is what a loss of power may leave of it.
  if (version.empty()) return false;
  if (version == schema_version) return true;
  throw Error("the store's database has schema version {}, not {}", version, schema_version)
      .hint("it was written by another version of Guix; use another store by --root=DIR");
}

}  // namespace

/// Makes the tables if they are not there. The big lock keeps two processes from doing that at
/// once, and, held shared from then on, Guix's daemon from changing the schema under us.
void Database::create(const StoreLayout& layout) {
  std::string directory = layout.state + "/db";
  std::string schema_file = directory + "/schema";
  big_lock_ = open_file(directory + "/big-lock", O_RDWR | O_CREAT, 0600);
  lock_file(big_lock_.get(), LockMode::shared);
  if (has_schema(schema_file)) return;
  // Two that held it shared and both asked for more would wait for each other for ever.
  unlock_file(big_lock_.get());
  lock_file(big_lock_.get(), LockMode::exclusive);
  if (!has_schema(schema_file)) make_tables(schema_file);
  lock_file(big_lock_.get(), LockMode::shared);
}

void Database::make_tables(const std::string& schema_file) {
  {
    SqliteConnection connection(file_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    connection.execute("pragma synchronous = off");
    connection.execute("pragma journal_mode = wal");
    SqliteTransaction transaction(connection, SqliteTransaction::Kind::write);
    connection.execute(schema_sql);
    connection.execute(sync_schema_sql);
    transaction.commit();
  }
  // Only now does it count as made.
  UniqueFd made = open_file(file_, O_RDWR);
  if (fsync(made.get()) != 0) throw_errno(fmt::format("writing '{}'", file_));
  write_file_atomically(schema_file, schema_version);
}

Database::Writer& Database::writer() {
  if (read_only_)
    throw Error("the store whose database is '{}' is not yours to change", file_)
        .hint("use a store of your own by --root=DIR, or become root");
  if (!writer_) {
    auto writer = std::make_unique<Writer>(file_);
    writer->count_unsynced();
    writer_ = std::move(writer);
  }
  return *writer_;
}

void Database::lock_for_fork() {
  write_mutex_.lock();
  read_mutex_.lock();
}

void Database::unlock_after_fork() {
  read_mutex_.unlock();
  write_mutex_.unlock();
}

}  // namespace nacre
