// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/link_farm.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>

#include "base/error.hpp"
#include "base/files.hpp"

namespace nacre {
namespace {

std::string temporary_name() {
  static std::atomic<unsigned> count = 0;
  return fmt::format(".tmp-link-{}-{}", getpid(), ++count);
}

bool have_equal_facts(const struct stat& known, const struct stat& status) {
  return S_ISREG(known.st_mode) && known.st_size == status.st_size &&
         (known.st_mode & 07777) == (status.st_mode & 07777) && known.st_uid == status.st_uid;
}

/// Reads `size` bytes at `offset`; fewer only at the file's end.
std::size_t read_block(int fd, char* block, std::size_t size, off_t offset) {
  std::size_t done = 0;
  while (done < size) {
    ssize_t count = pread(fd, block + done, size - done, offset + static_cast<off_t>(done));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    done += static_cast<std::size_t>(count);
  }
  return done;
}

/// What cannot be read is not equal.
bool have_equal_contents(int one, int other) {
  constexpr std::size_t block_size = std::size_t{128} << 10;
  std::string block(2 * block_size, '\0');
  for (off_t offset = 0;; offset += block_size) {
    std::size_t count = read_block(one, block.data(), block_size, offset);
    if (read_block(other, block.data() + block_size, block_size, offset) != count) return false;
    if (std::memcmp(block.data(), block.data() + block_size, count) != 0) return false;
    if (count < block_size) return true;
  }
}

UniqueFd open_for_reading(int directory, const std::string& name) {
  return UniqueFd(openat(directory, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
}

}  // namespace

/// The known file is opened, and stays open while it is compared: it cannot become another one.
LinkFarm::Known LinkFarm::look_at(const std::string& link, int directory, const std::string& name,
                                  const struct stat& status) {
  UniqueFd known = open_for_reading(AT_FDCWD, link);
  if (!known && errno == ENOENT) return Known::absent;
  if (!known) return errno == ELOOP ? Known::wrong : Known::unreadable;
  struct stat known_status {};
  if (fstat(known.get(), &known_status) != 0) return Known::unreadable;
  if (known_status.st_ino == status.st_ino && known_status.st_dev == status.st_dev)
    return Known::same_file;
  UniqueFd file = open_for_reading(directory, name);
  if (!file) throw_errno(fmt::format("opening '{}'", name));
  return have_equal_facts(known_status, status) && have_equal_contents(known.get(), file.get())
             ? Known::equal
             : Known::wrong;
}

void LinkFarm::share(int directory, const std::string& name, const struct stat& status,
                     const Hash& hash) {
  std::string link = directory_ + "/" + hash.nix_base32();
  Known known = look_at(link, directory, name, status);
  // One that was damaged would spread. What shares it already is for verification to find.
  if (known == Known::wrong) unlink(link.c_str());
  if (known == Known::wrong || known == Known::absent) {
    if (linkat(directory, name.c_str(), AT_FDCWD, link.c_str(), 0) == 0) return;
    // No room for another entry, or no more links to this file: it stays as it is.
    if (errno == ENOSPC || errno == EMLINK) return;
    if (errno != EEXIST) throw_errno(fmt::format("linking '{}'", link));
    known = look_at(link, directory, name, status);
  }
  if (known != Known::equal) return;
  // A collector may take the known file or the temporary one from under us: no harm done.
  std::string temporary = directory_name(directory_) + "/" + temporary_name();
  unlink(temporary.c_str());
  if (linkat(AT_FDCWD, link.c_str(), AT_FDCWD, temporary.c_str(), 0) != 0) {
    if (errno == EMLINK || errno == ENOENT || errno == ENOSPC) return;
    throw_errno(fmt::format("linking '{}'", link));
  }
  int renamed = renameat(AT_FDCWD, temporary.c_str(), directory, name.c_str());
  int reason = errno;
  unlink(temporary.c_str());
  if (renamed != 0 && reason == ENOENT) return;
  if (renamed != 0) throw SystemError(reason, fmt::format("replacing '{}' by a link", name));
  if (status.st_nlink == 1) bytes_saved_ += static_cast<std::uint64_t>(status.st_blocks) * 512;
}

}  // namespace nacre
