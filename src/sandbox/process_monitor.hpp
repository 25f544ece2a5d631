// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <string_view>

#include "base/files.hpp"

namespace nacre {

/// A builder's process, which is killed and waited for when this goes away. If it is the first
/// of a pid namespace, everything in that ends with it; otherwise its process group does.
class BuilderProcess {
 public:
  explicit BuilderProcess(pid_t pid) : pid_(pid) {}
  ~BuilderProcess() { kill_and_wait(); }
  BuilderProcess(const BuilderProcess&) = delete;
  BuilderProcess& operator=(const BuilderProcess&) = delete;

  pid_t pid() const { return pid_; }
  /// Whether it has ended; then `status` is its wait status.
  bool has_ended(int& status);
  void kill_and_wait();

 private:
  pid_t pid_;
};

/// How long a builder may run, and how long without printing anything; 0: for ever. Kept to within
/// a tenth of a second.
struct TimeLimits {
  std::chrono::milliseconds total{0};
  std::chrono::milliseconds silence{0};
};

struct ProcessEnd {
  enum class Reason { ended, timed_out, silent };
  Reason reason;
  int wait_status = 0;  ///< for `ended`
};

/// Reads what the process prints until it ends, or until a limit is hit: then it is killed. Throws
/// Interrupted, soon after the user asks for that. `side` (-1: none) is another descriptor
/// to read from, such as a builtin's progress.
ProcessEnd follow_process(BuilderProcess& process, int output, int side, const TimeLimits& limits,
                          const std::function<void(std::string_view)>& on_output,
                          const std::function<void(std::string_view)>& on_side);

}  // namespace nacre
