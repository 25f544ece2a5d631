// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <functional>

#include "base/pipe.hpp"
#include "sandbox/container.hpp"

/// How the first process of a container is born. The calling process has one thread.
namespace nacre {

/// The name spaces that the plan asks for, as CLONE_NEW… flags.
int container_namespaces(const ContainerPlan& plan);

/// Like fork, into new name spaces. Error if the kernel refuses them.
pid_t clone_process(int namespaces);

/// In the child: it is `inside` in its user name space, and `outside` in the one around it.
void map_identity(const Identity& inside, const Identity& outside);

/// Leaves the standard files to others: a pipe's reader is not to wait for this process.
void detach_from_files();

/// Lets a child end when its parent does, which a process in another process name space cannot see.
/// Made before the child is born.
class ParentWatch {
 public:
  ParentWatch();
  /// In the child: it is killed with its parent, or ends at once if that is gone.
  void end_with_it();

 private:
  Pipe pipe_;  ///< its writing end closes with the parent
};

/// Passes a failure from a child to its parent, which throws it. Made before the child is born.
class FailureReport {
 public:
  FailureReport();

  /// Runs the child's work; if that fails, reports it and ends the child.
  void run_in_child(const std::function<void()>& work);
  /// Waits until the child's work is done. Its Error, if it failed; then the child is gone.
  void throw_failure(pid_t child);

  /// Who this process was when this object was made.
  const Identity& outer_identity() const { return identity_; }

 private:
  Pipe pipe_;
  Identity identity_;
};

}  // namespace nacre
