// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/shell/child.hpp"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/interrupt.hpp"
#include "base/pipe.hpp"

namespace nacre::cli {

namespace {

/// Ends with this process, so that a build does not go on for nobody.
void end_with_parent(pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) _exit(1);
}

/// A signal that only this process got is meant for the child too.
int wait_for(pid_t child) {
  int wait_status = 0;
  bool forwarded = false;
  while (waitpid(child, &wait_status, 0) < 0) {
    if (errno != EINTR) throw_errno("waiting for a child");
    const int signal = interrupt_signal();
    if (signal != 0 && !forwarded) kill(child, signal);
    forwarded = forwarded || signal != 0;
  }
  constexpr int signalled = 128;
  return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : signalled + WTERMSIG(wait_status);
}

}  // namespace

std::optional<std::string> run_in_child(const std::function<std::string()>& work, int& status) {
  std::fflush(stdout);
  Pipe pipe;
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child < 0) throw_errno("starting a process");
  if (child == 0) {
    end_with_parent(parent);
    pipe.read_end.reset();
    const std::string result = work();
    std::fflush(stdout);
    write_fully(pipe.write_end.get(), result);
    _exit(0);
  }
  pipe.write_end.reset();
  std::string result = read_fd(pipe.read_end.get());
  status = wait_for(child);
  if (status != 0) return std::nullopt;
  return result;
}

}  // namespace nacre::cli
