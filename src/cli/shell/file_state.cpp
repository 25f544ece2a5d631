// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/shell/file_state.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/hash.hpp"

namespace nacre::cli {

namespace {

constexpr std::size_t most_files = 20000;
constexpr std::size_t deepest = 64;

bool is_later(const timespec& left, const timespec& right) {
  return left.tv_sec > right.tv_sec ||
         (left.tv_sec == right.tv_sec && left.tv_nsec > right.tv_nsec);
}

void note_change(const struct stat& status, timespec* newest) {
  if (newest == nullptr) return;
  if (is_later(status.st_ctim, *newest)) *newest = status.st_ctim;
}

std::string stamp(const struct stat& status) {
  return fmt::format("{:x} {:x} {:o} {:x} {:x}.{:x} {:x}.{:x}", status.st_dev, status.st_ino,
                     status.st_mode, status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec,
                     status.st_ctim.tv_sec, status.st_ctim.tv_nsec);
}

std::string digest(std::string_view text) {
  return hash_bytes(HashAlgorithm::sha256, text).nix_base32();
}

/// The names in an open directory, sorted; nothing if it cannot be read. Takes the descriptor.
std::optional<std::vector<std::string>> names_in(UniqueFd directory) {
  if (!directory) return std::nullopt;
  std::unique_ptr<DIR, int (*)(DIR*)> stream(fdopendir(directory.get()), closedir);
  if (!stream) return std::nullopt;
  directory.release();
  std::vector<std::string> names;
  while (const dirent* entry = readdir(stream.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

UniqueFd open_directory_at(int parent, const char* name, int flags) {
  return UniqueFd(openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | flags));
}

/// Writes down the names and stamps of what lies below a directory.
class Walk {
 public:
  explicit Walk(timespec* newest) : newest_(newest) {}
  virtual ~Walk() = default;
  Walk(const Walk&) = delete;
  Walk& operator=(const Walk&) = delete;

  void enter(UniqueFd directory, std::size_t depth) {
    if (depth > deepest) throw Error("its directories are nested too deeply to be watched");
    const int fd = directory.get();
    const UniqueFd kept(fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 0));
    const auto names = names_in(std::move(directory));
    if (!names) return add(no_state);
    for (const std::string& name : *names) visit(kept.get(), name, depth);
  }
  void visit_top(const std::string& file) { visit(AT_FDCWD, file, 0); }
  std::string state() const { return digest(text_); }

 protected:
  virtual void visit(int parent, const std::string& name, std::size_t depth) = 0;

  void add(std::string_view line) {
    text_ += line;
    text_ += '\0';
  }
  void add_file(const std::string& name, const struct stat& status) {
    if (++files_ > most_files)
      throw Error("there are more than {} files below it, too many to be watched", most_files);
    note_change(status, newest_);
    add(name);
    add(stamp(status));
  }

 private:
  timespec* newest_;
  std::string text_;
  std::size_t files_ = 0;
};

class TreeWalk : public Walk {
 public:
  using Walk::Walk;

 protected:
  void visit(int parent, const std::string& name, std::size_t depth) override {
    struct stat status {};
    if (fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return add(no_state);
    add_file(name, status);
    if (S_ISDIR(status.st_mode))
      enter(open_directory_at(parent, name.c_str(), O_NOFOLLOW), depth + 1);
    add("");
  }
};

class ModulesWalk : public Walk {
 public:
  using Walk::Walk;

 protected:
  void visit(int parent, const std::string& name, std::size_t depth) override {
    if (name.starts_with('.')) return;
    const bool is_module = name.ends_with(".scm") || name.ends_with(".go");
    struct stat status {};
    if (fstatat(parent, name.c_str(), &status, 0) != 0) return;
    if (is_module) add_file(name, status);
    if (!S_ISDIR(status.st_mode)) return;
    add_file(name, status);
    if (is_new(status)) enter(open_directory_at(parent, name.c_str(), 0), depth + 1);
    add("");
  }

 private:
  /// Links may lead back up.
  bool is_new(const struct stat& status) {
    const std::pair<dev_t, ino_t> id(status.st_dev, status.st_ino);
    if (std::find(seen_.begin(), seen_.end(), id) != seen_.end()) return false;
    seen_.push_back(id);
    return true;
  }
  std::vector<std::pair<dev_t, ino_t>> seen_;
};

}  // namespace

std::string contents_state(const std::string& file) {
  struct stat status {};
  if (stat(file.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::string(no_state);
  try {
    return hash_file(HashAlgorithm::sha256, file).nix_base32();
  } catch (const SystemError&) {
    return std::string(no_state);
  }
}

std::string file_stamp(const std::string& file, timespec* newest) {
  struct stat status {};
  if (stat(file.c_str(), &status) != 0) return std::string(no_state);
  if (!S_ISDIR(status.st_mode)) note_change(status, newest);
  return stamp(status);
}

std::string status_state(const std::string& file) {
  struct stat status {};
  if (stat(file.c_str(), &status) != 0) return std::string(no_state);
  if (S_ISDIR(status.st_mode)) return fmt::format("directory {:o}", status.st_mode);
  return fmt::format("{:o} {:x} {:x}.{:x}", status.st_mode, status.st_size, status.st_mtim.tv_sec,
                     status.st_mtim.tv_nsec);
}

std::string link_state(const std::string& file) {
  struct stat status {};
  if (lstat(file.c_str(), &status) != 0 || !S_ISLNK(status.st_mode)) return status_state(file);
  try {
    return "-> " + read_link(file);
  } catch (const SystemError&) {
    return std::string(no_state);
  }
}

std::string names_state(const std::string& directory, timespec* newest) {
  struct stat status {};
  UniqueFd fd = open_directory_at(AT_FDCWD, directory.c_str(), 0);
  if (!fd || fstat(fd.get(), &status) != 0) return std::string(no_state);
  note_change(status, newest);
  const auto names = names_in(std::move(fd));
  if (!names) return std::string(no_state);
  std::string text;
  for (const std::string& name : *names) text.append(name).push_back('\0');
  return digest(text);
}

std::string tree_state(const std::string& file, timespec* newest) {
  TreeWalk walk(newest);
  walk.visit_top(file);
  return walk.state();
}

std::string modules_state(const std::string& directory, timespec* newest) {
  ModulesWalk walk(newest);
  walk.enter(open_directory_at(AT_FDCWD, directory.c_str(), 0), 0);
  return walk.state();
}

}  // namespace nacre::cli
