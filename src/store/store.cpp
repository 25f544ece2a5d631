// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/store.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/error.hpp"
#include "base/files.hpp"
#include "store/database.hpp"
#include "store/derivation_check.hpp"
#include "store/file_lock.hpp"
#include "store/power_loss.hpp"
#include "store/reserve.hpp"
#include "store/staging.hpp"
#include "store/temp_roots.hpp"
#include "store/topology.hpp"

namespace nacre {
namespace {

/// Makes a directory with exactly this mode, unless there is one.
void ensure_directory(const std::string& path, mode_t mode = 0755) {
  if (path_exists(path)) return;
  make_directories(path);
  if (chmod(path.c_str(), mode) != 0) throw_errno(fmt::format("changing the mode of '{}'", path));
}

void ensure_link(const std::string& path, const std::string& target) {
  if (path_exists(path)) return;
  try {
    create_symlink(target, path);
  } catch (const SystemError& error) {
    if (error.code() != EEXIST) throw;
  }
}

void create_layout(const StoreLayout& layout) {
  ensure_directory(layout.store, geteuid() == 0 ? 01775 : 0755);
  ensure_directory(layout.store + "/.links");
  for (const char* name :
       {"db", "gcroots", "gcroots/auto", "profiles", "profiles/per-user", "temproots"})
    ensure_directory(layout.state + "/" + name);
  ensure_link(layout.state + "/gcroots/profiles", layout.state + "/profiles");
}

bool is_refusal(int code) {
  return code == EACCES || code == EPERM || code == EROFS;
}

/// Creates what can be created; a store of somebody else is good enough if it is complete.
void prepare_layout(const StoreLayout& layout) {
  try {
    create_layout(layout);
  } catch (const SystemError& error) {
    if (is_refusal(error.code()) && path_exists(layout.state + "/db/db.sqlite")) return;
    throw Error("cannot open the store at '{}': {}", layout.store, error.what())
        .hint("use a store of your own by --root=DIR, or become root");
  }
}

/// LOG/drvs/xx/REST, compressed or not.
void remove_log(const StoreLayout& layout, const StorePath& derivation) {
  std::string_view name = derivation.base_name();
  std::string file = fmt::format("{}/drvs/{}/{}", layout.log, name.substr(0, 2), name.substr(2));
  for (const char* suffix : {"", ".gz", ".bz2", ".zst"}) unlink((file + suffix).c_str());
}

}  // namespace

Store::Store(StoreLayout layout)
    : layout_(std::move(layout)),
      database_(std::make_unique<Database>(layout_)),
      temp_roots_(std::make_unique<TempRoots>(layout_.state)),
      staging_(std::make_unique<Staging>(layout_, *temp_roots_)),
      derivation_check_(make_derivation_check(*this)) {}

Store::~Store() = default;

std::shared_ptr<Store> Store::open(const StoreLayout& layout) {
  prepare_layout(layout);
  auto store = std::shared_ptr<Store>(new Store(layout));
  if (store->database_->is_read_only()) return store;
  recover_from_power_loss(layout, *store->database_);
  keep_reserve(layout.state);
  return store;
}

std::string Store::physical(const StorePath& path) const {
  return fmt::format("{}/{}", layout_.store, path.base_name());
}

std::string Store::physical(std::string_view path) const {
  StorePath item = StorePath::containing(path);
  std::string_view below = path.substr(item.text().size());
  std::string guarded = std::string(below) + "/";
  if (guarded.find("/../") != std::string::npos) throw Error("'{}' leads out of the store", path);
  return physical(item).append(below);
}

bool Store::is_valid(const StorePath& path) const {
  return database_->is_valid(path);
}

std::vector<bool> Store::are_valid(const std::vector<StorePath>& paths) const {
  return database_->are_valid(paths);
}

bool Store::is_present(const StorePath& path) const {
  return is_valid(path) && path_exists(physical(path));
}

std::vector<bool> Store::are_present(const std::vector<StorePath>& paths) const {
  std::vector<bool> present = are_valid(paths);
  for (std::size_t i = 0; i < paths.size(); ++i)
    if (present[i] && !path_exists(physical(paths[i]))) present[i] = false;
  return present;
}

std::optional<PathInfo> Store::query_path_info(const StorePath& path) const {
  return database_->find(path);
}

PathInfo Store::path_info(const StorePath& path) const {
  if (auto info = database_->find(path)) return *info;
  throw Error("'{}' is not valid", path.text());
}

StorePathSet Store::all_valid_paths() const {
  return database_->all_valid();
}

StorePathSet Store::references(const StorePath& path) const {
  if (auto references = database_->references(path)) return *references;
  throw Error("'{}' is not valid", path.text());
}

StorePathSet Store::referrers(const StorePath& path) const {
  return database_->referrers(path);
}

StorePathSet Store::derivers(const StorePath& path) const {
  return database_->derivers(path);
}

std::map<std::string, StorePath> Store::derivation_outputs(const StorePath& derivation) const {
  return database_->outputs(derivation);
}

std::optional<StorePath> Store::find_by_hash_part(std::string_view hash_part) const {
  return database_->find_by_hash_part(hash_part);
}

StorePathSet Store::requisites(const StorePathSet& paths) const {
  return database_->closure(paths, Database::Direction::references);
}

StorePathSet Store::all_referrers(const StorePathSet& paths) const {
  return database_->closure(paths, Database::Direction::referrers);
}

std::vector<StorePath> Store::topologically_sorted(const StorePathSet& paths) const {
  std::map<StorePath, StorePathSet> references;
  for (const StorePath& path : paths) references.emplace(path, this->references(path));
  return sort_topologically(references);
}

void Store::tidy() {
  staging_->close();
  temp_roots_->end();
}

void Store::add_temp_root(const StorePath& path) {
  temp_roots_->add(path);
}

void Store::release_temp_roots() {
  temp_roots_->release();
}

void Store::set_deriver_outputs(const StorePath& derivation,
                                const std::map<std::string, StorePath>& outputs) {
  database_->set_outputs(derivation, outputs);
}

bool Store::invalidate(const StorePath& path) {
  PathLock lock = PathLock::wait(layout_, path);
  if (!database_->remove_unless_referred_to(path)) return false;
  if (path_exists(physical(path))) remove_tree(physical(path));
  if (path.is_derivation()) remove_log(layout_, path);
  return true;
}

}  // namespace nacre
