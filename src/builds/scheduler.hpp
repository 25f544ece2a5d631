// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <string>
#include <vector>

namespace nacre {

/// What the scheduler knows of a job: what it waits for, and which limit it counts against.
struct SchedulerJob {
  std::vector<std::size_t> inputs;      ///< jobs that must have succeeded before
  std::vector<std::size_t> dependents;  ///< jobs that have this one among their inputs
  bool is_download = false;
};

struct SchedulerLimits {
  unsigned jobs = 1;
  unsigned downloads = 1;
  bool keep_going = false;
};

/// How a job ended: nothing, or what its run threw; jobs that never ran have neither.
struct SchedulerResult {
  std::vector<bool> succeeded;
  /// Failures in the order they happened.
  std::vector<std::pair<std::size_t, std::exception_ptr>> failures;
};

/// Called with how many jobs have ended, run and exist, whenever that changes. One thread at a
/// time.
using SchedulerProgress =
    std::function<void(std::size_t done, std::size_t running, std::size_t total)>;

/// Runs every job by `run(index)`, several at a time, in threads of its own, each after its inputs.
/// Ready jobs start in the order of their numbers. A job that throws has failed, and so have those
/// that wait for it; without keep_going no other job starts after that, those that run are waited
/// for. Returns when nothing runs any more. Knows nothing of derivations, so that it can be tested
/// in memory.
SchedulerResult run_jobs(const std::vector<SchedulerJob>& jobs, const SchedulerLimits& limits,
                         const std::function<void(std::size_t)>& run,
                         const SchedulerProgress& progress);

}  // namespace nacre
