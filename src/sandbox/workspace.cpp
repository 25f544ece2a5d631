// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/workspace.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <random>
#include <utility>

#include "archive/directory_tree.hpp"
#include "archive/tree_limits.hpp"
#include "base/files.hpp"
#include "store/copy_tree.hpp"

namespace nacre {
namespace {

constexpr std::string_view scratch_prefix = "nacre-build-";

/// Not a store path, so collectors leave it to us.
std::string workspaces_directory(const StoreLayout& layout) {
  return layout.store + "/.builds";
}

void make_directory_with_mode(const std::string& path, mode_t mode) {
  if (mkdir(path.c_str(), 0700) < 0) throw_errno(fmt::format("creating {}", path));
  if (mode != 0700 && chmod(path.c_str(), mode) < 0) throw_errno(path);
}

UniqueFd open_directory(const std::string& path) {
  return open_file(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
}

/// Gives a tree back to this process's user, without set-uid bits, and opens it to its owner.
/// Links are never followed. Nobody else changes the tree.
void reclaim(int parent, const std::string& name, int depth = 0) {
  struct stat status {};
  if (fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) < 0 ||
      fchownat(parent, name.c_str(), geteuid(), getegid(), AT_SYMLINK_NOFOLLOW) < 0)
    throw_errno(fmt::format("taking over {}", name));
  if (S_ISLNK(status.st_mode)) return;
  mode_t mode = (status.st_mode & 0777) | 0600 | (S_ISDIR(status.st_mode) ? 0100 : 0);
  if (fchmodat(parent, name.c_str(), mode, AT_SYMLINK_NOFOLLOW) < 0)
    throw_errno(fmt::format("changing the mode of {}", name));
  if (!S_ISDIR(status.st_mode)) return;
  check_tree_depth(depth, name);
  UniqueFd directory(openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!directory) throw_errno(fmt::format("opening {}", name));
  for (const auto& entry : list_directory(directory.get()))
    reclaim(directory.get(), entry, depth + 1);
}

/// Nobody but us can have made a directory of ours with this name; links are never followed.
bool is_our_scratch(const std::string& path) {
  auto status = try_lstat(path);
  return status && S_ISDIR(status->st_mode) && status->st_uid == geteuid() &&
         base_name(path).starts_with(scratch_prefix);
}

/// The first of TMPDIR/NAME-N that does not exist yet becomes `directory`'s name.
std::string move_to_free_name(const std::string& directory, std::string_view stem) {
  for (unsigned number = 0;; ++number) {
    std::string name = fmt::format("{}/{}-{}", temporary_directory(), stem, number);
    // Makes the name ours; a directory may be renamed onto an empty one.
    if (mkdir(name.c_str(), 0700) == 0) {
      rename_file(directory, name);
      return name;
    }
    if (errno != EEXIST) throw_errno(fmt::format("creating {}", name));
  }
}

/// The directory, locked; nothing if somebody else has it, or has just removed it.
UniqueFd lock_directory(const std::string& path) {
  UniqueFd fd(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd || flock(fd.get(), LOCK_EX | LOCK_NB) < 0) return {};
  struct stat status;
  if (fstat(fd.get(), &status) < 0 || status.st_nlink == 0) return {};
  return fd;
}

/// The link to the scratch directory goes last.
void remove_workspace(const std::string& directory) {
  std::string link = directory + "/scratch";
  if (path_exists(link)) {
    std::string scratch = read_link(link);
    if (is_our_scratch(scratch)) remove_tree(scratch);
  }
  remove_tree(directory);
}

bool looks_alike(const struct stat& left, const struct stat& right) {
  return left.st_mode == right.st_mode && left.st_uid == right.st_uid &&
         left.st_gid == right.st_gid && left.st_size == right.st_size;
}

/// Removes everything in a directory but the entries that `keeps` is true for.
template <typename Keeps>
void remove_entries(const std::string& directory, Keeps keeps) {
  for (const auto& name : list_directory(directory)) {
    if (!keeps(name)) remove_tree(directory + "/" + name);
  }
}

}  // namespace

Workspace::Workspace(StoreLayout layout)
    : layout_(std::move(layout)), user_(BuildUser::acquire(layout_)) {
  make_directory();
  try {
    make_scratch();
    for (const auto& name : {root(), all_items(), directory_ + "/taken"})
      make_directory_with_mode(name, 0700);
  } catch (...) {
    remove_all();
    throw;
  }
}

void Workspace::make_directory() {
  make_directories(workspaces_directory(layout_), 0700);
  for (unsigned number = 0;; ++number) {
    directory_ = fmt::format("{}/{}-{}", workspaces_directory(layout_), getpid(), number);
    if (mkdir(directory_.c_str(), 0700) < 0) {
      if (errno == EEXIST) continue;
      throw_errno(fmt::format("creating {}", directory_));
    }
    // Somebody who cleans up may have been faster than we.
    lock_ = lock_directory(directory_);
    if (lock_) return;
  }
}

void Workspace::adopt(const StorePath& derivation, const Tenant& tenant) {
  tenant_ = tenant;
  build_name_ = fmt::format("guix-build-{}-0", derivation.name());
  if (!has_shared_directories_) make_shared_directories();
  store_before_ = lstat_file(store());
  tmp_before_ = lstat_file(tmp());
  make_directory_with_mode(build_directory(), 0700);
  if (!tenant_.is_other_user) return;
  UniqueFd directory = open_directory(build_directory());
  if (fchown(directory.get(), user_->identity().uid, user_->identity().gid) < 0)
    throw_errno(build_directory());
}

void Workspace::make_shared_directories() {
  make_directory_with_mode(store(), 01775);
  make_directory_with_mode(tmp(), 01777);
  has_shared_directories_ = true;
  if (!user_) return;
  UniqueFd directory = open_directory(store());
  if (fchown(directory.get(), geteuid(), user_->identity().gid) < 0 ||
      fchmod(directory.get(), 01775) < 0)
    throw_errno(store());
}

uid_t Workspace::tenant_uid() const {
  return tenant_.is_other_user ? user_->identity().uid : geteuid();
}

void Workspace::add_file(const std::string& name, std::string_view text) {
  UniqueFd directory = open_directory(build_directory());
  UniqueFd fd(openat(directory.get(), name.c_str(),
                     O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!fd) throw_errno(fmt::format("creating {}/{}", build_directory(), name));
  write_fully(fd.get(), text);
  if (fchmod(fd.get(), 0644) < 0) throw_errno(name);  // whatever our umask is
}

/// A copy is ours.
uid_t Workspace::owner_of_outputs() const {
  return tenant_.may_keep_descriptors ? geteuid() : tenant_uid();
}

void Workspace::take(const StorePath& output, const std::string& target) {
  if (!tenant_.may_keep_descriptors) return move_tree(in_store(output), target);
  copy_tree(DirectoryTree(in_store(output), {.expected_owner = tenant_uid()}), target);
}

void Workspace::remove_stale(const StoreLayout& layout) {
  std::string directory = workspaces_directory(layout);
  if (!path_exists(directory)) return;
  for (const auto& name : list_directory(directory)) {
    std::string path = fmt::format("{}/{}", directory, name);
    UniqueFd lock = lock_directory(path);
    if (lock) remove_workspace(path);
  }
}

void Workspace::set_inputs(const StorePathSet& inputs) {
  std::vector<std::string> superfluous;
  for (const auto& [name, kind] : inputs_) {
    if (!inputs.contains(StorePath(fmt::format("{}/{}", store_directory, name)))) {
      superfluous.push_back(name);
    }
  }
  for (const auto& name : superfluous) remove_input(name);
  for (const auto& input : inputs) {
    if (!inputs_.contains(input.base_name())) make_input(std::string(input.base_name()));
  }
  store_before_ = lstat_file(store());
}

void Workspace::make_room(const StorePath& output) {
  if (inputs_.contains(output.base_name())) remove_input(std::string(output.base_name()));
}

/// Links cannot be mounted on; the builder sees one of its own.
void Workspace::make_input(const std::string& name) {
  std::string source = fmt::format("{}/{}", layout_.store, name);
  std::string point = fmt::format("{}/{}", store(), name);
  mode_t type = lstat_file(source).st_mode & S_IFMT;
  if (type == S_IFLNK) {
    create_symlink(read_link(source), point);
    inputs_.emplace(name, Kind::link);
  } else if (type == S_IFDIR) {
    make_directory_with_mode(point, 0700);
    inputs_.emplace(name, Kind::directory);
  } else {
    open_file(point, O_WRONLY | O_CREAT | O_EXCL, 0444);
    inputs_.emplace(name, Kind::file);
  }
}

void Workspace::remove_input(const std::string& name) {
  remove_tree(fmt::format("{}/{}", store(), name));
  inputs_.erase(name);
}

std::vector<std::string> Workspace::mount_points() const {
  std::vector<std::string> names;
  for (const auto& [name, kind] : inputs_) {
    if (kind != Kind::link) names.push_back(name);
  }
  return names;
}

bool Workspace::clean() {
  if (tenant_.may_keep_descriptors) return false;
  try {
    remove_entries(directory_ + "/taken", [](const auto&) { return false; });
    return clean_shared_directories();
  } catch (const std::exception&) {
    return false;
  }
}

/// What a builder can change itself is not used again; nor is what looks other than before, such as
/// large, by many entries.
bool Workspace::clean_shared_directories() {
  if (tenant_.owns_directories) {
    remove_tree(store());
    remove_tree(tmp());
    has_shared_directories_ = false;
    inputs_.clear();
    return true;
  }
  remove_entries(store(), [this](const auto& name) { return inputs_.contains(name); });
  remove_entries(tmp(), [](const auto&) { return false; });
  return looks_alike(store_before_, lstat_file(store())) &&
         looks_alike(tmp_before_, lstat_file(tmp()));
}

/// The link is there before the directory: so nothing is ever lost.
void Workspace::make_scratch() {
  std::string link = directory_ + "/scratch";
  while (true) {
    std::string name =
        fmt::format("{}/{}{:08x}", temporary_directory(), scratch_prefix, std::random_device()());
    create_symlink(name, link);
    if (mkdir(name.c_str(), 0700) == 0) {
      scratch_ = name;
      return;
    }
    if (errno != EEXIST) throw_errno(fmt::format("creating {}", name));
    unlink(link.c_str());
  }
}

Workspace::~Workspace() {
  remove_all();
}

void Workspace::remove_all() {
  try {
    remove_workspace(directory_);
  } catch (const std::exception&) {
    // Somebody else does, once our lock is gone.
  }
}

std::string Workspace::in_store(const StorePath& path) const {
  return fmt::format("{}/{}", store(), path.base_name());
}

std::string Workspace::keep_build_directory() {
  std::string directory = build_directory();
  if (tenant_.may_keep_descriptors) {
    directory = scratch_ + "/kept";
    copy_tree(
        DirectoryTree(build_directory(), {.expected_owner = tenant_uid(), .skip_special = true}),
        directory);
  } else {
    reclaim(open_directory(tmp()).get(), build_name_);
  }
  return move_to_free_name(directory,
                           std::string_view(build_name_).substr(0, build_name_.size() - 2));
}

void move_tree(const std::string& from, const std::string& to) {
  UniqueFd parent = open_file(directory_name(from), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  std::string name = base_name(from);
  struct stat status {};
  if (fstatat(parent.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) < 0) throw_errno(from);
  // A directory that moves has its ".." written.
  if (S_ISDIR(status.st_mode) && (status.st_mode & 0700) != 0700 &&
      fchmodat(parent.get(), name.c_str(), (status.st_mode & 0777) | 0700, AT_SYMLINK_NOFOLLOW) < 0)
    throw_errno(fmt::format("changing the mode of {}", from));
  if (renameat(parent.get(), name.c_str(), AT_FDCWD, to.c_str()) < 0)
    throw_errno(fmt::format("renaming {} to {}", from, to));
}

WorkspacePool::Lease WorkspacePool::take() {
  std::unique_ptr<Workspace> workspace;
  {
    std::lock_guard lock(mutex_);
    if (!std::exchange(removed_stale_, true)) Workspace::remove_stale(layout_);
    if (!free_.empty()) {
      workspace = std::move(free_.back());
      free_.pop_back();
    }
  }
  if (!workspace) workspace = std::make_unique<Workspace>(layout_);
  return {workspace.release(), Return{this}};
}

void WorkspacePool::give_back(Workspace* workspace) {
  std::unique_ptr<Workspace> owned(workspace);
  if (!owned->clean()) return;
  std::lock_guard lock(mutex_);
  free_.push_back(std::move(owned));
}

}  // namespace nacre
