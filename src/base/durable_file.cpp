// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/durable_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/fd_error.hpp"
#include "base/files.hpp"

namespace nacre {

void write_file_durably(const std::string& path, std::string_view text, mode_t mode) {
  const TemporaryDirectory directory(".nacre-new-", directory_name(path));
  const std::string file = directory.path() + "/" + base_name(path);
  UniqueFd fd = open_file(file, O_WRONLY | O_CREAT | O_EXCL, mode);
  write_fully(fd.get(), text);
  if (fchmod(fd.get(), mode) != 0) throw_fd_error("changing the permissions of", fd.get());
  sync_file(fd.get());
  rename_file(file, path);
  sync_directory(directory_name(path));
}

void sync_file(int fd) {
  if (fsync(fd) != 0) throw_fd_error("writing", fd);
}

void sync_directory(const std::string& path) {
  const UniqueFd directory = open_file(path, O_RDONLY | O_DIRECTORY);
  // Some file systems cannot sync a directory by itself, and need not.
  if (fsync(directory.get()) != 0 && errno != EINVAL) throw_fd_error("writing", directory.get());
}

}  // namespace nacre
