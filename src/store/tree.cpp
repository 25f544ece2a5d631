// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/tree.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "archive/tree_limits.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/interrupt.hpp"
#include "store/nar_tokens.hpp"

namespace nacre {
namespace {

constexpr std::size_t block_size = 256 * 1024;
constexpr timespec canonical_time[2] = {{1, 0}, {1, 0}};

std::vector<std::string> sorted_names(int directory, const std::string& path) {
  int copy = fcntl(directory, F_DUPFD_CLOEXEC, 0);
  std::unique_ptr<DIR, int (*)(DIR*)> stream(copy < 0 ? nullptr : fdopendir(copy), closedir);
  if (!stream) throw_errno(fmt::format("reading the directory '{}'", path));
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = readdir(stream.get()))
    if (std::strcmp(entry->d_name, ".") != 0 && std::strcmp(entry->d_name, "..") != 0)
      names.emplace_back(entry->d_name);
  if (errno != 0) throw_errno(fmt::format("reading the directory '{}'", path));
  std::sort(names.begin(), names.end());
  return names;
}

/// One pass. Paths are for messages only: files are reached through the descriptor of their
/// directory, and changed through their own, so that nobody can put a link in their place
/// meanwhile.
class Walk {
 public:
  explicit Walk(const TreePass& pass) : pass_(pass) {}

  void run(const std::string& path) {
    root_size_ = path.size();
    UniqueFd parent = open_file(directory_name(path), O_PATH | O_DIRECTORY);
    emit(nar_tokens({"nix-archive-1"}));
    visit(parent.get(), base_name(path), path);
  }

 private:
  void visit(int parent, const std::string& name, const std::string& path);
  void visit_file(int parent, const std::string& name, const std::string& path);
  void read_contents(int parent, const std::string& name, const std::string& path, int fd,
                     const struct stat& status);
  void visit_directory(int parent, const std::string& name, const std::string& path);
  void visit_link(int parent, const std::string& name, const std::string& path,
                  const struct stat& status);

  UniqueFd open_entry(int parent, const std::string& name, const std::string& path, int flags);
  void check_owner(const std::string& path, const struct stat& status);
  void canonicalize(int fd, const std::string& path, const struct stat& status, mode_t mode);
  void remove_attributes(int fd, const std::string& path);
  void emit(std::string_view text) {
    if (pass_.nar) pass_.nar->write(text);
  }

  const TreePass& pass_;
  std::size_t root_size_ = 0;  ///< bytes of the path of the whole tree
  int depth_ = 0;              ///< directories that are open
  bool is_one_file_ = true;    ///< as long as there is no directory
  SeenFiles own_seen_;
  SeenFiles& seen_ = pass_.seen ? *pass_.seen : own_seen_;
  std::string block_;
};

struct stat status_of(int fd, const std::string& path) {
  struct stat status {};
  if (fstat(fd, &status) != 0) throw_errno(fmt::format("reading '{}'", path));
  return status;
}

void Walk::visit(int parent, const std::string& name, const std::string& path) {
  check_interrupted();
  struct stat status {};
  if (fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
    throw_errno(fmt::format("reading '{}'", path));
  if (S_ISREG(status.st_mode)) return visit_file(parent, name, path);
  if (S_ISDIR(status.st_mode)) return visit_directory(parent, name, path);
  if (S_ISLNK(status.st_mode)) return visit_link(parent, name, path, status);
  throw Error("'{}' is neither a regular file, a directory nor a symbolic link", path)
      .hint("sockets, pipes and devices cannot be in the store");
}

/// What its owner may not read, he makes readable first.
UniqueFd Walk::open_entry(int parent, const std::string& name, const std::string& path, int flags) {
  flags |= O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  UniqueFd fd(openat(parent, name.c_str(), flags));
  struct stat status {};
  if (!fd && errno == EACCES && pass_.canonicalize &&
      fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
      fchmodat(parent, name.c_str(), (status.st_mode & 07777) | 0400, AT_SYMLINK_NOFOLLOW) == 0)
    fd = UniqueFd(openat(parent, name.c_str(), flags));
  if (!fd) throw_errno(fmt::format("opening '{}'", path));
  return fd;
}

void Walk::visit_file(int parent, const std::string& name, const std::string& path) {
  bool reads = pass_.nar || pass_.links;
  if (!reads && !pass_.canonicalize) return;
  UniqueFd fd = open_entry(parent, name, path, 0);
  struct stat status = status_of(fd.get(), path);
  if (!S_ISREG(status.st_mode)) throw Error("'{}' changed while it was read", path);
  if (pass_.canonicalize) {
    canonicalize(fd.get(), path, status, 0444 | (status.st_mode & S_IXUSR ? 0111 : 0));
    if (status.st_nlink > 1) seen_.emplace(status.st_dev, status.st_ino);
    status = status_of(fd.get(), path);
  }
  if (reads) read_contents(parent, name, path, fd.get(), status);
}

void Walk::read_contents(int parent, const std::string& name, const std::string& path, int fd,
                         const struct stat& status) {
  bool shares = pass_.links && status.st_size >= LinkFarm::smallest_file;
  if (!pass_.nar && !shares) return;
  const bool is_whole_nar = is_one_file_ && pass_.nar_hash;
  std::optional<HashSink> hash;
  if (shares && !is_whole_nar) hash.emplace(HashAlgorithm::sha256);
  if (hash) hash->write(nar_tokens({"nix-archive-1"}));
  auto write = [&](std::string_view text) {
    emit(text);
    if (hash) hash->write(text);
  };
  std::string head = status.st_mode & S_IXUSR
                         ? nar_tokens({"(", "type", "regular", "executable", "", "contents"})
                         : nar_tokens({"(", "type", "regular", "contents"});
  auto size = static_cast<std::uint64_t>(status.st_size);
  append_nar_number(head, size);
  write(head);
  block_.resize(block_size);
  for (std::uint64_t left = size; left > 0;) {
    ssize_t count = read(fd, block_.data(), std::min<std::uint64_t>(left, block_size));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_errno(fmt::format("reading '{}'", path));
    if (count == 0) throw Error("'{}' shrank while it was read", path);
    check_interrupted();
    write({block_.data(), static_cast<std::size_t>(count)});
    left -= static_cast<std::uint64_t>(count);
  }
  write(nar_padding(size) + nar_tokens({")"}));
  if (shares) pass_.links->share(parent, name, status, hash ? hash->finish() : pass_.nar_hash());
}

void Walk::visit_directory(int parent, const std::string& name, const std::string& path) {
  is_one_file_ = false;
  check_tree_depth(depth_, path);
  UniqueFd fd = open_entry(parent, name, path, O_DIRECTORY);
  struct stat status = status_of(fd.get(), path);
  bool changes = pass_.canonicalize || pass_.links;
  if (changes && (status.st_mode & 0700) != 0700 &&
      fchmod(fd.get(), (status.st_mode & 07777) | 0700) != 0)
    throw_errno(fmt::format("changing the mode of '{}'", path));
  emit(nar_tokens({"(", "type", "directory"}));
  ++depth_;
  for (const std::string& entry : sorted_names(fd.get(), path)) {
    check_path_length(path.size() + 1 + entry.size() - root_size_, path);
    emit(nar_tokens({"entry", "(", "name", entry, "node"}));
    visit(fd.get(), entry, path + "/" + entry);
    emit(nar_tokens({")"}));
  }
  --depth_;
  emit(nar_tokens({")"}));
  if (pass_.canonicalize) return canonicalize(fd.get(), path, status, 0555);
  if (!pass_.links) return;
  const timespec times[2] = {status.st_atim, status.st_mtim};
  if (fchmod(fd.get(), status.st_mode & 07777) != 0 || futimens(fd.get(), times) != 0)
    throw_errno(fmt::format("changing the mode of '{}'", path));
}

void Walk::visit_link(int parent, const std::string& name, const std::string& path,
                      const struct stat& status) {
  if (pass_.canonicalize) {
    check_owner(path, status);
    if (status.st_uid != geteuid() &&
        fchownat(parent, name.c_str(), geteuid(), getegid(), AT_SYMLINK_NOFOLLOW) != 0)
      throw_errno(fmt::format("changing the owner of '{}'", path));
    if (utimensat(parent, name.c_str(), canonical_time, AT_SYMLINK_NOFOLLOW) != 0)
      throw_errno(fmt::format("changing the time of '{}'", path));
  }
  if (!pass_.nar) return;
  std::string target(PATH_MAX, '\0');
  ssize_t size = readlinkat(parent, name.c_str(), target.data(), target.size());
  if (size < 0) throw_errno(fmt::format("reading the link '{}'", path));
  target.resize(static_cast<std::size_t>(size));
  emit(nar_tokens({"(", "type", "symlink", "target", target, ")"}));
}

void Walk::check_owner(const std::string& path, const struct stat& status) {
  if (!pass_.expected_owner || status.st_uid == *pass_.expected_owner) return;
  if (seen_.contains({status.st_dev, status.st_ino})) return;
  throw Error("'{}' belongs to user {}, not to {} who built it", path, status.st_uid,
              *pass_.expected_owner);
}

void Walk::canonicalize(int fd, const std::string& path, const struct stat& status, mode_t mode) {
  check_owner(path, status);
  remove_attributes(fd, path);
  // Before the mode: giving a file away clears some of its bits.
  if (status.st_uid != geteuid() && fchown(fd, geteuid(), getegid()) != 0)
    throw_errno(fmt::format("changing the owner of '{}'", path));
  if (fchmod(fd, mode) != 0) throw_errno(fmt::format("changing the mode of '{}'", path));
  if (futimens(fd, canonical_time) != 0)
    throw_errno(fmt::format("changing the time of '{}'", path));
}

void Walk::remove_attributes(int fd, const std::string& path) {
  char names[4096];
  ssize_t size = flistxattr(fd, names, sizeof names);
  if (size < 0 && (errno == ENOTSUP || errno == ENOSYS)) return;
  if (size < 0) throw_errno(fmt::format("reading the attributes of '{}'", path));
  for (const char* name = names; name < names + size; name += std::strlen(name) + 1) {
    // Security labels are the system's, not the file's.
    if (std::string_view(name).starts_with("security.selinux")) continue;
    if (fremovexattr(fd, name) != 0 && errno != ENODATA)
      throw_errno(fmt::format("removing the attribute {} of '{}'", name, path));
  }
}

}  // namespace

void walk_tree(const std::string& path, const TreePass& pass) {
  Walk(pass).run(path);
}

}  // namespace nacre
