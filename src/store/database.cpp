// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/database.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <ctime>
#include <unordered_map>

#include "base/error.hpp"
#include "store/file_lock.hpp"
#include "store/fork_guard.hpp"
#include "store/schema.hpp"

namespace nacre {
namespace {

using Run = SqliteStatement::Run;

/// The name that makes SQLite read a cleanly closed database whose directory we cannot write to.
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

std::string read_only_name(const std::string& file) {
  bool in_use = path_exists(file + "-wal") && path_exists(file + "-shm");
  return in_use ? file : immutable_uri(file);
}

StorePathSet collect_paths(Run& run) {
  StorePathSet paths;
  while (run.next()) paths.emplace(run.text(0));
  return paths;
}

Hash parse_registered_hash(std::string_view text) {
  auto colon = text.find(':');
  if (colon == std::string_view::npos) throw Error("the database holds a bad hash, `{}'", text);
  return parse_hash(parse_hash_algorithm(text.substr(0, colon)), text.substr(colon + 1));
}

std::optional<StorePath> parse_deriver(std::string_view text) {
  if (!StorePath::is_valid(text)) return {};
  return StorePath(text);
}

}  // namespace

/// The connection that asks. All statements see one moment of the database each.
struct Database::Reader {
  Reader(const std::string& name, int flags) : connection(name, flags) {
    connection.execute("pragma cache_size = -2000");
  }

  std::optional<std::int64_t> id_of(std::string_view path) {
    Run run = id.run();
    if (!run.bind(path).next()) return {};
    return run.number(0);
  }

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
};

/// The connection that changes things.
struct Database::Writer {
  explicit Writer(const std::string& file) : connection(file, SQLITE_OPEN_READWRITE) {
    connection.execute("pragma foreign_keys = on");
    // With a write-ahead log this keeps the database whole whatever happens; what was committed
    // last may be lost with the machine's power, not with the process.
    connection.execute("pragma synchronous = normal");
    connection.execute("pragma wal_autocheckpoint = 10000");
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
    throw Error("`{}' refers to `{}', which is not valid", referrer.text(), path.text());
  }

  /// The new row's number; nothing if there is a row of that path.
  std::optional<std::int64_t> insert_row(const PathInfo& info);
  std::int64_t enter_row(const PathInfo& info);
  void enter_references(std::int64_t referrer, const PathInfo& info);
  void enter_outputs(std::int64_t derivation, const std::map<std::string, StorePath>& outputs);
  /// Forgets rows that may be gone: those of others' transactions, and more than are worth keeping.
  /// Call in a transaction.
  void refresh() {
    constexpr std::size_t most_known = 16384;
    Run run = data_version.run();
    run.next();
    if (run.number(0) != version || known.size() > most_known) known.clear();
    version = run.number(0);
  }

  bool remove_unless_referred_to(const StorePath& path) {
    auto present = id_of(path);
    if (present && other_referrer.run().bind(*present).bind(*present).next()) return false;
    delete_row.run().bind(path.text()).finish();
    return true;
  }

  SqliteConnection connection;
  std::unordered_map<StorePath, std::int64_t> known;  ///< rows that were entered or looked up
  std::int64_t version = 0;                           ///< of what others have changed
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

std::int64_t Database::Writer::enter_row(const PathInfo& info) {
  if (auto row = insert_row(info)) return *row;
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

Database::Database(const StoreLayout& layout) : file_(layout.state + "/db/db.sqlite") {
  std::string directory = layout.state + "/db";
  if (access(directory.c_str(), W_OK) == 0 &&
      (!path_exists(file_) || access(file_.c_str(), W_OK) == 0))
    create(layout);
  else
    read_only_ = true;
  reader_ = read_only_ ? std::make_unique<Reader>(read_only_name(file_),
                                                  SQLITE_OPEN_READONLY | SQLITE_OPEN_URI)
                       : std::make_unique<Reader>(file_, SQLITE_OPEN_READWRITE);
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
  if (version.starts_with(schema_version) && version.find_first_not_of("7\n") == version.npos)
    return true;
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
    transaction.commit();
  }
  // Only now does it count as made.
  UniqueFd made = open_file(file_, O_RDWR);
  if (fsync(made.get()) != 0) throw_errno(fmt::format("writing `{}'", file_));
  write_file_atomically(schema_file, schema_version);
}

Database::Writer& Database::writer() {
  if (read_only_)
    throw Error("the store whose database is `{}' is not yours to change", file_)
        .hint("use a store of your own by --root=DIR, or become root");
  if (!writer_) writer_ = std::make_unique<Writer>(file_);
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

bool Database::is_valid(const StorePath& path) {
  std::lock_guard lock(read_mutex_);
  return reader_->id_of(path.text()).has_value();
}

std::vector<bool> Database::are_valid(const std::vector<StorePath>& paths) {
  std::lock_guard lock(read_mutex_);
  SqliteTransaction moment(reader_->connection, SqliteTransaction::Kind::read);
  std::vector<bool> valid;
  valid.reserve(paths.size());
  for (const StorePath& path : paths) valid.push_back(reader_->id_of(path.text()).has_value());
  return valid;
}

std::optional<PathInfo> Database::find(const StorePath& path) {
  std::lock_guard lock(read_mutex_);
  SqliteTransaction moment(reader_->connection, SqliteTransaction::Kind::read);
  Run row = reader_->row.run();
  if (!row.bind(path.text()).next()) return {};
  PathInfo info(path);
  info.nar_hash = parse_registered_hash(row.text(1));
  info.registration_time = row.number(2);
  info.deriver = parse_deriver(row.text(3));
  info.nar_size = static_cast<std::uint64_t>(row.number(4));
  Run references = reader_->references.run();
  info.references = collect_paths(references.bind(row.number(0)));
  return info;
}

StorePathSet Database::all_valid() {
  std::lock_guard lock(read_mutex_);
  Run run = reader_->all.run();
  return collect_paths(run);
}

std::optional<StorePathSet> Database::references(const StorePath& path) {
  std::lock_guard lock(read_mutex_);
  SqliteTransaction moment(reader_->connection, SqliteTransaction::Kind::read);
  auto id = reader_->id_of(path.text());
  if (!id) return {};
  Run run = reader_->references.run();
  return collect_paths(run.bind(*id));
}

StorePathSet Database::referrers(const StorePath& path) {
  std::lock_guard lock(read_mutex_);
  Run run = reader_->referrers.run();
  return collect_paths(run.bind(path.text()));
}

StorePathSet Database::derivers(const StorePath& path) {
  std::lock_guard lock(read_mutex_);
  Run run = reader_->derivers.run();
  return collect_paths(run.bind(path.text()));
}

std::map<std::string, StorePath> Database::outputs(const StorePath& derivation) {
  std::lock_guard lock(read_mutex_);
  std::map<std::string, StorePath> outputs;
  Run run = reader_->outputs.run();
  run.bind(derivation.text());
  while (run.next()) outputs.emplace(run.text(0), StorePath(run.text(1)));
  return outputs;
}

std::optional<StorePath> Database::find_by_hash_part(std::string_view hash_part) {
  std::string prefix = fmt::format("{}/{}-", store_directory, hash_part);
  std::lock_guard lock(read_mutex_);
  Run run = reader_->at_or_after.run();
  if (!run.bind(prefix).next() || !run.text(0).starts_with(prefix)) return {};
  return StorePath(run.text(0));
}

StorePathSet Database::closure(const StorePathSet& paths, Direction direction) {
  std::lock_guard lock(read_mutex_);
  SqliteTransaction moment(reader_->connection, SqliteTransaction::Kind::read);
  SqliteStatement& next =
      direction == Direction::references ? reader_->reference_ids : reader_->referrer_ids;
  StorePathSet closure = paths;
  std::set<std::int64_t> seen;
  std::vector<std::int64_t> to_visit;
  for (const StorePath& path : paths) {
    auto id = reader_->id_of(path.text());
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
    Run run = reader_->path_of.run();
    if (run.bind(id).next()) closure.emplace(run.text(0));
  }
  return closure;
}

StoreGraph Database::graph() {
  std::lock_guard lock(read_mutex_);
  SqliteTransaction moment(reader_->connection, SqliteTransaction::Kind::read);
  StoreGraph graph;
  std::map<std::int64_t, std::size_t> by_id;
  std::vector<std::optional<StorePath>> derivers;
  for (Run run = reader_->graph_paths.run(); run.next();) {
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
  for (Run run = reader_->graph_references.run(); run.next();)
    if (run.number(0) != run.number(1))
      graph.references[by_id.at(run.number(0))].push_back(by_id.at(run.number(1)));
  for (std::size_t i = 0; i < count; ++i)
    if (auto found = derivers[i] ? graph.index.find(*derivers[i]) : graph.index.end();
        found != graph.index.end())
      graph.derivers[i].push_back(found->second);
  for (Run run = reader_->graph_outputs.run(); run.next();)
    if (auto found = graph.index.find(StorePath(run.text(1))); found != graph.index.end())
      graph.outputs[by_id.at(run.number(0))].push_back(found->second);
  return graph;
}

/// Makes `change` in a transaction.
void Database::write(const std::function<void(Writer&)>& change) {
  std::lock_guard lock(write_mutex_);
  Writer& writer = this->writer();
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

void Database::enter(const std::vector<Registration>& registrations) {
  write([&](Writer& writer) {
    std::vector<std::int64_t> ids;
    ids.reserve(registrations.size());
    for (const auto& registration : registrations)
      ids.push_back(writer.enter_row(registration.info));
    for (std::size_t i = 0; i < ids.size(); ++i) {
      writer.enter_references(ids[i], registrations[i].info);
      writer.enter_outputs(ids[i], registrations[i].outputs);
    }
  });
}

void Database::enter_missing(const std::vector<Registration>& registrations,
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
  });
}

void Database::set_outputs(const StorePath& derivation,
                           const std::map<std::string, StorePath>& outputs) {
  std::lock_guard lock(write_mutex_);
  Writer& writer = this->writer();
  SqliteTransaction transaction(writer.connection, SqliteTransaction::Kind::write);
  auto id = writer.id_of(derivation);
  if (!id) throw Error("`{}' is not valid", derivation.text());
  writer.enter_outputs(*id, outputs);
  transaction.commit();
}

std::vector<StorePath> Database::remove(const std::vector<StorePath>& paths) {
  std::lock_guard lock(write_mutex_);
  Writer& writer = this->writer();
  // The files go next: a row that came back after a loss of power would have none.
  writer.connection.execute("pragma synchronous = full");
  std::vector<StorePath> removed;
  SqliteTransaction transaction(writer.connection, SqliteTransaction::Kind::write);
  writer.known.clear();
  for (const StorePath& path : paths)
    if (writer.remove_unless_referred_to(path)) removed.push_back(path);
  transaction.commit();
  writer.connection.execute("pragma synchronous = normal");
  return removed;
}

bool Database::remove_unless_referred_to(const StorePath& path) {
  return !remove({path}).empty();
}

}  // namespace nacre
