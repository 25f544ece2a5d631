// SPDX-License-Identifier: GPL-3.0-or-later
#include "builds/scheduler.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <set>
#include <system_error>
#include <thread>
#include <utility>

#include "base/error.hpp"
#include "base/interrupt.hpp"

namespace nacre {
namespace {

class Scheduler {
 public:
  Scheduler(const std::vector<SchedulerJob>& jobs, const SchedulerLimits& limits,
            const std::function<void(std::size_t)>& run, const SchedulerProgress& progress)
      : jobs_(jobs), keep_going_(limits.keep_going), run_(run), progress_(progress) {
    builds_.limit = std::max(1U, limits.jobs);
    downloads_.limit = std::max(1U, limits.downloads);
    result_.succeeded.resize(jobs.size());
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      waiting_for_.push_back(jobs[i].inputs.size());
      if (jobs[i].inputs.empty()) class_of(i).ready.insert(i);
    }
  }

  SchedulerResult run() {
    {
      std::unique_lock lock(mutex_);
      report();
      start_threads(builds_);
      start_threads(downloads_);
      finished_.wait(lock, [this] { return running_ == 0 && !has_work(); });
      stop_ = true;
      wake_.notify_all();
    }
    for (auto& thread : threads_) thread.join();
    return std::move(result_);
  }

 private:
  /// Jobs that share a limit.
  struct Class {
    std::set<std::size_t> ready;
    unsigned limit = 1;
    unsigned threads = 0;
    unsigned starting = 0;
    unsigned idle = 0;
  };

  Class& class_of(std::size_t job) { return jobs_[job].is_download ? downloads_ : builds_; }
  bool has_work() const { return !builds_.ready.empty() || !downloads_.ready.empty(); }

  /// As many threads as there is work for, up to the limit, or as many as the system gives us.
  void start_threads(Class& jobs) {
    while (jobs.threads < jobs.limit && jobs.ready.size() > jobs.idle + jobs.starting) {
      try {
        threads_.emplace_back([this, &jobs] { work(jobs); });
      } catch (const std::system_error& error) {
        if (jobs.threads == 0) fail_all(jobs, error.what());
        break;
      }
      ++jobs.threads;
      ++jobs.starting;
    }
    wake_.notify_all();
  }

  void fail_all(Class& jobs, const std::string& reason) {
    while (!jobs.ready.empty()) {
      note_failure(*jobs.ready.begin(),
                   std::make_exception_ptr(Error("cannot start a thread: {}", reason)));
    }
  }

  void work(Class& jobs) {
    std::unique_lock lock(mutex_);
    --jobs.starting;
    while (true) {
      ++jobs.idle;
      wake_.wait(lock, [&] { return stop_ || !jobs.ready.empty(); });
      --jobs.idle;
      if (stop_) return;
      std::size_t job = *jobs.ready.begin();
      jobs.ready.erase(jobs.ready.begin());
      ++running_;
      report();
      lock.unlock();
      std::exception_ptr failure = run_one(job);
      lock.lock();
      --running_;
      failure ? note_failure(job, failure) : note_success(job);
      report();
      finished_.notify_one();
    }
  }

  std::exception_ptr run_one(std::size_t job) {
    try {
      run_(job);
      return nullptr;
    } catch (...) {
      return std::current_exception();
    }
  }

  void note_success(std::size_t job) {
    result_.succeeded[job] = true;
    ++done_;
    if (stopping_) return;
    for (std::size_t dependent : jobs_[job].dependents) {
      if (--waiting_for_[dependent] == 0) class_of(dependent).ready.insert(dependent);
    }
    start_threads(builds_);
    start_threads(downloads_);
  }

  /// The job's dependents never become ready.
  void note_failure(std::size_t job, std::exception_ptr failure) {
    ++done_;
    result_.failures.emplace_back(job, std::move(failure));
    class_of(job).ready.erase(job);
    if (keep_going_ && interrupt_signal() == 0) return;
    stopping_ = true;
    builds_.ready.clear();
    downloads_.ready.clear();
  }

  void report() {
    if (progress_) progress_(done_, running_, jobs_.size());
  }

  const std::vector<SchedulerJob>& jobs_;
  bool keep_going_;
  const std::function<void(std::size_t)>& run_;
  const SchedulerProgress& progress_;

  std::mutex mutex_;  // guards everything below
  std::condition_variable wake_;
  std::condition_variable finished_;
  Class builds_;
  Class downloads_;
  std::vector<std::size_t> waiting_for_;
  std::vector<std::thread> threads_;
  SchedulerResult result_;
  std::size_t done_ = 0;
  std::size_t running_ = 0;
  bool stopping_ = false;
  bool stop_ = false;
};

}  // namespace

SchedulerResult run_jobs(const std::vector<SchedulerJob>& jobs, const SchedulerLimits& limits,
                         const std::function<void(std::size_t)>& run,
                         const SchedulerProgress& progress) {
  return Scheduler(jobs, limits, run, progress).run();
}

}  // namespace nacre
