// SPDX-License-Identifier: GPL-3.0-or-later
#include "profile/profile_lock.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/fd_error.hpp"
#include "store/file_lock.hpp"

namespace nacre {
namespace {

/// " (process N)" if the file holds the number of its holder.
std::string holder(int fd) {
  std::string text = read_fd(fd);
  if (text.ends_with('\n')) text.pop_back();
  const bool is_number =
      !text.empty() && text.size() < 12 &&
      std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  return is_number ? fmt::format(" (process {})", text) : "";
}

}  // namespace

ProfileLock::ProfileLock(const std::string& profile)
    : fd_(open_file(profile + ".lock", O_RDWR | O_CREAT | O_NOFOLLOW, 0644)) {
  if (!try_lock_file(fd_.get(), LockMode::exclusive))
    throw Error("profile '{}' is locked by another process{}", profile, holder(fd_.get()))
        .hint("it is changing the profile; try again when it has ended");
  if (ftruncate(fd_.get(), 0) != 0) throw_fd_error("writing", fd_.get());
  write_fully(fd_.get(), fmt::format("{}\n", getpid()));
}

}  // namespace nacre
