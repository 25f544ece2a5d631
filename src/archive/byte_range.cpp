// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/byte_range.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>

#include "base/error.hpp"
#include "base/fd_error.hpp"

namespace nacre {
namespace {

[[noreturn]] void fail_at_end() {
  throw Error("it ends too early");
}

void read_file_at(int fd, std::uint64_t offset, char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t count = pread(fd, bytes, size, static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_fd_error("reading", fd);
    if (count == 0) fail_at_end();
    bytes += count;
    offset += static_cast<std::uint64_t>(count);
    size -= static_cast<std::size_t>(count);
  }
}

}  // namespace

ByteRange ByteRange::of_file(int fd) {
  struct stat status {};
  if (fstat(fd, &status) != 0) throw_fd_error("reading", fd);
  return {static_cast<std::uint64_t>(status.st_size),
          [fd](std::uint64_t offset, char* bytes, std::size_t size) {
            read_file_at(fd, offset, bytes, size);
          }};
}

ByteRange ByteRange::of_text(std::string_view text) {
  return {text.size(), [text](std::uint64_t offset, char* bytes, std::size_t size) {
            text.copy(bytes, size, offset);
          }};
}

void ByteRange::read(std::uint64_t offset, char* bytes, std::size_t size) const {
  if (offset > size_ || size > size_ - offset) fail_at_end();
  read_at_(offset, bytes, size);
}

std::string ByteRange::read(std::uint64_t offset, std::size_t size) const {
  const std::uint64_t rest = offset > size_ ? 0 : size_ - offset;
  std::string bytes(std::min<std::uint64_t>(size, rest), '\0');
  if (!bytes.empty()) read_at_(offset, bytes.data(), bytes.size());
  return bytes;
}

ByteRange ByteRange::from(std::uint64_t offset) const {
  assert(offset <= size_);
  return {size_ - offset,
          [read_at = read_at_, offset](std::uint64_t at, char* bytes, std::size_t size) {
            read_at(offset + at, bytes, size);
          }};
}

}  // namespace nacre
