// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/temp_roots.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "base/error.hpp"
#include "store/file_lock.hpp"

namespace nacre {
namespace {

std::string directory_of(const std::string& state) {
  return state + "/temproots";
}

/// The complete, NUL-terminated names in a file of temporary roots.
std::vector<std::string> split_names(const std::string& text) {
  std::vector<std::string> names;
  for (std::size_t begin = 0, end; (end = text.find('\0', begin)) != text.npos; begin = end + 1)
    names.push_back(text.substr(begin, end - begin));
  return names;
}

}  // namespace

UniqueFd open_gc_lock(const std::string& state_directory) {
  return open_file(state_directory + "/gc.lock", O_RDWR | O_CREAT, 0600);
}

TempRoots::TempRoots(const std::string& state_directory)
    : state_(state_directory),
      writable_(access(directory_of(state_directory).c_str(), W_OK) == 0) {}

TempRoots::~TempRoots() {
  if (fd_ && owner_ == getpid()) unlink(file_.c_str());
}

void TempRoots::add(const std::vector<StorePath>& paths) {
  std::lock_guard lock(mutex_);
  if (!writable_) return;
  prepare();
  std::string text;
  for (const StorePath& path : paths)
    if (!known_.contains(path)) text.append(path.text()).push_back('\0');
  if (text.empty()) return;
  append(text);
  known_.insert(paths.begin(), paths.end());
}

void TempRoots::add_name(const std::string& name) {
  std::lock_guard lock(mutex_);
  if (!writable_) return;
  prepare();
  if (names_.contains(name)) return;
  append(name + '\0');
  names_.insert(name);
}

void TempRoots::release() {
  std::lock_guard lock(mutex_);
  if (!fd_ || owner_ != getpid()) return;
  known_.clear();
  std::string text;
  for (const std::string& name : names_) text.append(name).push_back('\0');
  lock_file(fd_.get(), LockMode::exclusive);
  if (ftruncate(fd_.get(), 0) != 0) throw_errno(fmt::format("emptying `{}'", file_));
  write_fully(fd_.get(), text);
  lock_file(fd_.get(), LockMode::shared);
}

/// Opens this process's file, if it has none yet.
void TempRoots::prepare() {
  if (owner_ != getpid()) open_own_file();
}

void TempRoots::append(const std::string& text) {
  // A collector that has read the file holds it shared: this waits for its end.
  lock_file(fd_.get(), LockMode::exclusive);
  write_fully(fd_.get(), text);
  lock_file(fd_.get(), LockMode::shared);
}

void TempRoots::open_own_file() {
  UniqueFd gc_lock = open_gc_lock(state_);
  lock_file(gc_lock.get(), LockMode::shared);
  // Another process may have the same number in another namespace, or be this one's second store.
  std::string base = fmt::format("{}/{}", directory_of(state_), getpid());
  std::string file = base;
  for (int i = 1; !claim(file); ++i) file = fmt::format("{}-{}", base, i);
  file_ = file;
  owner_ = getpid();
  known_.clear();
  names_.clear();
}

/// Makes `file` this process's own, unless a living process has it.
bool TempRoots::claim(const std::string& file) {
  UniqueFd fd = open_file(file, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW, 0600);
  if (!try_lock_file(fd.get(), LockMode::exclusive)) return false;
  struct stat status {};
  if (fstat(fd.get(), &status) != 0) throw_errno(fmt::format("reading `{}'", file));
  if (status.st_nlink == 0) return claim(file);
  if (ftruncate(fd.get(), 0) != 0) throw_errno(fmt::format("emptying `{}'", file));
  lock_file(fd.get(), LockMode::shared);
  fd_ = std::move(fd);
  return true;
}

std::vector<std::pair<std::string, std::string>> read_temp_roots(
    const std::string& state_directory) {
  std::vector<std::pair<std::string, std::string>> roots;
  std::string directory = directory_of(state_directory);
  for (const std::string& name : list_directory(directory)) {
    std::string file = directory + "/" + name;
    UniqueFd fd(::open(file.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC));
    if (!fd || try_lock_file(fd.get(), LockMode::exclusive)) continue;
    for (std::string& path : split_names(read_fd(fd.get()))) roots.emplace_back(file, path);
  }
  return roots;
}

TempRootsSnapshot::TempRootsSnapshot(const std::string& state_directory) {
  std::string directory = directory_of(state_directory);
  for (const std::string& name : list_directory(directory)) {
    std::string file = directory + "/" + name;
    UniqueFd fd(::open(file.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC));
    if (!fd && errno == ENOENT) continue;
    if (!fd) throw_errno(fmt::format("opening `{}'", file));
    if (try_lock_file(fd.get(), LockMode::exclusive)) {
      unlink(file.c_str());
      // A process of Guix that has just opened it sees by this byte that it is stale.
      write_fully(fd.get(), "d");
      continue;
    }
    lock_file(fd.get(), LockMode::shared);
    std::vector<std::string> names = split_names(read_fd(fd.get()));
    paths_.insert(names.begin(), names.end());
    held_.push_back(std::move(fd));
  }
}

}  // namespace nacre
