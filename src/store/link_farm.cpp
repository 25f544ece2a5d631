// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/link_farm.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "base/error.hpp"
#include "base/files.hpp"

namespace nacre {
namespace {

std::string temporary_name() {
  static std::atomic<unsigned> count = 0;
  return fmt::format(".tmp-link-{}-{}", getpid(), ++count);
}

/// A known file that was damaged, or whose disk block is shared by as many as can be, is of no use.
bool is_usable(const struct stat& known, const struct stat& status) {
  return S_ISREG(known.st_mode) && known.st_size == status.st_size &&
         (known.st_mode & 07777) == (status.st_mode & 07777) && known.st_uid == status.st_uid;
}

}  // namespace

void LinkFarm::share(int directory, const std::string& name, const struct stat& status,
                     const Hash& hash) {
  std::string link = directory_ + "/" + hash.nix_base32();
  auto known = try_lstat(link);
  if (!known) {
    if (linkat(directory, name.c_str(), AT_FDCWD, link.c_str(), 0) == 0) return;
    // No room for another entry, or no more links to this file: it stays as it is.
    if (errno == ENOSPC || errno == EMLINK) return;
    if (errno != EEXIST) throw_errno(fmt::format("linking `{}'", link));
    known = try_lstat(link);
  }
  if (!known || !is_usable(*known, status)) return;
  if (known->st_ino == status.st_ino && known->st_dev == status.st_dev) return;
  // A collector may take the known file or the temporary one from under us: no harm done.
  std::string temporary = directory_name(directory_) + "/" + temporary_name();
  unlink(temporary.c_str());
  if (linkat(AT_FDCWD, link.c_str(), AT_FDCWD, temporary.c_str(), 0) != 0) {
    if (errno == EMLINK || errno == ENOENT) return;
    throw_errno(fmt::format("linking `{}'", link));
  }
  int renamed = renameat(AT_FDCWD, temporary.c_str(), directory, name.c_str());
  int reason = errno;
  unlink(temporary.c_str());
  if (renamed != 0 && reason == ENOENT) return;
  if (renamed != 0) throw SystemError(reason, fmt::format("replacing `{}' by a link", name));
  if (status.st_nlink == 1) bytes_saved_ += static_cast<std::uint64_t>(status.st_blocks) * 512;
}

}  // namespace nacre
