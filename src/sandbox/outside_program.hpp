// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/files.hpp"
#include "base/process.hpp"

namespace nacre {

/// Runs a program as the user's shell would, where enter_store() has put this process into name
/// spaces in which some programs cannot work: a process that is split off before waits outside.
/// Main thread only.
class OutsideProgram {
 public:
  /// Must come before enter_store(), and while the process has one thread.
  OutsideProgram();
  /// Ends what still runs.
  ~OutsideProgram();
  OutsideProgram(const OutsideProgram&) = delete;
  OutsideProgram& operator=(const OutsideProgram&) = delete;

  /// Runs a program, once, to its end, collecting what it prints; its errors go where ours go.
  CommandResult run(const std::vector<std::string>& argv);

 private:
  UniqueFd command_;
  UniqueFd output_;
  pid_t pid_ = -1;
};

}  // namespace nacre
