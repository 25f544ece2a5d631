// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/container_process.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <exception>
#include <string>

#include "base/error.hpp"
#include "base/files.hpp"
#include "sandbox/namespaces.hpp"

namespace nacre {

namespace {

constexpr std::string_view way_out = "without --container, the command runs without one";

void write_map(const char* file, const std::string& text) {
  const UniqueFd fd(open(file, O_WRONLY | O_CLOEXEC));
  if (!fd || write(fd.get(), text.data(), text.size()) < 0)
    throw namespace_error(errno, fmt::format("writing {}", file), way_out);
}

}  // namespace

int container_namespaces(const ContainerPlan& plan) {
  const int common = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS;
  return plan.network ? common : common | CLONE_NEWNET;
}

pid_t clone_process(int namespaces) {
  const long pid = syscall(SYS_clone, static_cast<unsigned long>(namespaces) | SIGCHLD, nullptr,
                           nullptr, nullptr, 0);
  if (pid < 0) throw namespace_error(errno, "creating a container", way_out);
  return static_cast<pid_t>(pid);
}

void map_identity(const Identity& inside, const Identity& outside) {
  // Who may not drop groups may not map them either; and nobody inside gets to drop any.
  write_map("/proc/self/setgroups", "deny");
  write_map("/proc/self/gid_map", fmt::format("{} {} 1", inside.gid, outside.gid));
  write_map("/proc/self/uid_map", fmt::format("{} {} 1", inside.uid, outside.uid));
}

void detach_from_files() {
  const UniqueFd nothing(open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!nothing) return;
  for (int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(nothing.get(), fd);
}

ParentWatch::ParentWatch() {
  fcntl(pipe_.read_end.get(), F_SETFL, O_NONBLOCK);
}

void ParentWatch::end_with_it() {
  pipe_.write_end.reset();
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  char nothing = 0;
  if (read(pipe_.read_end.get(), &nothing, 1) == 0) _exit(1);
}

FailureReport::FailureReport() : identity_{geteuid(), getegid()} {}

void FailureReport::run_in_child(const std::function<void()>& work) {
  pipe_.read_end.reset();
  std::string failure;
  try {
    work();
    pipe_.write_end.reset();
    return;
  } catch (const Error& error) {
    failure = error.what() + std::string(1, '\0') + error.hint().value_or("");
  } catch (const std::exception& error) {
    failure = error.what() + std::string(1, '\0');
  }
  try {
    write_fully(pipe_.write_end.get(), failure);
  } catch (const std::exception&) {
    // The parent is gone.
  }
  _exit(1);
}

void FailureReport::throw_failure(pid_t child) {
  pipe_.write_end.reset();
  const std::string failure = read_fd(pipe_.read_end.get());
  if (failure.empty()) return;
  while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) continue;
  const std::size_t end = failure.find('\0');
  const std::string message = failure.substr(0, end);
  const std::string hint = end == std::string::npos ? "" : failure.substr(end + 1);
  if (hint.empty()) throw Error(message);
  throw Error(message).hint(hint);
}

}  // namespace nacre
