// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/roots.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <optional>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/hash.hpp"
#include "store/database.hpp"
#include "store/file_lock.hpp"
#include "store/local_store.hpp"
#include "store/temp_roots.hpp"

namespace nacre {
namespace {

constexpr int longest_chain = 16;

/// Reads on where there is nothing to read, or nothing we may read.
template <typename Read>
auto or_nothing(Read read) -> decltype(read()) {
  try {
    return read();
  } catch (const SystemError&) {
    return {};
  }
}

/// The store path that a link's target is or lies below.
std::optional<StorePath> in_store(const StoreLayout& layout, const std::string& target) {
  std::string logical = target;
  if (target.starts_with(layout.store + "/"))
    logical = std::string(store_directory) + target.substr(layout.store.size());
  if (!logical.starts_with(store_directory) || logical.size() <= store_directory.size()) return {};
  auto end = logical.find('/', store_directory.size() + 1);
  std::string item = logical.substr(0, end);
  if (!StorePath::is_valid(item)) return {};
  return StorePath(item);
}

class LinkSearch {
 public:
  explicit LinkSearch(const StoreLayout& layout) : layout_(layout) {}

  void search(const std::string& path) {
    auto status = or_nothing([&] { return try_lstat(path); });
    if (!status) return;
    if (S_ISLNK(status->st_mode)) return follow(path);
    if (!S_ISDIR(status->st_mode)) return;
    for (const std::string& name : or_nothing([&] { return list_directory(path); }))
      search(path + "/" + name);
  }

  Roots roots;

 private:
  /// A link in the roots' directories may lead to one elsewhere, and that on.
  void follow(const std::string& link) {
    std::string current = link;
    for (int step = 0; step < longest_chain; ++step) {
      std::string target = or_nothing([&] { return read_link(current); });
      if (target.empty()) return;
      if (auto path = in_store(layout_, target)) {
        roots.emplace_back(current, *path);
        return;
      }
      current = target.starts_with("/") ? target : directory_name(current) + "/" + target;
      auto status = or_nothing([&] { return try_lstat(current); });
      if (!status || !S_ISLNK(status->st_mode)) return;
    }
  }

  const StoreLayout& layout_;
};

/// What we may not see may be there.
bool is_surely_gone(const std::string& path) {
  try {
    return !path_exists(path);
  } catch (const SystemError&) {
    return false;
  }
}

/// Notes since when the links that gcroots/auto leads to are gone.
class MissingRoots {
 public:
  explicit MissingRoots(const StoreLayout& layout)
      : noted_(layout.state + "/gcroots/auto"), missing_(layout.state + "/missing-roots") {}

  void update() {
    for (const std::string& name : or_nothing([&] { return list_directory(noted_); }))
      look_at(name);
    for (const std::string& name : or_nothing([&] { return list_directory(missing_); }))
      if (is_surely_gone(noted_ + "/" + name)) unlink((missing_ + "/" + name).c_str());
  }

 private:
  static constexpr std::time_t longest_absence = std::time_t{30} * 24 * 3600;

  void look_at(const std::string& name) {
    std::string target = or_nothing([&] { return read_link(noted_ + "/" + name); });
    if (target.empty()) return;
    std::string mark = missing_ + "/" + name;
    if (!is_surely_gone(target)) {
      unlink(mark.c_str());
      return;
    }
    auto since = try_lstat(mark);
    if (!since) {
      make_directories(missing_);
      open_file(mark, O_WRONLY | O_CREAT | O_NOFOLLOW, 0644);
    } else if (std::time(nullptr) - since->st_mtime >= longest_absence) {
      unlink((noted_ + "/" + name).c_str());
    }
  }

  std::string noted_;
  std::string missing_;
};

constexpr std::string_view ends_of_names("/ :\n\0", 5);

/// Store paths named in `text`. A process in another mount namespace may see the store at another
/// place, so that only the last component can be relied upon. A variable may hold several.
void find_names(std::string_view text, const std::string& holder,
                const std::function<bool(const StorePath&)>& is_wanted, Roots& roots) {
  for (std::size_t slash = text.find('/'); slash != text.npos; slash = text.find('/', slash + 1)) {
    std::string_view name =
        text.substr(slash + 1, text.find_first_of(ends_of_names, slash + 1) - slash - 1);
    std::string candidate = fmt::format("{}/{}", store_directory, name);
    if (name.size() < 34 || !StorePath::is_valid(candidate)) continue;
    StorePath path(candidate);
    if (is_wanted(path)) roots.emplace_back(holder, path);
  }
}

bool is_process(const std::string& name) {
  return std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

void forget_missing_roots(const StoreLayout& layout) {
  MissingRoots(layout).update();
}

Roots find_link_roots(const StoreLayout& layout) {
  LinkSearch search(layout);
  search.search(layout.state + "/gcroots");
  search.search(layout.state + "/profiles");
  return search.roots;
}

Roots find_process_roots(const std::function<bool(const StorePath&)>& is_wanted) {
  Roots roots;
  for (const std::string& name : or_nothing([] { return list_directory("/proc"); })) {
    if (!is_process(name)) continue;
    std::string directory = "/proc/" + name;
    for (const char* link : {"/exe", "/cwd", "/root"}) {
      std::string file = directory + link;
      find_names(or_nothing([&] { return read_link(file); }), file, is_wanted, roots);
    }
    for (const std::string& fd : or_nothing([&] { return list_directory(directory + "/fd"); })) {
      std::string file = directory + "/fd/" + fd;
      find_names(or_nothing([&] { return read_link(file); }), file, is_wanted, roots);
    }
    for (const char* text : {"/maps", "/environ"}) {
      std::string file = directory + text;
      find_names(or_nothing([&] { return read_file(file); }), file, is_wanted, roots);
    }
  }
  std::sort(roots.begin(), roots.end());
  roots.erase(std::unique(roots.begin(), roots.end()), roots.end());
  return roots;
}

// --- what LocalStore offers of it

namespace {

/// Points `link` to `path`, in place of a link into the store that is there already.
void make_root_link(const StoreLayout& layout, const std::string& link, const StorePath& path) {
  auto present = try_lstat(link);
  if (present && (!S_ISLNK(present->st_mode) || !in_store(layout, read_link(link))))
    throw Error("cannot create the link '{}': there is a file of that name", link)
        .hint("remove it, or choose another name");
  make_directories(directory_name(link));
  std::string temporary = fmt::format("{}.tmp-{}", link, getpid());
  unlink(temporary.c_str());
  create_symlink(path.text(), temporary);
  rename_file(temporary, link);
}

}  // namespace

void LocalStore::add_indirect_root(const std::string& link, const StorePath& path) {
  add_temp_root(path);
  std::string file = absolute_path(link);
  make_root_link(layout_, file, path);
  note_indirect_root(file);
}

void LocalStore::note_indirect_root(const std::string& link) {
  std::string file = absolute_path(link);
  std::string name = hash_bytes(HashAlgorithm::sha1, file).nix_base32();
  std::string noted = layout_.state + "/gcroots/auto/" + name;
  // A collection that has missed the link until now may be about to forget it.
  UniqueFd gc_lock = open_gc_lock(layout_.state);
  lock_file(gc_lock.get(), LockMode::shared);
  if (path_exists(noted)) return;
  try {
    create_symlink(file, noted);
  } catch (const SystemError& error) {
    if (error.code() != EEXIST) throw;
  }
}

void LocalStore::add_permanent_root(const std::string& link, const StorePath& path) {
  add_temp_root(path);
  std::string file = absolute_path(link);
  if (!file.starts_with(layout_.state + "/gcroots/") &&
      !file.starts_with(layout_.state + "/profiles/"))
    throw Error("'{}' is not below '{}/gcroots', where roots are looked for", link, layout_.state)
        .hint("use an indirect root");
  make_root_link(layout_, file, path);
}

void LocalStore::add_permanent_root(const StorePath& path) {
  add_permanent_root(fmt::format("{}/gcroots/{}", layout_.state, path.base_name()), path);
}

Roots LocalStore::find_roots() const {
  Roots roots = find_link_roots(layout_);
  Roots used = find_process_roots([this](const StorePath& path) { return has(path); });
  roots.insert(roots.end(), used.begin(), used.end());
  for (const auto& [file, path] : read_temp_roots(layout_.state))
    if (StorePath::is_valid(path)) roots.emplace_back(file, StorePath(path));
  return roots;
}

}  // namespace nacre
