// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/process_monitor.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include "base/error.hpp"
#include "base/interrupt.hpp"

namespace nacre {
namespace {

using Clock = std::chrono::steady_clock;

/// How long we may fail to notice an interrupt, whose signal may reach another thread.
constexpr int poll_milliseconds = 100;

/// What one descriptor gives, without ever waiting for it.
class Stream {
 public:
  Stream(int fd, const std::function<void(std::string_view)>& sink) : fd_(fd), sink_(sink) {
    if (fd >= 0) fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  }
  int fd() const { return fd_; }

  /// At most a bounded amount, so that a flood of output cannot keep us from looking at the clock.
  /// True if there was something.
  bool read_some() {
    std::array<char, 64 * 1024> buffer;
    bool any = false;
    for (int round = 0; round < 16 && fd_ >= 0; ++round) {
      ssize_t count = read(fd_, buffer.data(), buffer.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0 && errno == EAGAIN) return any;
      if (count < 0) throw_errno("reading a builder's output");
      if (count == 0) {
        fd_ = -1;
        return any;
      }
      any = true;
      sink_({buffer.data(), static_cast<std::size_t>(count)});
      if (static_cast<std::size_t>(count) < buffer.size()) return any;
    }
    return any;
  }

 private:
  int fd_;
  const std::function<void(std::string_view)>& sink_;
};

bool is_over(Clock::time_point since, std::chrono::milliseconds limit) {
  return limit.count() > 0 && Clock::now() - since >= limit;
}

}  // namespace

bool BuilderProcess::has_ended(int& status) {
  siginfo_t ended{};
  if (waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOHANG | WNOWAIT) < 0) {
    if (errno == EINTR) return false;
    throw_errno("waitid");
  }
  if (ended.si_pid != pid_) return false;
  kill(-pid_, SIGKILL);  // what it left behind, if it had no namespace; its number is still taken
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) continue;
  pid_ = -1;
  return true;
}

void BuilderProcess::kill_and_wait() {
  if (pid_ < 0) return;
  kill(-pid_, SIGKILL);
  kill(pid_, SIGKILL);
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) continue;
  pid_ = -1;
}

ProcessEnd follow_process(BuilderProcess& process, int output, int side, const TimeLimits& limits,
                          const std::function<void(std::string_view)>& on_output,
                          const std::function<void(std::string_view)>& on_side) {
  Stream out(output, on_output);
  Stream other(side, on_side);
  UniqueFd end(static_cast<int>(syscall(SYS_pidfd_open, process.pid(), 0)));
  auto start = Clock::now();
  auto last_output = start;
  while (true) {
    std::array<pollfd, 3> polled{
        {{out.fd(), POLLIN, 0}, {other.fd(), POLLIN, 0}, {end.get(), POLLIN, 0}}};
    if (poll(polled.data(), polled.size(), poll_milliseconds) < 0 && errno != EINTR) {
      throw_errno("poll");
    }
    check_interrupted();
    int status = 0;
    bool ended = (!end || polled[2].revents) && process.has_ended(status);
    // After the end: what is in the pipe still counts, even if another process holds its other end
    // open.
    if (polled[1].revents || ended) other.read_some();
    if ((polled[0].revents || ended) && out.read_some()) last_output = Clock::now();
    if (ended) return {ProcessEnd::Reason::ended, status};
    if (is_over(start, limits.total)) {
      process.kill_and_wait();
      return {ProcessEnd::Reason::timed_out};
    }
    if (is_over(last_output, limits.silence)) {
      process.kill_and_wait();
      return {ProcessEnd::Reason::silent};
    }
  }
}

}  // namespace nacre
