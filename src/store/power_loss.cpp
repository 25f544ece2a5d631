// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/power_loss.hpp"

#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <map>
#include <mutex>
#include <utility>

#include "archive/nar.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/interrupt.hpp"
#include "store/file_lock.hpp"
#include "store/reserve.hpp"
#include "store/temp_roots.hpp"
#include "store/topology.hpp"

namespace nacre {
namespace {

struct Found {
  std::mutex mutex;
  StorePathSet paths;
};
Found found;

/// A name of the present boot of the machine; empty where the kernel does not give any.
std::string boot_name() {
  const char* file = "/proc/sys/kernel/random/boot_id";
  if (access(file, R_OK) != 0) return {};
  std::string name = read_file(file);
  name.erase(name.find_last_not_of('\n') + 1);
  return name;
}

/// All that is registered now is on the disk, or was registered in this boot.
void note(Database& database, const std::string& boot) {
  try {
    database.set_sync_point({boot, database.last_row(), std::time(nullptr)});
  } catch (const SqliteError& error) {
    if (error.code() != SQLITE_FULL) throw;
    // The next one who opens the store tries again.
  }
}

bool is_intact(const std::string& file, const Hash& expected) {
  try {
    return path_exists(file) && hash_nar(file, expected.algorithm).hash == expected;
  } catch (const Error&) {
    return false;
  }
}

StorePathSet find_damaged(const StoreLayout& layout, Database& database, const SyncPoint& point) {
  StorePathSet damaged;
  for (const PathInfo& info : database.registered_after(point.row))
    if (!is_intact(fmt::format("{}/{}", layout.store, info.path.base_name()), info.nar_hash))
      damaged.insert(info.path);
  return damaged;
}

/// Makes `paths`, with which come all that refer to them, invalid.
void invalidate(Database& database, const StorePathSet& paths) {
  std::map<StorePath, StorePathSet> references;
  for (const StorePath& path : paths)
    references.emplace(path, database.references(path).value_or(StorePathSet{}));
  std::vector<StorePath> order = sort_topologically(references);
  std::reverse(order.begin(), order.end());
  database.remove(order);
}

/// Nobody may share a damaged file from now on. A link that was made before `time` is as it was.
void remove_damaged_links(const StoreLayout& layout, std::int64_t time) {
  const std::string directory = layout.store + "/.links";
  for (const std::string& name : list_directory(directory)) {
    const std::string link = directory + "/" + name;
    auto status = try_lstat(link);
    if (!status || status->st_ctim.tv_sec < time) continue;
    if (!is_intact(link, parse_hash(HashAlgorithm::sha256, name))) unlink(link.c_str());
  }
}

}  // namespace

void recover_from_power_loss(const StoreLayout& layout, Database& database) {
  const std::string boot = boot_name();
  if (boot.empty()) return;
  auto point = database.sync_point();
  if (point && point->boot == boot) return;
  if (!point) return note(database, boot);
  const UniqueFd lock = open_gc_lock(layout.state);
  lock_file(lock.get(), LockMode::exclusive);
  point = database.sync_point();
  if (!point || point->boot == boot) return;  // another process was faster
  release_reserve(layout.state);
  StorePathSet lost = find_damaged(layout, database, *point);
  lost = database.closure(lost, Database::Direction::referrers);
  invalidate(database, lost);
  remove_damaged_links(layout, point->time);
  note(database, boot);
  const std::lock_guard guard(found.mutex);
  found.paths.merge(lost);
}

StorePathSet take_lost_paths() {
  const std::lock_guard guard(found.mutex);
  return std::exchange(found.paths, {});
}

}  // namespace nacre
