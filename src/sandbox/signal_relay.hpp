// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <csignal>

namespace nacre {

/// Signals of a process that only waits for another one, which they are meant for. While this
/// lives, they are blocked here, and wait_for() takes them. One thread.
class SignalRelay {
 public:
  SignalRelay();
  ~SignalRelay();
  SignalRelay(const SignalRelay&) = delete;
  SignalRelay& operator=(const SignalRelay&) = delete;

  /// Waits for the child, forwarding signals to it, but for those from the terminal's keys, which
  /// it got itself. Returns its exit status, 128 + N after signal N. Other children are reaped.
  int wait_for(pid_t child) const;

  /// For a child of this process: signals are as they were before.
  void restore() const;

 private:
  sigset_t relayed_{};
  sigset_t before_{};
};

}  // namespace nacre
