// SPDX-License-Identifier: GPL-3.0-or-later
// What changes in the database, and what of it outlives a loss of power.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>

#include "base/error.hpp"
#include "base/fd_error.hpp"
#include "store/database_connections.hpp"

namespace nacre {
namespace {

using Run = SqliteStatement::Run;

/// More than this is not left unsynced: about what is hashed in a second or two.
constexpr std::int64_t most_unsynced_rows = 8192;
constexpr std::int64_t most_unsynced_bytes = std::int64_t{1} << 30;

/// While this lives, what is committed outlives a loss of power.
class LastingCommits {
 public:
  explicit LastingCommits(SqliteConnection& connection) : connection_(connection) {
    connection.execute("pragma synchronous = full");
  }
  ~LastingCommits() {
    sqlite3_exec(connection_.handle(), "pragma synchronous = normal", nullptr, nullptr, nullptr);
  }
  LastingCommits(const LastingCommits&) = delete;
  LastingCommits& operator=(const LastingCommits&) = delete;

 private:
  SqliteConnection& connection_;
};

std::string hash_column(const PathInfo& info) {
  return fmt::format("{}:{}", to_string(info.nar_hash.algorithm), info.nar_hash.base16());
}

std::optional<std::string> deriver_column(const PathInfo& info) {
  if (!info.deriver) return {};
  return info.deriver->text();
}

}  // namespace

std::optional<std::int64_t> Database::Writer::insert_row(const PathInfo& info) {
  const std::int64_t time = info.registration_time ? info.registration_time : std::time(nullptr);
  const auto size = static_cast<std::int64_t>(info.nar_size);
  Run run = insert.run();
  run.bind(info.path.text()).bind(hash_column(info)).bind(time);
  run.bind_optional(deriver_column(info)).bind(size).finish();
  if (connection.changes() == 0) return {};
  return known[info.path] = connection.last_insert_id();
}

std::int64_t Database::Writer::replace_row(const PathInfo& info) {
  const std::int64_t present = *id_of(info.path);
  Run run = update.run();
  run.bind(hash_column(info)).bind(static_cast<std::int64_t>(info.nar_size));
  run.bind_optional(deriver_column(info)).bind(present).finish();
  drop_references.run().bind(present).finish();
  return known[info.path] = present;
}

void Database::Writer::enter_references(std::int64_t referrer, const PathInfo& info) {
  for (const StorePath& reference : info.references)
    insert_reference.run().bind(referrer).bind(require(reference, info.path)).finish();
}

void Database::Writer::enter_outputs(std::int64_t derivation,
                                     const std::map<std::string, StorePath>& outputs) {
  for (const auto& [name, path] : outputs)
    insert_output.run().bind(derivation).bind(name).bind(path.text()).finish();
}

bool Database::syncs_each_commit() {
  std::lock_guard lock(write_mutex_);
  SqliteStatement level(writer().connection, "pragma synchronous");
  Run run = level.run();
  return run.next() && run.number(0) > 1;
}

void Database::set_sync_point(const SyncPoint& point) {
  std::lock_guard lock(write_mutex_);
  Writer& writer = this->writer();
  writer.set_sync_point.run().bind(point.boot).bind(point.row).bind(point.time).finish();
  writer.count_unsynced();
}

/// Returns when all files of the store are on the disk.
void Database::sync_files() const {
  UniqueFd directory = open_file(store_, O_RDONLY | O_DIRECTORY);
  if (syncfs(directory.get()) != 0) throw_fd_error("syncing the disk of", directory.get());
}

/// Syncing once for each registration would take longer than most builds do. So it is done once for
/// many, and what is registered in between is checked after a loss of power.
void Database::sync_when_due(Writer& writer) {
  if (writer.unsynced_rows < most_unsynced_rows && writer.unsynced_bytes < most_unsynced_bytes)
    return;
  const std::int64_t now = std::time(nullptr);
  const std::int64_t row = last_row();
  sync_files();
  writer.move_sync_point.run().bind(now).bind(row).finish();
  writer.count_unsynced();
}

/// Makes `change` in a transaction.
void Database::write(const std::function<void(Writer&)>& change) {
  std::lock_guard lock(write_mutex_);
  Writer& writer = this->writer();
  sync_when_due(writer);
  SqliteTransaction transaction(writer.connection, SqliteTransaction::Kind::write);
  writer.refresh();
  try {
    change(writer);
    transaction.commit();
  } catch (...) {
    writer.known.clear();
    throw;
  }
}

/// Notes that `registrations` were committed.
void Database::Writer::count(const std::vector<Registration>& registrations) {
  unsynced_rows += std::ssize(registrations);
  for (const Registration& registration : registrations)
    unsynced_bytes += static_cast<std::int64_t>(registration.info.nar_size);
}

void Database::add(const std::vector<Registration>& registrations) {
  write([&](Writer& writer) {
    std::vector<std::int64_t> ids;
    ids.reserve(registrations.size());
    bool replaces = false;
    for (const auto& registration : registrations) {
      auto row = writer.insert_row(registration.info);
      if (!row) replaces = true;
      ids.push_back(row ? *row : writer.replace_row(registration.info));
    }
    for (std::size_t i = 0; i < ids.size(); ++i) {
      writer.enter_references(ids[i], registrations[i].info);
      writer.enter_outputs(ids[i], registrations[i].outputs);
    }
    // The new files of an old row would not be checked after a loss of power.
    if (replaces) sync_files();
    writer.count(registrations);
  });
}

void Database::add_missing(const std::vector<Registration>& registrations,
                           const std::function<void(std::size_t)>& make) {
  write([&](Writer& writer) {
    std::vector<std::optional<std::int64_t>> ids;
    ids.reserve(registrations.size());
    for (const auto& registration : registrations)
      ids.push_back(writer.insert_row(registration.info));
    for (std::size_t i = 0; i < ids.size(); ++i) {
      if (!ids[i]) continue;
      writer.enter_references(*ids[i], registrations[i].info);
      writer.enter_outputs(*ids[i], registrations[i].outputs);
    }
    for (std::size_t i = 0; i < ids.size(); ++i)
      if (ids[i]) make(i);
    writer.count(registrations);
  });
}

void Database::set_outputs(const StorePath& derivation,
                           const std::map<std::string, StorePath>& outputs) {
  std::lock_guard lock(write_mutex_);
  Writer& writer = this->writer();
  SqliteTransaction transaction(writer.connection, SqliteTransaction::Kind::write);
  auto id = writer.id_of(derivation);
  if (!id) throw Error("'{}' is not valid", derivation.text());
  writer.enter_outputs(*id, outputs);
  transaction.commit();
}

std::vector<StorePath> Database::remove(const std::vector<StorePath>& paths) {
  std::lock_guard lock(write_mutex_);
  Writer& writer = this->writer();
  // The files go next: a row that came back after a loss of power would have none.
  const LastingCommits lasting(writer.connection);
  std::vector<StorePath> removed;
  std::size_t at_once = 2048;
  for (std::size_t begin = 0; begin < paths.size();) {
    const std::size_t end = std::min(begin + at_once, paths.size());
    try {
      writer.remove(std::span(paths).subspan(begin, end - begin), removed);
      begin = end;
    } catch (const SqliteError& error) {
      if (error.code() != SQLITE_FULL || at_once == 1) throw;
      at_once = std::max<std::size_t>(at_once / 8, 1);
    }
    // What is in the database's file already need not stay in the log, whose room is used again.
    if (begin < paths.size()) writer.connection.execute("pragma wal_checkpoint");
  }
  return removed;
}

std::uint64_t Database::compact() {
  std::lock_guard lock(write_mutex_);
  Writer& writer = this->writer();
  const auto size = [this] { return static_cast<std::uint64_t>(lstat_file(file_).st_size); };
  writer.connection.execute("pragma wal_checkpoint(truncate)");
  const std::uint64_t before = size();
  writer.connection.execute("vacuum");
  writer.connection.execute("pragma wal_checkpoint(truncate)");
  const std::uint64_t after = size();
  return before > after ? before - after : 0;
}

bool Database::remove_unless_referred_to(const StorePath& path) {
  return !remove({path}).empty();
}

}  // namespace nacre
