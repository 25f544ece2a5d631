// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/progress_output.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>

namespace nacre {

void write_to_terminal(int fd, std::string_view text) noexcept {
  while (!text.empty()) {
    ssize_t count = write(fd, text.data(), text.size());
    if (count >= 0) {
      text.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN) {  // somebody made it non-blocking, e.g. a program beside us
      pollfd ready{fd, POLLOUT, 0};
      poll(&ready, 1, 1000);
    } else if (errno != EINTR) {
      return;
    }
  }
}

}  // namespace nacre
