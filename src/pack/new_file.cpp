// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/new_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/interrupt.hpp"
#include "base/read_at.hpp"

namespace nacre {
namespace {

/// So that an interrupt need not wait.
constexpr std::uint64_t kernel_copy_size = std::uint64_t{64} * 1024 * 1024;

}  // namespace

NewFile::NewFile(std::string path)
    : path_(std::move(path)),
      file_(open_file(path_, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0644)) {}

NewFile::~NewFile() {
  if (!path_.empty()) unlink(path_.c_str());
}

void NewFile::write(std::string_view bytes) {
  write_fully(file_.get(), bytes);
  size_ += bytes.size();
}

void NewFile::overwrite(std::uint64_t offset, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count =
        pwrite(file_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_errno(path_);
    bytes.remove_prefix(static_cast<std::size_t>(count));
    offset += static_cast<std::uint64_t>(count);
  }
}

void NewFile::read(std::uint64_t offset, char* bytes, std::size_t size) const {
  read_fully_at(file_.get(), offset, bytes, size);
}

void NewFile::make_executable() {
  if (fchmod(file_.get(), 0755) != 0) throw_errno(path_);
}

void NewFile::truncate(std::uint64_t size) {
  const auto end = static_cast<off_t>(size);
  if (ftruncate(file_.get(), end) != 0 || lseek(file_.get(), end, SEEK_SET) != end)
    throw_errno(path_);
  size_ = size;
}

bool NewFile::copy(int file, std::uint64_t offset, std::uint64_t size) {
  auto from = static_cast<off_t>(offset);
  for (bool in_kernel = true; size > 0;) {
    check_interrupted();
    ssize_t count = in_kernel ? copy_file_range(file, &from, file_.get(), nullptr,
                                                std::min(size, kernel_copy_size), 0)
                              : copy_by_hand(file, from, size);
    if (count == 0) return false;
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && !in_kernel) throw_errno(path_);
    if (count < 0) {  // not between these file systems
      in_kernel = false;
      continue;
    }
    size_ += static_cast<std::uint64_t>(count);
    size -= static_cast<std::uint64_t>(count);
  }
  return true;
}

ssize_t NewFile::copy_by_hand(int file, off_t& from, std::uint64_t size) {
  std::array<char, 65536> buffer;
  const ssize_t count =
      pread(file, buffer.data(), std::min<std::uint64_t>(size, buffer.size()), from);
  if (count <= 0) return count;
  write_fully(file_.get(), {buffer.data(), static_cast<std::size_t>(count)});
  from += count;
  return count;
}

void NewFile::finish_as(const std::string& path) {
  rename_file(path_, path);
  finish();
}

}  // namespace nacre
