// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nacre {

/// Owns a file descriptor and closes it.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  ~UniqueFd() { reset(); }
  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept;
  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  int release() { return std::exchange(fd_, -1); }
  void reset();

 private:
  int fd_ = -1;
};

/// A directory that is removed, with everything in it, when this goes away.
class TemporaryDirectory {
 public:
  /// Creates `PARENT/PREFIXxxxxxx`, mode 0700; the default parent is $TMPDIR or /tmp.
  explicit TemporaryDirectory(std::string_view prefix, std::string_view parent = {});
  ~TemporaryDirectory();
  TemporaryDirectory(TemporaryDirectory&& other) noexcept;
  TemporaryDirectory& operator=(TemporaryDirectory&&) = delete;
  const std::string& path() const { return path_; }
  std::string release() { return std::exchange(path_, {}); }  ///< keeps it from being removed

 private:
  std::string path_;
};

/// All paths are those of the file system; failures throw SystemError naming the path.
UniqueFd open_file(const std::string& path, int flags, mode_t mode = 0666);  ///< adds O_CLOEXEC
/// A file without a name, to write and read, in $TMPDIR or /tmp.
UniqueFd open_unnamed_file();
std::string read_file(const std::string& path);
std::string read_fd(int fd);  ///< to the end
/// Writes a temporary sibling, then renames it over `path`: readers see the old or the new bytes.
void write_file_atomically(const std::string& path, std::string_view text, mode_t mode = 0644);
void write_fully(int fd, std::string_view bytes);  ///< goes on after partial writes

std::optional<struct stat> try_lstat(const std::string& path);  ///< nothing when it does not exist
struct stat lstat_file(const std::string& path);
bool path_exists(const std::string& path);  ///< of a symbolic link itself, not of its target
std::string read_link(const std::string& path);
/// Names in a directory without "." and "..", sorted by their bytes.
std::vector<std::string> list_directory(const std::string& path);
std::vector<std::string> list_directory(int directory);  ///< of an open directory, from its start
void make_directories(const std::string& path, mode_t mode = 0755);  ///< like mkdir -p
/// Removes a tree without ever following a symbolic link, making read-only directories writable
/// on the way; returns the bytes freed (disk blocks of files whose last link this was). A path that
/// does not exist is not an error. Safe against others who change the tree meanwhile.
std::uint64_t remove_tree(const std::string& path);
void rename_file(const std::string& from, const std::string& to);
void create_symlink(const std::string& target, const std::string& path);

/// Against the working directory, without ".", ".." and repeated slashes; symbolic links are not
/// looked at.
std::string absolute_path(std::string_view path);
std::string base_name(std::string_view path);       ///< "b" of "/a/b/", "/" of "/"
std::string directory_name(std::string_view path);  ///< "/a" of "/a/b/", "." of "a"
std::string temporary_directory();                  ///< $TMPDIR or /tmp

}  // namespace nacre
