// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/read_at.hpp"

#include <unistd.h>

#include <cerrno>
#include <string>

#include "base/error.hpp"
#include "base/fd_error.hpp"

namespace nacre {

void read_fully_at(int fd, std::uint64_t offset, char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t count = pread(fd, bytes, size, static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_fd_error("reading", fd);
    if (count == 0) throw Error("unexpected end of file");
    bytes += count;
    size -= static_cast<std::size_t>(count);
    offset += static_cast<std::uint64_t>(count);
  }
}

}  // namespace nacre
