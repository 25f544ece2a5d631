// SPDX-License-Identifier: GPL-3.0-or-later
#include "build/workspace.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <random>

#include "base/files.hpp"

namespace nacre {
namespace {

constexpr std::string_view scratch_prefix = "nacre-build-";

std::string chroot_directory(const StoreLayout& layout, const StorePath& derivation) {
  return fmt::format("{}/{}.chroot", layout.store, derivation.base_name());
}

void make_directory(const std::string& path, mode_t mode) {
  if (mkdir(path.c_str(), 0700) < 0) throw_errno(fmt::format("creating {}", path));
  if (mode != 0700 && chmod(path.c_str(), mode) < 0) throw_errno(path);
}

void give(const std::string& path, uid_t uid, gid_t gid) {
  if (lchown(path.c_str(), uid, gid) < 0)
    throw_errno(fmt::format("changing the owner of {}", path));
}

/// Gives a tree back to this process's user, without set-uid bits, and opens it to its owner.
void reclaim(const std::string& path) {
  struct stat status = lstat_file(path);
  give(path, geteuid(), getegid());
  if (S_ISLNK(status.st_mode)) return;
  mode_t mode = (status.st_mode & 0777) | 0600 | (S_ISDIR(status.st_mode) ? 0100 : 0);
  if (chmod(path.c_str(), mode) < 0) throw_errno(path);
  if (!S_ISDIR(status.st_mode)) return;
  for (const auto& name : list_directory(path)) reclaim(path + "/" + name);
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

}  // namespace

Workspace::Workspace(const StoreLayout& layout, const StorePath& derivation,
                     const std::optional<Identity>& builder)
    : chroot_(chroot_directory(layout, derivation)),
      build_name_(fmt::format("guix-build-{}-0", derivation.name())) {
  remove_stale(layout, derivation);
  make_directory(chroot_, 0700);
  try {
    make_scratch();
    make_directory(root(), 0700);
    make_directory(store(), 01775);
    make_directory(tmp(), 01777);
    make_directory(build_directory(), 0700);
    if (!builder) return;
    give(store(), geteuid(), builder->gid);
    give(build_directory(), builder->uid, builder->gid);
  } catch (...) {
    remove_all();
    throw;
  }
}

/// The link is there before the directory: so nothing is ever lost.
void Workspace::make_scratch() {
  std::string link = chroot_ + "/scratch";
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
  // What cannot be removed now is removed by the next build of the derivation or the garbage
  // collector. The one that leads to the other goes last.
  for (const auto& directory : {scratch_, chroot_}) {
    try {
      if (!directory.empty()) remove_tree(directory);
    } catch (const Error&) {
    }
  }
}

std::string Workspace::in_store(const StorePath& path) const {
  return fmt::format("{}/{}", store(), path.base_name());
}

std::string Workspace::keep_build_directory() {
  reclaim(build_directory());
  return move_to_free_name(build_directory(),
                           std::string_view(build_name_).substr(0, build_name_.size() - 2));
}

void Workspace::remove_stale(const StoreLayout& layout, const StorePath& derivation) {
  std::string chroot = chroot_directory(layout, derivation);
  if (!path_exists(chroot)) return;
  if (path_exists(chroot + "/scratch")) {
    std::string scratch = read_link(chroot + "/scratch");
    if (is_our_scratch(scratch)) remove_tree(scratch);
  }
  remove_tree(chroot);
}

}  // namespace nacre
