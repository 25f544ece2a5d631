// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/tar.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstddef>
#include <cstring>
#include <numeric>

#include "archive/entry_name.hpp"
#include "archive/tar_format.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/interrupt.hpp"

namespace nacre {

unsigned tar_format::checksum(const Header& header) {
  Header counted = header;
  std::memset(counted.checksum, ' ', sizeof counted.checksum);
  std::array<unsigned char, record_size> bytes;
  std::memcpy(bytes.data(), &counted, record_size);
  return std::accumulate(bytes.begin(), bytes.end(), 0U);
}

namespace {

using tar_format::checksum;
using tar_format::Header;
using tar_format::record_size;

constexpr std::size_t copy_size = std::size_t{256} * 1024;

/// Octal digits and a NUL; what does not fit so is written as big-endian bytes after 0x80.
template <std::size_t size>
void put_number(char (&field)[size], std::uint64_t value) {
  constexpr std::size_t digits = size - 1;
  bool fits = 3 * digits >= 64 || value >> (3 * digits) == 0;
  for (std::size_t i = digits; fits && i-- > 0; value >>= 3)
    field[i] = static_cast<char>('0' + (value & 7));
  if (fits) return;
  field[0] = '\x80';
  for (std::size_t i = size; i-- > 1; value >>= 8) field[i] = static_cast<char>(value & 0xff);
}

void put_text(char* field, std::size_t size, std::string_view text) {
  std::memcpy(field, text.data(), std::min(size, text.size()));
}

/// The checksum counts its own field as spaces, and is written as six digits, NUL, space.
void put_checksum(Header& header) {
  std::string digits = fmt::format("{:06o}", checksum(header));
  std::memset(header.checksum, ' ', sizeof header.checksum);
  std::memcpy(header.checksum, digits.c_str(), digits.size() + 1);
}

void check_name(std::string_view name) {
  check_entry_name(name, "a tar archive");
}

struct stat status_of(int fd, const std::string& name) {
  struct stat status {};
  if (fstat(fd, &status) != 0) throw_errno(fmt::format("looking at the file for '{}'", name));
  return status;
}

std::string read_link_at(int parent, const std::string& file_name, const std::string& name) {
  std::array<char, PATH_MAX> target;
  ssize_t length = readlinkat(parent, file_name.c_str(), target.data(), target.size());
  if (length < 0) throw_errno(fmt::format("reading the symbolic link for '{}'", name));
  return {target.data(), static_cast<std::size_t>(length)};
}

}  // namespace

void TarWriter::add_directory(const std::string& name, unsigned mode, const Owner& owner) {
  check_name(name);
  write_header(name + "/", '5', mode, 0, {}, owner);
}

void TarWriter::add_symlink(const std::string& name, const std::string& target) {
  check_name(name);
  write_header(name, '2', 0777, 0, target);
}

void TarWriter::add_hardlink(const std::string& name, const std::string& target) {
  check_name(name);
  check_name(target);
  write_header(name, '1', 0444, 0, target);
}

void TarWriter::add_file(const std::string& name, std::string_view contents, unsigned mode) {
  check_name(name);
  write_header(name, '0', mode, contents.size(), {});
  sink_.write(contents);
  write_padding(contents.size());
}

void TarWriter::add_file_from(const std::string& name, const std::string& path) {
  check_name(name);
  add_open_file(name, open_file(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).get());
}

void TarWriter::add_file_from(const std::string& name, const std::string& path, unsigned mode,
                              const Owner& owner) {
  check_name(name);
  const UniqueFd file = open_file(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  const struct stat status = status_of(file.get(), name);
  if (!S_ISREG(status.st_mode)) throw Error("the file for '{}' is not a regular one", name);
  const auto size = static_cast<std::uint64_t>(status.st_size);
  write_header(name, '0', mode, size, {}, owner);
  copy_contents(name, file.get(), size);
}

void TarWriter::add_tree(const std::string& name, const std::string& path,
                         unsigned directory_mode) {
  directory_mode_ = directory_mode;
  if (!name.empty()) {
    check_name(name);
    return add_entry(AT_FDCWD, path, name);
  }
  UniqueFd directory = open_file(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  add_entries(directory.get(), "");
}

void TarWriter::finish() {
  sink_.write(std::string(2 * record_size, '\0'));
}

void TarWriter::write_header(const std::string& name, char type, unsigned mode, std::uint64_t size,
                             const std::string& link_target, const Owner& owner) {
  Header header{};
  if (link_target.size() > sizeof header.link_target) write_long_name('K', link_target);
  if (name.size() > sizeof header.name) write_long_name('L', name);
  put_text(header.name, sizeof header.name, name);
  put_text(header.link_target, sizeof header.link_target, link_target);
  put_number(header.mode, mode);
  put_number(header.uid, owner.user);
  put_number(header.gid, owner.group);
  put_number(header.size, size);
  put_number(header.mtime, static_cast<std::uint64_t>(mtime_));
  header.type = type;
  std::memcpy(header.magic, "ustar  ", sizeof header.magic);
  put_checksum(header);
  std::array<char, record_size> bytes;
  std::memcpy(bytes.data(), &header, record_size);
  sink_.write({bytes.data(), bytes.size()});
}

/// What does not fit in the next header comes before it, as the contents of a file of its own.
void TarWriter::write_long_name(char type, const std::string& text) {
  std::string contents = text + '\0';
  write_header("././@LongLink", type, 0644, contents.size(), {});
  sink_.write(contents);
  write_padding(contents.size());
}

void TarWriter::write_padding(std::uint64_t size) {
  static constexpr std::array<char, record_size> zeros{};
  std::size_t rest = size % record_size;
  if (rest != 0) sink_.write({zeros.data(), record_size - rest});
}

void TarWriter::add_open_file(const std::string& name, int fd) {
  const struct stat status = status_of(fd, name);
  if (!S_ISREG(status.st_mode)) throw Error("the file for '{}' is not a regular one", name);
  add_contents(name, fd, status);
}

void TarWriter::add_contents(const std::string& name, int fd, const struct stat& status) {
  auto size = static_cast<std::uint64_t>(status.st_size);
  write_header(name, '0', status.st_mode & S_IXUSR ? 0555 : 0444, size, {});
  copy_contents(name, fd, size);
}

void TarWriter::copy_contents(const std::string& name, int fd, std::uint64_t size) {
  if (size > copy_size) posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);

  buffer_.resize(copy_size);
  FdSource source(fd);
  for (std::uint64_t rest = size; rest > 0;) {
    check_interrupted();
    auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(rest, buffer_.size()));
    std::size_t count = source.read(buffer_.data(), wanted);
    if (count == 0) throw Error("the file for '{}' became shorter while it was being read", name);
    sink_.write({buffer_.data(), count});
    rest -= count;
  }
  write_padding(size);
}

/// Looked up in the open directory that holds it; no link is followed. What it is, it is asked once
/// it is open, so that it cannot become something else.
void TarWriter::add_entry(int parent, const std::string& file_name, const std::string& name) {
  UniqueFd file(openat(parent, file_name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file) {
    if (errno == ELOOP) return add_symlink(name, read_link_at(parent, file_name, name));
    throw_errno(fmt::format("opening the file for '{}'", name));
  }
  const struct stat status = status_of(file.get(), name);
  if (S_ISREG(status.st_mode)) return add_contents(name, file.get(), status);
  if (!S_ISDIR(status.st_mode))
    throw Error("the file for '{}' is neither a regular file, a directory nor a symbolic link",
                name);
  add_directory(name, directory_mode_);
  add_entries(file.get(), name + "/");
}

void TarWriter::add_entries(int directory, const std::string& prefix) {
  for (const std::string& entry : list_directory(directory))
    add_entry(directory, entry, prefix + entry);
}

}  // namespace nacre
