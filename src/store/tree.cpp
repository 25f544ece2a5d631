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
  if (!stream) throw_errno(fmt::format("reading the directory `{}'", path));
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = readdir(stream.get()))
    if (std::strcmp(entry->d_name, ".") != 0 && std::strcmp(entry->d_name, "..") != 0)
      names.emplace_back(entry->d_name);
  if (errno != 0) throw_errno(fmt::format("reading the directory `{}'", path));
  std::sort(names.begin(), names.end());
  return names;
}

/// One pass. Paths are for messages and for what Linux offers by path only; files are reached by
/// the descriptor of their directory.
class Walk {
 public:
  explicit Walk(const TreePass& pass) : pass_(pass) {}

  void run(const std::string& path) {
    UniqueFd parent = open_file(directory_name(path), O_RDONLY | O_DIRECTORY);
    if (pass_.nar) pass_.nar->write(nar_tokens({"nix-archive-1"}));
    visit(parent.get(), base_name(path), path);
  }

 private:
  void visit(int parent, const std::string& name, const std::string& path);
  void visit_file(int parent, const std::string& name, const std::string& path,
                  const struct stat& status);
  void visit_directory(int parent, const std::string& name, const std::string& path,
                       const struct stat& status);
  void visit_link(int parent, const std::string& name, const std::string& path);
  void read_contents(int parent, const std::string& name, const std::string& path,
                     const struct stat& status);

  void check_owner(const std::string& path, const struct stat& status);
  void canonicalize(int parent, const std::string& name, const std::string& path,
                    const struct stat& status, mode_t mode);
  void remove_attributes(const std::string& path);
  void emit(std::string_view text) {
    if (pass_.nar) pass_.nar->write(text);
  }

  const TreePass& pass_;
  std::set<std::pair<dev_t, ino_t>> seen_;  ///< files with several links that were canonicalized
  std::string block_;
};

void Walk::visit(int parent, const std::string& name, const std::string& path) {
  check_interrupted();
  struct stat status {};
  if (fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
    throw_errno(fmt::format("reading `{}'", path));
  if (pass_.expected_owner) check_owner(path, status);
  if (S_ISREG(status.st_mode)) return visit_file(parent, name, path, status);
  if (S_ISDIR(status.st_mode)) return visit_directory(parent, name, path, status);
  if (S_ISLNK(status.st_mode)) {
    if (pass_.canonicalize) canonicalize(parent, name, path, status, 0);
    return visit_link(parent, name, path);
  }
  throw Error("`{}' is neither a regular file, a directory nor a symbolic link", path)
      .hint("sockets, pipes and devices cannot be in the store");
}

void Walk::visit_file(int parent, const std::string& name, const std::string& path,
                      const struct stat& status) {
  struct stat now = status;
  if (pass_.canonicalize) {
    now.st_mode = S_IFREG | 0444 | (status.st_mode & S_IXUSR ? 0111 : 0);
    canonicalize(parent, name, path, status, now.st_mode & 07777);
    if (status.st_nlink > 1) seen_.emplace(status.st_dev, status.st_ino);
    now.st_uid = geteuid();
  }
  if (pass_.nar || pass_.links) read_contents(parent, name, path, now);
}

void Walk::read_contents(int parent, const std::string& name, const std::string& path,
                         const struct stat& status) {
  bool share = pass_.links && status.st_size >= LinkFarm::smallest_file;
  if (!pass_.nar && !share) return;
  UniqueFd fd(openat(parent, name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd) throw_errno(fmt::format("opening `{}'", path));
  std::optional<HashSink> hash;
  if (share) hash.emplace(HashAlgorithm::sha256);
  if (share) hash->write(nar_tokens({"nix-archive-1"}));
  auto write = [&](std::string_view text) {
    emit(text);
    if (share) hash->write(text);
  };
  std::string head = status.st_mode & S_IXUSR
                         ? nar_tokens({"(", "type", "regular", "executable", "", "contents"})
                         : nar_tokens({"(", "type", "regular", "contents"});
  auto size = static_cast<std::uint64_t>(status.st_size);
  append_nar_number(head, size);
  write(head);
  block_.resize(block_size);
  std::uint64_t left = size;
  while (left > 0) {
    ssize_t count = read(fd.get(), block_.data(), std::min<std::uint64_t>(left, block_size));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_errno(fmt::format("reading `{}'", path));
    if (count == 0) throw Error("`{}' shrank while it was read", path);
    write({block_.data(), static_cast<std::size_t>(count)});
    left -= static_cast<std::uint64_t>(count);
  }
  write(nar_padding(size) + nar_tokens({")"}));
  if (share) pass_.links->share(parent, name, status, hash->finish());
}

void Walk::visit_directory(int parent, const std::string& name, const std::string& path,
                           const struct stat& status) {
  bool changes = pass_.canonicalize || pass_.links;
  if (changes && (status.st_mode & 0700) != 0700 &&
      fchmodat(parent, name.c_str(), (status.st_mode & 07777) | 0700, 0) != 0)
    throw_errno(fmt::format("changing the mode of `{}'", path));
  UniqueFd fd(openat(parent, name.c_str(), O_RDONLY | O_NOFOLLOW | O_DIRECTORY | O_CLOEXEC));
  if (!fd) throw_errno(fmt::format("opening `{}'", path));
  emit(nar_tokens({"(", "type", "directory"}));
  for (const std::string& entry : sorted_names(fd.get(), path)) {
    emit(nar_tokens({"entry", "(", "name", entry, "node"}));
    visit(fd.get(), entry, path + "/" + entry);
    emit(nar_tokens({")"}));
  }
  emit(nar_tokens({")"}));
  if (pass_.canonicalize) return canonicalize(parent, name, path, status, 0555);
  if (!pass_.links) return;
  const timespec times[2] = {status.st_atim, status.st_mtim};
  if (fchmod(fd.get(), status.st_mode & 07777) != 0 || futimens(fd.get(), times) != 0)
    throw_errno(fmt::format("changing the mode of `{}'", path));
}

void Walk::visit_link(int parent, const std::string& name, const std::string& path) {
  if (!pass_.nar) return;
  std::string target(PATH_MAX, '\0');
  ssize_t size = readlinkat(parent, name.c_str(), target.data(), target.size());
  if (size < 0) throw_errno(fmt::format("reading the link `{}'", path));
  target.resize(static_cast<std::size_t>(size));
  emit(nar_tokens({"(", "type", "symlink", "target", target, ")"}));
}

void Walk::check_owner(const std::string& path, const struct stat& status) {
  if (status.st_uid == *pass_.expected_owner) return;
  if (seen_.contains({status.st_dev, status.st_ino})) return;
  throw Error("`{}' belongs to user {}, not to {} who built it", path, status.st_uid,
              *pass_.expected_owner);
}

void Walk::canonicalize(int parent, const std::string& name, const std::string& path,
                        const struct stat& status, mode_t mode) {
  remove_attributes(path);
  // Before the mode: giving a file away clears some of its bits.
  if (status.st_uid != geteuid() &&
      fchownat(parent, name.c_str(), geteuid(), getegid(), AT_SYMLINK_NOFOLLOW) != 0)
    throw_errno(fmt::format("changing the owner of `{}'", path));
  bool is_link = S_ISLNK(status.st_mode);
  if (!is_link && fchmodat(parent, name.c_str(), mode, 0) != 0)
    throw_errno(fmt::format("changing the mode of `{}'", path));
  if (utimensat(parent, name.c_str(), canonical_time, AT_SYMLINK_NOFOLLOW) != 0)
    throw_errno(fmt::format("changing the time of `{}'", path));
}

void Walk::remove_attributes(const std::string& path) {
  char names[4096];
  ssize_t size = llistxattr(path.c_str(), names, sizeof names);
  if (size < 0 && (errno == ENOTSUP || errno == ENOSYS)) return;
  if (size < 0) throw_errno(fmt::format("reading the attributes of `{}'", path));
  for (const char* name = names; name < names + size; name += std::strlen(name) + 1) {
    // Security labels are the system's, not the file's.
    if (std::string_view(name).starts_with("security.selinux")) continue;
    if (lremovexattr(path.c_str(), name) != 0 && errno != ENODATA)
      throw_errno(fmt::format("removing the attribute {} of `{}'", name, path));
  }
}

}  // namespace

void walk_tree(const std::string& path, const TreePass& pass) {
  Walk(pass).run(path);
}

}  // namespace nacre
