// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/local_store.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "archive/nar.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "store/database.hpp"
#include "store/deduplicate.hpp"
#include "store/deferred_texts.hpp"
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
    throw error.in(fmt::format("cannot open the store at '{}'", layout.store))
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

LocalStore::LocalStore(StoreLayout layout)
    : layout_(std::move(layout)),
      database_(std::make_unique<Database>(layout_)),
      temp_roots_(std::make_unique<TempRoots>(layout_.state)),
      staging_(std::make_unique<Staging>(layout_, *temp_roots_)),
      derivation_check_(make_derivation_check(*this)),
      deferred_(std::make_unique<DeferredTexts>(
          *database_, *temp_roots_,
          [this](const std::vector<Text>& texts) { write_texts(texts); })) {}

LocalStore::~LocalStore() = default;

std::shared_ptr<LocalStore> LocalStore::open(const StoreLayout& layout) {
  prepare_layout(layout);
  auto store = std::shared_ptr<LocalStore>(new LocalStore(layout));
  if (store->database_->is_read_only()) return store;
  recover_from_power_loss(layout, *store->database_);
  keep_reserve(layout.state);
  return store;
}

std::string LocalStore::physical(const StorePath& path) const {
  return fmt::format("{}/{}", layout_.store, path.base_name());
}

std::string LocalStore::physical(std::string_view path) const {
  StorePath item = StorePath::containing(path);
  std::string_view below = path.substr(item.text().size());
  std::string guarded = std::string(below) + "/";
  if (guarded.find("/../") != std::string::npos) throw Error("'{}' leads out of the store", path);
  return physical(item).append(below);
}

// --- what the store itself asks

bool LocalStore::has(const StorePath& path) const {
  return database_->is_valid(path);
}

std::vector<bool> LocalStore::have(const std::vector<StorePath>& paths) const {
  return database_->are_valid(paths);
}

bool LocalStore::has_files(const StorePath& path) const {
  return has(path) && path_exists(physical(path));
}

// --- what others ask: what was deferred is written first

Database& LocalStore::asked() const {
  deferred_->flush();
  return *database_;
}

void LocalStore::flush() {
  deferred_->flush();
}

StorePath LocalStore::defer_text(Text text) {
  return deferred_->add(std::move(text));
}

bool LocalStore::is_valid(const StorePath& path) const {
  return asked().is_valid(path);
}

std::vector<bool> LocalStore::are_valid(const std::vector<StorePath>& paths) const {
  return asked().are_valid(paths);
}

bool LocalStore::is_present(const StorePath& path) const {
  return is_valid(path) && path_exists(physical(path));
}

std::vector<bool> LocalStore::are_present(const std::vector<StorePath>& paths) const {
  std::vector<bool> present = are_valid(paths);
  for (std::size_t i = 0; i < paths.size(); ++i)
    if (present[i] && !path_exists(physical(paths[i]))) present[i] = false;
  return present;
}

std::optional<PathInfo> LocalStore::query_path_info(const StorePath& path) const {
  return asked().find(path);
}

StorePathSet LocalStore::all_valid_paths() const {
  return asked().all_valid();
}

StorePathSet LocalStore::references(const StorePath& path) const {
  if (auto references = asked().references(path)) return *references;
  throw Error("'{}' is not valid", path.text());
}

StorePathSet LocalStore::referrers(const StorePath& path) const {
  return asked().referrers(path);
}

StorePathSet LocalStore::derivers(const StorePath& path) const {
  return asked().derivers(path);
}

std::map<std::string, StorePath> LocalStore::derivation_outputs(const StorePath& derivation) const {
  return asked().outputs(derivation);
}

std::optional<StorePath> LocalStore::find_by_hash_part(std::string_view hash_part) const {
  return asked().find_by_hash_part(hash_part);
}

StorePathSet LocalStore::requisites(const StorePathSet& paths) const {
  return asked().closure(paths, Database::Direction::references);
}

StorePathSet LocalStore::all_referrers(const StorePathSet& paths) const {
  return asked().closure(paths, Database::Direction::referrers);
}

std::string LocalStore::read_text(const StorePath& path) const {
  deferred_->flush();
  return read_file(physical(path));
}

void LocalStore::dump(const StorePath& path, Sink& sink) const {
  deferred_->flush();
  dump_nar(physical(path), sink);
}

std::uint64_t LocalStore::deduplicate(const StorePath& path) {
  add_temp_roots({path});
  return has(path) ? deduplicate_tree(layout_, physical(path)) : 0;
}

std::uint64_t LocalStore::compact_database() {
  return asked().compact();
}

void LocalStore::tidy() {
  staging_->close();
  temp_roots_->end();
}

void LocalStore::add_temp_roots(const std::vector<StorePath>& paths) {
  temp_roots_->add(paths);
}

void LocalStore::release_temp_roots() {
  deferred_->forget();
  temp_roots_->release();
}

void LocalStore::set_deriver_outputs(const StorePath& derivation,
                                     const std::map<std::string, StorePath>& outputs) {
  asked().set_outputs(derivation, outputs);
}

bool LocalStore::invalidate(const StorePath& path) {
  deferred_->forget();
  PathLock lock = PathLock::wait(layout_, path);
  if (!database_->remove_unless_referred_to(path)) return false;
  if (path_exists(physical(path))) remove_tree(physical(path));
  if (path.is_derivation()) remove_log(layout_, path);
  return true;
}

}  // namespace nacre
