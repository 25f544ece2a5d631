// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/container.hpp"

#include <unistd.h>

#include "base/error.hpp"
#include "sandbox/confinement.hpp"
#include "sandbox/container_process.hpp"
#include "sandbox/container_root.hpp"
#include "sandbox/signal_relay.hpp"

namespace nacre {

namespace {

/// Process 1 of the container: starts the command and reaps whatever ends.
[[noreturn]] void be_init(const SignalRelay& signals, const std::function<int()>& command) {
  const pid_t child = fork();
  if (child == 0) {
    signals.restore();
    _exit(command());
  }
  if (child < 0) _exit(1);
  detach_from_files();
  _exit(signals.wait_for(child));
}

}  // namespace

int run_container(const ContainerPlan& plan, const std::function<int()>& command) {
  const SignalRelay signals;
  FailureReport report;
  ParentWatch parent;
  const pid_t child = clone_process(container_namespaces(plan));
  if (child == 0) {
    report.run_in_child([&] {
      parent.end_with_it();
      map_identity(plan.identity, report.outer_identity());
      enter_container_root(plan);
      confine_to_container(plan.inner_containers);
    });
    be_init(signals, command);
  }
  report.throw_failure(child);
  return signals.wait_for(child);
}

}  // namespace nacre
