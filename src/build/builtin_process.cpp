// SPDX-License-Identifier: GPL-3.0-or-later
#include "build/builtin_process.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>

#include "base/error.hpp"

namespace nacre {
namespace {

/// What the progress descriptor carries.
struct ProgressRecord {
  std::uint64_t done;
  std::uint64_t total;
};

/// Sends progress ten times a second at most, and never waits for the reader.
std::function<void(std::uint64_t, std::uint64_t)> progress_sender(int fd) {
  using Clock = std::chrono::steady_clock;
  return [fd, last = Clock::time_point{}](std::uint64_t done, std::uint64_t total) mutable {
    auto now = Clock::now();
    if (now - last < std::chrono::milliseconds(100) && done != total) return;
    last = now;
    ProgressRecord record{done, total};
    [[maybe_unused]] ssize_t written = write(fd, &record, sizeof record);
  };
}

void prepare_process(int output, int progress) {
  setsid();
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, SIG_DFL);
  umask(022);
  int input = open("/dev/null", O_RDONLY);
  dup2(input, STDIN_FILENO);
  close(input);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  fcntl(progress, F_SETFL, fcntl(progress, F_GETFL) | O_NONBLOCK);
}

int run_and_report(const BuiltinBuilder& builder, const BuiltinContext& context) {
  try {
    builder(context);
    return 0;
  } catch (const Error& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    if (error.hint()) std::fprintf(stderr, "hint: %s\n", error.hint()->c_str());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
  }
  return 1;
}

}  // namespace

pid_t fork_builtin(const BuiltinBuilder& builder, const BuiltinContext& context, int output,
                   int progress) {
  pid_t parent = getpid();
  pid_t pid = fork();
  if (pid < 0) throw_errno("fork");
  if (pid > 0) return pid;
  prepare_process(output, progress);
  if (getppid() != parent) _exit(1);
  BuiltinContext own = context;
  own.progress = progress_sender(progress);
  int status = run_and_report(builder, own);
  std::fflush(nullptr);
  _exit(status);
}

void ProgressReader::take(std::string_view bytes) {
  partial_.append(bytes);
  std::size_t at = 0;
  for (; partial_.size() - at >= sizeof(ProgressRecord); at += sizeof(ProgressRecord)) {
    ProgressRecord record;
    std::memcpy(&record, partial_.data() + at, sizeof record);
    on_progress_(record.done, record.total);
  }
  partial_.erase(0, at);
}

}  // namespace nacre
