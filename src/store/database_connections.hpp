// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <span>
#include <thread>
#include <unordered_map>

#include "base/interrupt.hpp"
#include "store/database.hpp"
#include "store/quiet_file.hpp"
#include "store/schema.hpp"

/// What the files database*.cpp share: the two connections, and how a question is asked.
namespace nacre {

/// The connection that asks. All statements see one moment of the database each.
struct Database::Reader {
  /// SQLite's own way, which sees what others write; it may need files beside the database.
  Reader(const std::string& file, int flags) : connection(file, flags) { prepare(); }
  /// For as long as the file is quiet.
  Reader(const std::string& file, QuietFile quiet)
      : quiet(std::move(quiet)),
        connection(file, immutable_uri(file), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI) {
    prepare();
  }

  bool is_current() const { return !quiet || quiet->is_unchanged(); }

  /// Reads the database for the first time, which fails if it cannot be read at all.
  void prepare() { connection.execute("pragma cache_size = -2000; pragma schema_version"); }

  std::optional<std::int64_t> id_of(std::string_view path) {
    SqliteStatement::Run run = id.run();
    if (!run.bind(path).next()) return {};
    return run.number(0);
  }

  std::optional<QuietFile> quiet;
  SqliteConnection connection;
  SqliteStatement id{connection, "select id from ValidPaths where path = ?"};
  SqliteStatement row{connection,
                      "select id, hash, registrationTime, deriver, narSize from ValidPaths"
                      " where path = ?"};
  SqliteStatement all{connection, "select path from ValidPaths"};
  SqliteStatement references{connection,
                             "select path from Refs join ValidPaths on reference = id"
                             " where referrer = ?"};
  SqliteStatement referrers{connection,
                            "select path from Refs join ValidPaths on referrer = id"
                            " where reference = (select id from ValidPaths where path = ?)"};
  SqliteStatement derivers{connection,
                           "select v.path from DerivationOutputs d join ValidPaths v"
                           " on d.drv = v.id where d.path = ?"};
  SqliteStatement outputs{connection,
                          "select d.id, d.path from DerivationOutputs d join ValidPaths v"
                          " on d.drv = v.id where v.path = ?"};
  SqliteStatement at_or_after{connection,
                              "select path from ValidPaths where path >= ? order by path limit 1"};
  SqliteStatement path_of{connection, "select path from ValidPaths where id = ?"};
  SqliteStatement reference_ids{connection, "select reference from Refs where referrer = ?"};
  SqliteStatement referrer_ids{connection, "select referrer from Refs where reference = ?"};
  SqliteStatement graph_paths{connection, "select id, path, narSize, deriver from ValidPaths"};
  SqliteStatement graph_references{connection, "select referrer, reference from Refs"};
  SqliteStatement graph_outputs{connection, "select drv, path from DerivationOutputs"};
  SqliteStatement has_sync_point{connection,
                                 "select 1 from sqlite_master where name = 'NacreSync'"};
  SqliteStatement sync_point{connection, "select boot, row, time from NacreSync"};
  SqliteStatement last_row{connection, "select coalesce(max(id), 0) from ValidPaths"};
  SqliteStatement after{connection,
                        "select path, hash, narSize from ValidPaths where id > ? order by id"};
};

/// The connection that changes things.
struct Database::Writer {
  explicit Writer(const std::string& file) : connection(file, SQLITE_OPEN_READWRITE) {
    connection.execute("pragma foreign_keys = on");
    // With a write-ahead log this keeps the database whole whatever happens; what was committed
    // last may be lost with the machine's power, not with the process.
    connection.execute("pragma synchronous = normal");
    connection.execute("pragma wal_autocheckpoint = 10000");
    connection.execute(sync_schema_sql);
  }

  std::optional<std::int64_t> id_of(const StorePath& path) {
    SqliteStatement::Run run = id.run();
    if (!run.bind(path.text()).next()) return {};
    return run.number(0);
  }

  std::int64_t require(const StorePath& path, const StorePath& referrer) {
    auto [row, is_new] = known.try_emplace(path);
    if (!is_new) return row->second;
    if (auto found = id_of(path)) return row->second = *found;
    known.erase(row);
    throw Error("'{}' refers to '{}', which is not valid", referrer.text(), path.text());
  }

  /// The new row's number; nothing if there is a row of that path.
  std::optional<std::int64_t> insert_row(const PathInfo& info);
  /// The number of the row of that path, which there is.
  std::int64_t replace_row(const PathInfo& info);
  void enter_references(std::int64_t referrer, const PathInfo& info);
  void enter_outputs(std::int64_t derivation, const std::map<std::string, StorePath>& outputs);
  void count(const std::vector<Registration>& registrations);
  /// Forgets rows that may be gone: those of others' transactions, and more than are worth keeping.
  /// Call in a transaction.
  void refresh() {
    constexpr std::size_t most_known = 16384;
    SqliteStatement::Run run = data_version.run();
    run.next();
    if (run.number(0) != version || known.size() > most_known) known.clear();
    version = run.number(0);
  }

  /// In one transaction; appends to `removed` what is gone.
  void remove(std::span<const StorePath> paths, std::vector<StorePath>& removed) {
    SqliteTransaction transaction(connection, SqliteTransaction::Kind::write);
    known.clear();
    std::vector<StorePath> gone;
    for (const StorePath& path : paths)
      if (remove_unless_referred_to(path)) gone.push_back(path);
    transaction.commit();
    removed.insert(removed.end(), gone.begin(), gone.end());
  }

  bool remove_unless_referred_to(const StorePath& path) {
    auto present = id_of(path);
    if (present && other_referrer.run().bind(*present).bind(*present).next()) return false;
    delete_row.run().bind(path.text()).finish();
    return true;
  }

  /// How much is registered whose files may not be on the disk, as far as this process knows.
  void count_unsynced() {
    SqliteStatement::Run run = unsynced.run();
    run.next();
    unsynced_rows = run.number(0);
    unsynced_bytes = run.number(1);
  }

  SqliteConnection connection;
  std::int64_t unsynced_rows = 0;
  std::int64_t unsynced_bytes = 0;
  std::unordered_map<StorePath, std::int64_t> known;  ///< rows that were entered or looked up
  std::int64_t version = 0;                           ///< of what others have changed
  SqliteStatement unsynced{connection,
                           "select count(*), coalesce(sum(narSize), 0) from ValidPaths"
                           " where id > (select row from NacreSync)"};
  SqliteStatement move_sync_point{connection,
                                  "update NacreSync set time = ?,"
                                  " row = max(row, ?)"};
  SqliteStatement set_sync_point{connection,
                                 "insert or replace into NacreSync (id, boot, row, time)"
                                 " values (1, ?, ?, ?)"};
  SqliteStatement data_version{connection, "pragma data_version"};
  SqliteStatement id{connection, "select id from ValidPaths where path = ?"};
  SqliteStatement insert{connection,
                         "insert or ignore into ValidPaths"
                         " (path, hash, registrationTime, deriver, narSize)"
                         " values (?, ?, ?, ?, ?)"};
  SqliteStatement update{connection,
                         "update ValidPaths set hash = ?, narSize = ?,"
                         " deriver = coalesce(?, deriver) where id = ?"};
  SqliteStatement drop_references{connection, "delete from Refs where referrer = ?"};
  SqliteStatement insert_reference{
      connection, "insert or ignore into Refs (referrer, reference) values (?, ?)"};
  SqliteStatement insert_output{
      connection, "insert or replace into DerivationOutputs (drv, id, path) values (?, ?, ?)"};
  SqliteStatement delete_row{connection, "delete from ValidPaths where path = ?"};
  SqliteStatement other_referrer{
      connection, "select 1 from Refs where reference = ? and referrer != ? limit 1"};
};

/// What `ask` answers. Where the file was not quiet meanwhile, the answer counts for nothing.
template <typename Ask>
auto Database::read(Ask ask) {
  std::lock_guard lock(read_mutex_);
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  for (;; check_interrupted()) {
    try {
      if (!reader_ || !reader_->is_current()) {
        reader_.reset();
        reader_ = open_reader();
      }
      auto answer = ask(*reader_);
      if (reader_->is_current()) return answer;
    } catch (const SqliteError& error) {
      if (reader_ && !reader_->is_current()) continue;
      if (!is_passing(error) || std::chrono::steady_clock::now() > patience) throw;
      reader_.reset();
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    } catch (const Error&) {
      if (!reader_ || reader_->is_current()) throw;
    }
  }
}

}  // namespace nacre
