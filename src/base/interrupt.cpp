// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/interrupt.hpp"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <mutex>

#include "base/error.hpp"

namespace nacre {
namespace {

std::atomic<int> noted_signal{0};
std::atomic<int> last_words_fd{-1};
std::atomic<const char*> last_words{nullptr};

static_assert(std::atomic<int>::is_always_lock_free, "used in a signal handler");
static_assert(std::atomic<const char*>::is_always_lock_free, "used in a signal handler");

void say_last_words() {
  const char* text = last_words.exchange(nullptr);
  if (!text) return;
  [[maybe_unused]] ssize_t ignored = write(last_words_fd.load(), text, std::strlen(text));
}

void note_signal(int signal) {
  int saved_errno = errno;
  if (noted_signal.exchange(signal) != 0 && signal != SIGHUP) {
    say_last_words();
    std::signal(signal, SIG_DFL);
    std::raise(signal);  // delivered when this handler returns
  }
  errno = saved_errno;
}

}  // namespace

void install_interrupt_handlers() {
  struct sigaction action {};
  action.sa_handler = note_signal;  // without SA_RESTART: blocking calls have to notice
  sigemptyset(&action.sa_mask);
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction inherited {};
    sigaction(signal, nullptr, &inherited);
    if (inherited.sa_handler != SIG_IGN) sigaction(signal, &action, nullptr);  // nohup stays nohup
  }
}

int interrupt_signal() {
  return noted_signal.load(std::memory_order_relaxed);
}

void check_interrupted() {
  if (int signal = interrupt_signal()) throw Interrupted(128 + signal);
}

void forget_interrupt() {
  noted_signal = 0;
}

void set_last_words(int fd, const char* text) {
  static std::once_flag once;
  std::call_once(once, [] { std::atexit(say_last_words); });
  last_words_fd = fd;
  last_words = text;
}

}  // namespace nacre
