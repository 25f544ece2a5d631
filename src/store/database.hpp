// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/files.hpp"
#include "store/layout.hpp"
#include "store/sqlite.hpp"
#include "store/store.hpp"
#include "store/store_graph.hpp"
#include "store/store_path.hpp"

namespace nacre {

class SqliteError;

/// A path to enter in the database, and for a derivation what outputs it has.
struct Registration {
  PathInfo info;
  std::map<std::string, StorePath> outputs;
};

/// The files of all rows up to `row` are on the disk; noted at `time`, in the boot `boot`.
struct SyncPoint {
  std::string boot;
  std::int64_t row = 0;
  std::int64_t time = 0;
};

/// STATE/db: the tables of Guix's daemon (docs/formats.md). Knows rows, not files. Thread-safe:
/// reading and writing have a connection each, so that readers wait for no writer. A child made by
/// fork() may go on asking while its parent has the database open.
class Database {
 public:
  /// Opens it, creating what is missing; for reading alone where writing is not allowed.
  explicit Database(const StoreLayout& layout);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  bool is_read_only() const { return read_only_; }

  bool is_valid(const StorePath& path);
  std::vector<bool> are_valid(const std::vector<StorePath>& paths);
  std::optional<PathInfo> find(const StorePath& path);
  StorePathSet all_valid();
  std::optional<StorePathSet> references(const StorePath& path);
  StorePathSet referrers(const StorePath& path);
  StorePathSet derivers(const StorePath& path);
  std::map<std::string, StorePath> outputs(const StorePath& derivation);
  std::optional<StorePath> find_by_hash_part(std::string_view hash_part);
  enum class Direction { references, referrers };
  /// `paths` and all that they lead to; what is not valid leads nowhere.
  StorePathSet closure(const StorePathSet& paths, Direction direction);
  StoreGraph graph();

  /// All or nothing. A path that is registered already gets the new hash, size and references.
  /// Error if a reference is neither valid nor among `registrations`.
  void add(const std::vector<Registration>& registrations);
  /// All or nothing. Leaves paths that are valid as they are; for each of the others calls `make`
  /// with its index, which is to bring the files to their place.
  void add_missing(const std::vector<Registration>& registrations,
                   const std::function<void(std::size_t)>& make);
  void set_outputs(const StorePath& derivation, const std::map<std::string, StorePath>& outputs);
  /// Removes the rows, each path coming before its references, and returns which; one that another
  /// valid path has come to refer to stays. Lasting even if the machine loses power. Many rows go
  /// in several transactions, for which little room on the disk is enough.
  std::vector<StorePath> remove(const std::vector<StorePath>& paths);
  /// Removes the row unless another valid path refers to it; whether it is gone.
  bool remove_unless_referred_to(const StorePath& path);

  /// Writes the file again without the room that removed rows left; returns the bytes saved. Takes
  /// as much room as the file meanwhile, and waits for whoever writes.
  std::uint64_t compact();

  // --- what outlives a loss of power; see power_loss.hpp
  bool syncs_each_commit();               ///< not unless rows are being removed
  std::optional<SyncPoint> sync_point();  ///< nothing in a database that has had none
  void set_sync_point(const SyncPoint& point);
  std::int64_t last_row();
  /// What was registered after `row`, without references.
  std::vector<PathInfo> registered_after(std::int64_t row);

  /// Held around fork(), so that the child finds no half-done work.
  void lock_for_fork();
  void unlock_after_fork();

 private:
  struct Reader;
  struct Writer;
  template <typename Ask>
  auto read(Ask ask);
  std::unique_ptr<Reader> open_reader() const;
  bool is_passing(const SqliteError& error) const;
  void write(const std::function<void(Writer&)>& change);
  void create(const StoreLayout& layout);
  void make_tables(const std::string& schema_file);
  Writer& writer();
  void sync_files() const;
  void sync_when_due(Writer& writer);

  std::string file_;
  std::string store_;  ///< the directory that holds the files
  bool read_only_ = false;
  UniqueFd big_lock_;
  std::mutex read_mutex_;
  std::mutex write_mutex_;
  std::unique_ptr<Reader> reader_;
  std::unique_ptr<Writer> writer_;  ///< opened by the first write
};

}  // namespace nacre
