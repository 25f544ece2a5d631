// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/staging.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/error.hpp"
#include "base/files.hpp"

namespace nacre {

Staging::~Staging() {
  close();
}

void Staging::close() {
  std::lock_guard lock(mutex_);
  if (owner_ == getpid()) rmdir(directory_.c_str());
  owner_ = 0;
}

Staging::Slot::~Slot() {
  if (path_.empty()) return;
  try {
    if (path_exists(path_)) remove_tree(path_);
  } catch (const std::exception&) {
    // The next collection tries again.
  }
}

const std::string& Staging::directory() {
  std::lock_guard lock(mutex_);
  if (owner_ == getpid()) return directory_;
  for (unsigned attempt = 0;; ++attempt) {
    std::string name = fmt::format(".nacre-add-{}-{}", getpid(), attempt);
    temp_roots_.add_name(fmt::format("{}/{}", store_directory, name));
    directory_ = layout_.store + "/" + name;
    if (mkdir(directory_.c_str(), 0700) == 0) break;
    if (errno == EEXIST) continue;
    int reason = errno;
    throw SystemError(reason, fmt::format("creating '{}'", directory_))
        .hint("use a store of your own by --root=DIR, or become root");
  }
  owner_ = getpid();
  return directory_;
}

Staging::Slot Staging::slot() {
  const std::string& parent = directory();
  return Slot(fmt::format("{}/{}", parent, ++count_));
}

namespace {

/// Renames `source` to `target`, in place of what is there.
void move_over(const std::string& source, const std::string& target) {
  if (rename(source.c_str(), target.c_str()) == 0) return;
  if (errno != EEXIST && errno != ENOTEMPTY && errno != EISDIR && errno != ENOTDIR)
    throw_errno(fmt::format("renaming '{}' to '{}'", source, target));
  remove_tree(target);
  rename_file(source, target);
}

}  // namespace

void Staging::install(Slot& slot, const std::string& target) {
  if (!S_ISDIR(lstat_file(slot.path()).st_mode)) return install_file(slot, target);
  // A directory that moves has its ".." written.
  if (chmod(slot.path().c_str(), 0755) != 0)
    throw_errno(fmt::format("changing the mode of '{}'", slot.path()));
  install_file(slot, target);
  if (chmod(target.c_str(), 0555) != 0)
    throw_errno(fmt::format("changing the mode of '{}'", target));
}

void Staging::install_file(Slot& slot, const std::string& target) {
  move_over(slot.path(), target);
  slot.path_.clear();
}

namespace {

/// A directory that moves has its ".." written.
void make_movable(const std::string& path) {
  if (S_ISDIR(lstat_file(path).st_mode) && chmod(path.c_str(), 0755) != 0)
    throw_errno(fmt::format("changing the mode of '{}'", path));
}

void make_canonical_again(const std::string& path) {
  if (S_ISDIR(lstat_file(path).st_mode) && chmod(path.c_str(), 0555) != 0)
    throw_errno(fmt::format("changing the mode of '{}'", path));
}

/// In steps, where the file system knows no better.
void exchange_in_steps(const std::string& made, const std::string& target) {
  std::string old = made + "-old";
  rename_file(target, old);
  rename_file(made, target);
  rename_file(old, made);
}

}  // namespace

void exchange_trees(const std::string& made, const std::string& target) {
  make_movable(made);
  if (!path_exists(target)) {
    rename_file(made, target);
  } else {
    make_movable(target);
    int result = renameat2(AT_FDCWD, made.c_str(), AT_FDCWD, target.c_str(), RENAME_EXCHANGE);
    if (result != 0 && errno != EINVAL && errno != ENOSYS)
      throw_errno(fmt::format("exchanging '{}' and '{}'", made, target));
    if (result != 0) exchange_in_steps(made, target);
  }
  make_canonical_again(target);
}

}  // namespace nacre
