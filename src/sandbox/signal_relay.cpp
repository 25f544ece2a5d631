// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/signal_relay.hpp"

#include <sys/wait.h>

#include <cerrno>

#include "base/error.hpp"

namespace nacre {

namespace {

constexpr int relayed_signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM};

int exit_status(int wait_status) {
  constexpr int signalled = 128;
  return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : signalled + WTERMSIG(wait_status);
}

/// Keys send a signal to all processes of the terminal's foreground.
bool is_from_terminal(const siginfo_t& info) {
  return info.si_code == SI_KERNEL;
}

}  // namespace

SignalRelay::SignalRelay() {
  sigemptyset(&relayed_);
  for (int signal : relayed_signals) sigaddset(&relayed_, signal);
  sigaddset(&relayed_, SIGCHLD);
  signal(SIGCHLD, SIG_DFL);  // a caller may have had it ignored
  sigprocmask(SIG_BLOCK, &relayed_, &before_);
}

SignalRelay::~SignalRelay() {
  restore();
}

void SignalRelay::restore() const {
  sigprocmask(SIG_SETMASK, &before_, nullptr);
}

int SignalRelay::wait_for(pid_t child) const {
  for (;;) {
    int wait_status = 0;
    const pid_t ended = waitpid(-1, &wait_status, WNOHANG);
    if (ended == child) return exit_status(wait_status);
    if (ended > 0 || (ended < 0 && errno == EINTR)) continue;
    if (ended < 0) throw_errno("waiting for a command");
    siginfo_t info{};
    const int signal = sigwaitinfo(&relayed_, &info);
    if (signal > 0 && signal != SIGCHLD && !is_from_terminal(info)) kill(child, signal);
  }
}

}  // namespace nacre
