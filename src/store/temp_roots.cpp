// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/temp_roots.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/fd_error.hpp"
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

/// This process's own file while it changes: a collector that has read it holds it shared, so this
/// waits for its end. However the change ends, the file is locked shared again afterwards.
class Change {
 public:
  explicit Change(int fd) : fd_(fd) { lock_file(fd, LockMode::exclusive); }
  ~Change() { try_lock_file(fd_, LockMode::shared); }  // from exclusive: never waits
  Change(const Change&) = delete;
  Change& operator=(const Change&) = delete;

 private:
  int fd_;
};

void write_at(int fd, off_t offset, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = pwrite(fd, text.data(), text.size(), offset);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_fd_error("writing", fd);
    text.remove_prefix(static_cast<std::size_t>(count));
    offset += count;
  }
}

}  // namespace

UniqueFd open_gc_lock(const std::string& state_directory) {
  return open_file(state_directory + "/gc.lock", O_RDWR | O_CREAT, 0600);
}

UniqueFd open_gc_lock_if_allowed(const std::string& state_directory) {
  try {
    return open_gc_lock(state_directory);
  } catch (const SystemError& error) {
    if (error.code() == EACCES || error.code() == EPERM || error.code() == EROFS) return {};
    throw;
  }
}

TempRoots::TempRoots(const std::string& state_directory)
    : state_(state_directory),
      writable_(access(directory_of(state_directory).c_str(), W_OK) == 0) {}

TempRoots::~TempRoots() {
  end();
}

void TempRoots::end() {
  std::lock_guard lock(mutex_);
  if (fd_ && owner_ == getpid()) unlink(file_.c_str());
  fd_.reset();
  owner_ = 0;
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
  const Change change(fd_.get());
  // Over what is there, and it is not longer: this needs no room on the disk.
  write_at(fd_.get(), 0, text);
  if (ftruncate(fd_.get(), static_cast<off_t>(text.size())) != 0)
    throw_fd_error("writing", fd_.get());
  size_ = static_cast<off_t>(text.size());
}

/// Opens this process's file, if it has none yet.
void TempRoots::prepare() {
  if (owner_ != getpid()) open_own_file();
}

void TempRoots::append(const std::string& text) {
  const Change change(fd_.get());
  try {
    write_at(fd_.get(), size_, text);
  } catch (...) {
    // Half a name would spoil the next one. Where this fails as well, that one is written over it.
    [[maybe_unused]] int truncated = ftruncate(fd_.get(), size_);
    throw;
  }
  size_ += static_cast<off_t>(text.size());
}

void TempRoots::open_own_file() {
  UniqueFd gc_lock = open_gc_lock(state_);
  lock_file(gc_lock.get(), LockMode::shared);
  // Another process may have the same number in another namespace, or be this one's second store.
  std::string base = fmt::format("{}/{}", directory_of(state_), getpid());
  std::string file = base;
  for (int i = 1; !claim(file); ++i) file = fmt::format("{}-{}", base, i);
  file_ = file;
  size_ = 0;
  owner_ = getpid();
  known_.clear();
  names_.clear();
}

/// Makes `file` this process's own, unless a living process has it.
bool TempRoots::claim(const std::string& file) {
  UniqueFd fd = open_file(file, O_RDWR | O_CREAT | O_NOFOLLOW, 0600);
  if (!try_lock_file(fd.get(), LockMode::exclusive)) return false;
  struct stat status {};
  if (fstat(fd.get(), &status) != 0) throw_errno(fmt::format("reading '{}'", file));
  if (status.st_nlink == 0) return claim(file);
  if (ftruncate(fd.get(), 0) != 0) throw_errno(fmt::format("emptying '{}'", file));
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
    if (!fd) throw_errno(fmt::format("opening '{}'", file));
    if (try_lock_file(fd.get(), LockMode::exclusive)) {
      unlink(file.c_str());
      // A process of Guix that has just opened it sees by this byte that it is stale.
      [[maybe_unused]] auto written = ::write(fd.get(), "d", 1);  // fails on a full disk
      continue;
    }
    lock_file(fd.get(), LockMode::shared);
    std::vector<std::string> names = split_names(read_fd(fd.get()));
    paths_.insert(names.begin(), names.end());
    held_.push_back(std::move(fd));
  }
}

}  // namespace nacre
