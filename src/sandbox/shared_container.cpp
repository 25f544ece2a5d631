// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/shared_container.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "base/error.hpp"
#include "base/files.hpp"
#include "sandbox/confinement.hpp"
#include "sandbox/container_keeper.hpp"
#include "sandbox/container_process.hpp"
#include "sandbox/container_root.hpp"
#include "sandbox/signal_relay.hpp"

namespace nacre {

namespace {

/// Closes what this process got from its caller: a keeper lives on, and must hold nothing open.
void close_all_but(std::vector<int> kept) {
  std::sort(kept.begin(), kept.end());
  unsigned first = STDERR_FILENO + 1;
  for (int fd : kept) {
    if (static_cast<unsigned>(fd) > first)
      syscall(SYS_close_range, first, static_cast<unsigned>(fd) - 1, 0);
    first = std::max(first, static_cast<unsigned>(fd) + 1);
  }
  syscall(SYS_close_range, first, ~0U, 0);
}

/// In a process of its own, which nobody waits for: makes the container and keeps it.
[[noreturn]] void become_keeper(const ContainerPlan& plan, const MeetingPoint& point,
                                FailureReport& report, int namespaces) {
  setsid();
  UniqueFd socket;
  pid_t child = 0;
  report.run_in_child([&] {
    socket = point.listen();
    child = clone_process(namespaces);
    if (child != 0) return;
    map_identity(plan.identity, report.outer_identity());
    enter_container_root(plan);
    confine_to_container(plan.inner_containers);
    detach_from_files();
  });
  if (child != 0) _exit(0);
  close_all_but({socket.get(), point.descriptor()});
  keep_container(point, std::move(socket), plan_digest(plan));
}

/// The first one makes the container.
void start_keeper(const ContainerPlan& plan, const MeetingPoint& point) {
  FailureReport report;
  const pid_t child = fork();
  if (child < 0) throw_errno("starting a process");
  if (child == 0) become_keeper(plan, point, report, container_namespaces(plan));
  report.throw_failure(child);
  while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) continue;
}

/// Connected with the keeper, who has let us in.
UniqueFd join(const ContainerPlan& plan, const MeetingPoint& point, Admission& admission) {
  const UniqueFd lock = point.lock();
  for (const bool may_be_old : {true, false}) {
    if (UniqueFd connection = point.connect();
        connection && receive_admission(connection.get(), admission))
      return connection;
    if (may_be_old) start_keeper(plan, point);
  }
  throw Error("the shared container ended as soon as it was made");
}

void enter(const Admission& admission) {
  for (std::size_t i = 0; i < namespace_kinds.size(); ++i) {
    if (setns(admission.namespaces[i].get(), 0) == 0) continue;
    // One that is shared with the host cannot be entered, and need not be.
    const std::string own = fmt::format("/proc/self/ns/{}", namespace_kinds[i]);
    struct stat mine {
    }, theirs{};
    if (stat(own.c_str(), &mine) == 0 && fstat(admission.namespaces[i].get(), &theirs) == 0 &&
        mine.st_ino == theirs.st_ino)
      continue;
    throw_errno(fmt::format("entering the shared container ({})", namespace_kinds[i]));
  }
}

}  // namespace

int run_in_shared_container(const ContainerPlan& plan, const std::string& name,
                            const std::string& directory, const std::function<int()>& command) {
  const SignalRelay signals;
  const MeetingPoint point(directory, name);
  Admission admission;
  const UniqueFd connection = join(plan, point, admission);
  if (admission.digest != plan_digest(plan))
    throw Error(
        "the name space '{}' belongs to a container with another environment, or that shares "
        "other files",
        name)
        .hint("use another name, or the same options for all");
  enter(admission);
  confine_to_container(plan.inner_containers);
  ParentWatch parent;
  const pid_t child = fork();
  if (child < 0) throw_errno("starting a process");
  if (child == 0) {
    parent.end_with_it();
    signals.restore();
    _exit(command());
  }
  return signals.wait_for(child);
}

}  // namespace nacre
