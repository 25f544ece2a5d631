// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/fd_error.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>

#include "base/error.hpp"

namespace nacre {
namespace {

/// The name that the kernel has for it; empty where it gives none.
std::string kernel_name(int fd) {
  std::array<char, PATH_MAX> name;
  const std::string link = fmt::format("/proc/self/fd/{}", fd);
  const ssize_t length = readlink(link.c_str(), name.data(), name.size());
  return {name.data(), length < 0 ? 0 : static_cast<std::size_t>(length)};
}

}  // namespace

std::string describe_fd(int fd) {
  if (fd == STDIN_FILENO) return "standard input";
  if (fd == STDOUT_FILENO) return "standard output";
  if (fd == STDERR_FILENO) return "standard error";
  const int saved_errno = errno;
  const std::string name = kernel_name(fd);
  errno = saved_errno;
  if (name.starts_with("pipe:")) return "a pipe";
  if (name.starts_with("socket:")) return "a socket";
  return name.empty() ? "a file" : fmt::format("'{}'", name);
}

void throw_fd_error(std::string_view doing, int fd) {
  throw_errno(fmt::format("{} {}", doing, describe_fd(fd)));
}

}  // namespace nacre
