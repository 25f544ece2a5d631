// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/database.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <span>
#include <thread>
#include <unordered_map>

#include "base/error.hpp"
#include "base/fd_error.hpp"
#include "base/interrupt.hpp"
#include "store/file_lock.hpp"
#include "store/fork_guard.hpp"
#include "store/schema.hpp"

namespace nacre {
namespace {

using Run = SqliteStatement::Run;

/// The name that makes SQLite read a database without locks and without files beside it.
std::string immutable_uri(const std::string& file) {
  std::string uri = "file:";
  for (char c : file) {
    if (c == '?' || c == '#' || c == '%')
      uri += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    else
      uri += c;
  }
  return uri + "?immutable=1";
}

bool has_bytes(const std::string& file) {
  auto status = try_lstat(file);
  return status && status->st_size > 0;
}

/// The database's file while nobody writes: what is in it is all there is, and it does not change.
/// A writer makes a log before it changes the file, and changes its time when it does.
class QuietFile {
 public:
  /// Nothing if somebody writes, or was killed while he did.
  static std::optional<QuietFile> look(const std::string& file) {
    QuietFile quiet(file);
    // A change within the same tick of the clock would not show.
    for (auto tick = std::chrono::milliseconds(20); quiet.changed_within(tick);)
      std::this_thread::sleep_for(tick);
    if (!quiet.is_unchanged()) return {};
    return quiet;
  }

  bool is_unchanged() const {
    if (has_bytes(file_ + "-wal") || has_bytes(file_ + "-journal")) return false;
    const struct stat now = lstat_file(file_);
    return now.st_ino == seen_.st_ino && now.st_size == seen_.st_size &&
           is_same(now.st_mtim, seen_.st_mtim) && is_same(now.st_ctim, seen_.st_ctim);
  }

 private:
  explicit QuietFile(std::string file) : file_(std::move(file)), seen_(lstat_file(file_)) {}

  static bool is_same(const timespec& a, const timespec& b) {
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
  }
  bool changed_within(std::chrono::nanoseconds span) const {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    const auto age = std::chrono::seconds(now.tv_sec - seen_.st_ctim.tv_sec) +
                     std::chrono::nanoseconds(now.tv_nsec - seen_.st_ctim.tv_nsec);
    return age >= std::chrono::nanoseconds(0) && age < span;
  }

  std::string file_;
  struct stat seen_;
};

StorePathSet collect_paths(Run& run) {
  StorePathSet paths;
  while (run.next()) paths.emplace(run.text(0));
  return paths;
}

Hash parse_registered_hash(std::string_view text) {
  auto colon = text.find(':');
  if (colon == std::string_view::npos) throw Error("the database holds a bad hash, '{}'", text);
  return parse_hash(parse_hash_algorithm(text.substr(0, colon)), text.substr(colon + 1));
}

std::optional<StorePath> parse_deriver(std::string_view text) {
  if (!StorePath::is_valid(text)) return {};
  return StorePath(text);
}

}  // namespace

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
    Run run = id.run();
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
    Run run = id.run();
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
    Run run = data_version.run();
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
    Run run = unsynced.run();
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

namespace {

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

/// Where SQLite cannot make or change the files beside the database, because it is somebody else's
/// or the disk is full, it can still be read while nobody writes.
bool Database::is_valid(const StorePath& path) {
  return read([&](Reader& reader) { return reader.id_of(path.text()).has_value(); });
}

std::vector<bool> Database::are_valid(const std::vector<StorePath>& paths) {
  return read([&](Reader& reader) {
    SqliteTransaction moment(reader.connection, SqliteTransaction::Kind::read);
    std::vector<bool> valid;
    valid.reserve(paths.size());
    for (const StorePath& path : paths) valid.push_back(reader.id_of(path.text()).has_value());
    return valid;
  });
}

std::optional<PathInfo> Database::find(const StorePath& path) {
  return read([&](Reader& reader) -> std::optional<PathInfo> {
    SqliteTransaction moment(reader.connection, SqliteTransaction::Kind::read);
    Run row = reader.row.run();
    if (!row.bind(path.text()).next()) return {};
    PathInfo info(path);
    info.nar_hash = parse_registered_hash(row.text(1));
    info.registration_time = row.number(2);
    info.deriver = parse_deriver(row.text(3));
    info.nar_size = static_cast<std::uint64_t>(row.number(4));
    Run references = reader.references.run();
    info.references = collect_paths(references.bind(row.number(0)));
    return info;
  });
}

StorePathSet Database::all_valid() {
  return read([&](Reader& reader) {
    Run run = reader.all.run();
    return collect_paths(run);
  });
}

std::optional<StorePathSet> Database::references(const StorePath& path) {
  return read([&](Reader& reader) -> std::optional<StorePathSet> {
    SqliteTransaction moment(reader.connection, SqliteTransaction::Kind::read);
    auto id = reader.id_of(path.text());
    if (!id) return {};
    Run run = reader.references.run();
    return collect_paths(run.bind(*id));
  });
}

StorePathSet Database::referrers(const StorePath& path) {
  return read([&](Reader& reader) {
    Run run = reader.referrers.run();
    return collect_paths(run.bind(path.text()));
  });
}

StorePathSet Database::derivers(const StorePath& path) {
  return read([&](Reader& reader) {
    Run run = reader.derivers.run();
    return collect_paths(run.bind(path.text()));
  });
}

std::map<std::string, StorePath> Database::outputs(const StorePath& derivation) {
  return read([&](Reader& reader) {
    std::map<std::string, StorePath> outputs;
    Run run = reader.outputs.run();
    run.bind(derivation.text());
    while (run.next()) outputs.emplace(run.text(0), StorePath(run.text(1)));
    return outputs;
  });
}

std::optional<StorePath> Database::find_by_hash_part(std::string_view hash_part) {
  std::string prefix = fmt::format("{}/{}-", store_directory, hash_part);
  return read([&](Reader& reader) -> std::optional<StorePath> {
    Run run = reader.at_or_after.run();
    if (!run.bind(prefix).next() || !run.text(0).starts_with(prefix)) return {};
    return StorePath(run.text(0));
  });
}

StorePathSet Database::closure(const StorePathSet& paths, Direction direction) {
  return read([&](Reader& reader) {
    SqliteTransaction moment(reader.connection, SqliteTransaction::Kind::read);
    SqliteStatement& next =
        direction == Direction::references ? reader.reference_ids : reader.referrer_ids;
    StorePathSet closure = paths;
    std::set<std::int64_t> seen;
    std::vector<std::int64_t> to_visit;
    for (const StorePath& path : paths) {
      auto id = reader.id_of(path.text());
      if (id && seen.insert(*id).second) to_visit.push_back(*id);
    }
    while (!to_visit.empty()) {
      std::int64_t id = to_visit.back();
      to_visit.pop_back();
      Run run = next.run();
      run.bind(id);
      while (run.next())
        if (seen.insert(run.number(0)).second) to_visit.push_back(run.number(0));
    }
    for (std::int64_t id : seen) {
      Run run = reader.path_of.run();
      if (run.bind(id).next()) closure.emplace(run.text(0));
    }
    return closure;
  });
}

StoreGraph Database::graph() {
  return read([&](Reader& reader) {
    SqliteTransaction moment(reader.connection, SqliteTransaction::Kind::read);
    StoreGraph graph;
    std::map<std::int64_t, std::size_t> by_id;
    std::vector<std::optional<StorePath>> derivers;
    for (Run run = reader.graph_paths.run(); run.next();) {
      by_id.emplace(run.number(0), graph.paths.size());
      graph.index.emplace(StorePath(run.text(1)), graph.paths.size());
      graph.paths.emplace_back(run.text(1));
      graph.nar_sizes.push_back(static_cast<std::uint64_t>(run.number(2)));
      derivers.push_back(parse_deriver(run.text(3)));
    }
    std::size_t count = graph.paths.size();
    graph.references.resize(count);
    graph.derivers.resize(count);
    graph.outputs.resize(count);
    for (Run run = reader.graph_references.run(); run.next();)
      if (run.number(0) != run.number(1))
        graph.references[by_id.at(run.number(0))].push_back(by_id.at(run.number(1)));
    for (std::size_t i = 0; i < count; ++i)
      if (auto found = derivers[i] ? graph.index.find(*derivers[i]) : graph.index.end();
          found != graph.index.end())
        graph.derivers[i].push_back(found->second);
    for (Run run = reader.graph_outputs.run(); run.next();)
      if (auto found = graph.index.find(StorePath(run.text(1))); found != graph.index.end())
        graph.outputs[by_id.at(run.number(0))].push_back(found->second);
    return graph;
  });
}

bool Database::syncs_each_commit() {
  std::lock_guard lock(write_mutex_);
  SqliteStatement level(writer().connection, "pragma synchronous");
  Run run = level.run();
  return run.next() && run.number(0) > 1;
}

std::optional<SyncPoint> Database::sync_point() {
  return read([](Reader& reader) -> std::optional<SyncPoint> {
    if (!reader.has_sync_point.run().next()) return {};
    Run run = reader.sync_point.run();
    if (!run.next()) return {};
    return SyncPoint{std::string(run.text(0)), run.number(1), run.number(2)};
  });
}

void Database::set_sync_point(const SyncPoint& point) {
  std::lock_guard lock(write_mutex_);
  Writer& writer = this->writer();
  writer.set_sync_point.run().bind(point.boot).bind(point.row).bind(point.time).finish();
  writer.count_unsynced();
}

std::int64_t Database::last_row() {
  return read([](Reader& reader) {
    Run run = reader.last_row.run();
    run.next();
    return run.number(0);
  });
}

std::vector<PathInfo> Database::registered_after(std::int64_t row) {
  return read([&](Reader& reader) {
    std::vector<PathInfo> infos;
    Run run = reader.after.run();
    run.bind(row);
    while (run.next()) {
      PathInfo& info = infos.emplace_back(StorePath(run.text(0)));
      info.nar_hash = parse_registered_hash(run.text(1));
      info.nar_size = static_cast<std::uint64_t>(run.number(2));
    }
    return infos;
  });
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
      writer.remove({paths.begin() + begin, paths.begin() + end}, removed);
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

bool Database::remove_unless_referred_to(const StorePath& path) {
  return !remove({path}).empty();
}

}  // namespace nacre
