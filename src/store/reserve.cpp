// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/reserve.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "base/files.hpp"

namespace nacre {
namespace {

constexpr off_t reserve_size = 8 << 20;

std::string reserve_file(const std::string& state_directory) {
  return state_directory + "/db/reserved";
}

}  // namespace

void keep_reserve(const std::string& state_directory) {
  const std::string file = reserve_file(state_directory);
  struct stat status {};
  if (lstat(file.c_str(), &status) == 0 && status.st_size == reserve_size) return;
  UniqueFd fd(open(file.c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (fd && posix_fallocate(fd.get(), 0, reserve_size) != 0) unlink(file.c_str());
}

void release_reserve(const std::string& state_directory) {
  unlink(reserve_file(state_directory).c_str());
}

}  // namespace nacre
