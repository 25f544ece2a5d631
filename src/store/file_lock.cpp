// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/file_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "base/error.hpp"
#include "base/fd_error.hpp"
#include "base/interrupt.hpp"

namespace nacre {
namespace {

struct flock whole_file(short type) {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  return lock;
}

short lock_type(LockMode mode) {
  return mode == LockMode::shared ? F_RDLCK : F_WRLCK;
}

std::string lock_file_name(const StoreLayout& layout, const StorePath& path) {
  return fmt::format("{}/{}.lock", layout.store, path.base_name());
}

/// The holder before us may have removed the file that we opened and locked, or, if it could not,
/// left one that says that it is stale; that one goes now.
bool is_current(const std::string& file, int fd) {
  struct stat opened {};
  if (fstat(fd, &opened) != 0) throw_errno(fmt::format("reading '{}'", file));
  auto present = try_lstat(file);
  if (!present || present->st_ino != opened.st_ino || present->st_dev != opened.st_dev)
    return false;
  if (opened.st_size == 0) return true;
  if (unlink(file.c_str()) != 0 && errno != ENOENT)
    throw_errno(fmt::format("removing the stale lock '{}'", file));
  return false;
}

}  // namespace

void lock_file(int fd, LockMode mode) {
  struct flock lock = whole_file(lock_type(mode));
  while (fcntl(fd, F_OFD_SETLKW, &lock) != 0) {
    if (errno != EINTR) throw_fd_error("locking", fd);
    check_interrupted();
  }
}

bool try_lock_file(int fd, LockMode mode) {
  struct flock lock = whole_file(lock_type(mode));
  if (fcntl(fd, F_OFD_SETLK, &lock) == 0) return true;
  if (errno == EAGAIN || errno == EACCES) return false;
  throw_fd_error("locking", fd);
}

void unlock_file(int fd) {
  struct flock lock = whole_file(F_UNLCK);
  fcntl(fd, F_OFD_SETLK, &lock);
}

PathLock PathLock::wait(const StoreLayout& layout, const StorePath& path) {
  for (;; std::this_thread::sleep_for(std::chrono::milliseconds(20))) {
    if (auto lock = try_acquire(layout, path)) return std::move(*lock);
    check_interrupted();
  }
}

std::optional<PathLock> PathLock::try_acquire(const StoreLayout& layout, const StorePath& path) {
  std::string file = lock_file_name(layout, path);
  for (;;) {
    UniqueFd fd = open_file(file, O_RDWR | O_CREAT | O_NOFOLLOW, 0600);
    if (!try_lock_file(fd.get(), LockMode::exclusive)) return {};
    if (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) return {};
    if (is_current(file, fd.get())) return PathLock(file, std::move(fd));
  }
}

bool PathLock::is_held(const std::string& file) {
  UniqueFd fd(::open(file.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC));
  if (!fd) return errno != ENOENT;
  return !try_lock_file(fd.get(), LockMode::exclusive) || flock(fd.get(), LOCK_EX | LOCK_NB) != 0;
}

void PathLock::release() {
  if (!fd_) return;
  // A process that waits for the file that was just removed sees by this byte that it is stale.
  if (unlink(file_.c_str()) == 0) {
    [[maybe_unused]] auto written = ::write(fd_.get(), "d", 1);
  }
  fd_.reset();
}

}  // namespace nacre
