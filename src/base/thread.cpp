// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/thread.hpp"

#include <csignal>
#include <system_error>
#include <utility>

#include "base/error.hpp"

namespace nacre {

std::thread start_thread(std::function<void()> body) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  try {
    std::thread thread(std::move(body));
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return thread;
  } catch (const std::system_error& error) {
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    throw SystemError(error.code().value(), "starting a thread");
  }
}

}  // namespace nacre
