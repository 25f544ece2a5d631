// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/new_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/read_at.hpp"

namespace nacre {

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

}  // namespace nacre
