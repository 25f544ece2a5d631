// SPDX-License-Identifier: GPL-3.0-or-later
#include "builds/scheduler.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace nacre {
namespace {

using testing::ElementsAre;

/// Jobs that are only numbers, and what became of them.
class SchedulerTest : public testing::Test {
 protected:
  std::size_t job(const std::vector<std::size_t>& inputs = {}, bool is_download = false) {
    std::size_t index = jobs_.size();
    for (std::size_t input : inputs) jobs_[input].dependents.push_back(index);
    jobs_.push_back({inputs, {}, is_download});
    return index;
  }

  SchedulerResult run(const SchedulerLimits& limits, const std::set<std::size_t>& failing = {}) {
    return run_jobs(jobs_, limits,
                    [&](std::size_t index) {
                      std::lock_guard lock(mutex_);
                      order_.push_back(index);
                      if (failing.contains(index))
                        throw std::runtime_error("job " + std::to_string(index));
                    },
                    {});
  }

  static std::vector<std::size_t> failed(const SchedulerResult& result) {
    std::vector<std::size_t> indices;
    for (const auto& [index, exception] : result.failures) indices.push_back(index);
    return indices;
  }

  std::vector<SchedulerJob> jobs_;
  std::mutex mutex_;
  std::vector<std::size_t> order_;
};

TEST_F(SchedulerTest, no_jobs_are_done_at_once) {
  EXPECT_TRUE(run({}).succeeded.empty());
}

TEST_F(SchedulerTest, a_job_runs_after_its_inputs) {
  std::size_t a = job();
  std::size_t b = job({a});
  std::size_t c = job({a});
  job({b, c});
  run({4, 1, false});
  ASSERT_EQ(order_.size(), 4U);
  EXPECT_EQ(order_.front(), 0U);
  EXPECT_EQ(order_.back(), 3U);
}

TEST_F(SchedulerTest, ready_jobs_start_in_order) {
  for (int i = 0; i < 5; ++i) job();
  run({1, 1, false});
  EXPECT_THAT(order_, ElementsAre(0, 1, 2, 3, 4));
}

TEST_F(SchedulerTest, after_a_failure_nothing_else_starts) {
  for (int i = 0; i < 5; ++i) job();
  SchedulerResult result = run({1, 1, false}, {1});
  EXPECT_THAT(order_, ElementsAre(0, 1));
  EXPECT_THAT(failed(result), ElementsAre(1));
  EXPECT_THAT(result.succeeded, ElementsAre(true, false, false, false, false));
}

TEST_F(SchedulerTest, with_keep_going_everything_runs_that_does_not_need_what_failed) {
  std::size_t bad = job();
  std::size_t good = job();
  std::size_t needs_bad = job({bad, good});
  job({needs_bad});
  std::size_t needs_good = job({good});
  SchedulerResult result = run({1, 1, true}, {bad});
  EXPECT_THAT(order_, ElementsAre(bad, good, needs_good));
  EXPECT_THAT(failed(result), ElementsAre(bad));
}

TEST_F(SchedulerTest, every_failure_is_kept_with_what_was_thrown) {
  job();
  job();
  SchedulerResult result = run({1, 1, true}, {0, 1});
  ASSERT_THAT(failed(result), ElementsAre(0, 1));
  try {
    std::rethrow_exception(result.failures[1].second);
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "job 1");
  }
}

/// Runs jobs that wait for each other: they all end only if that many run at the same time.
bool run_together(std::vector<SchedulerJob> jobs, const SchedulerLimits& limits) {
  std::mutex mutex;
  std::condition_variable changed;
  std::size_t running = 0;
  std::atomic<bool> met = true;
  run_jobs(jobs, limits,
           [&](std::size_t) {
             std::unique_lock lock(mutex);
             ++running;
             changed.notify_all();
             if (!changed.wait_for(lock, std::chrono::seconds(10),
                                   [&] { return running == jobs.size(); })) {
               met = false;
             }
           },
           {});
  return met;
}

TEST_F(SchedulerTest, as_many_jobs_run_at_a_time_as_allowed) {
  for (int i = 0; i < 3; ++i) job();
  EXPECT_TRUE(run_together(jobs_, {3, 1, false}));
}

TEST_F(SchedulerTest, downloads_have_a_limit_of_their_own) {
  job();
  for (int i = 0; i < 4; ++i) job({}, true);
  EXPECT_TRUE(run_together(jobs_, {1, 4, false}));
}

TEST_F(SchedulerTest, never_more_than_the_limit) {
  for (int i = 0; i < 50; ++i) job();
  std::atomic<int> running = 0;
  std::atomic<int> most = 0;
  run_jobs(jobs_, {3, 1, false},
           [&](std::size_t) {
             int now = ++running;
             for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) continue;
             std::this_thread::sleep_for(std::chrono::milliseconds(1));
             --running;
           },
           {});
  EXPECT_LE(most, 3);
}

TEST_F(SchedulerTest, totals_go_from_nothing_to_everything) {
  for (int i = 0; i < 3; ++i) job();
  std::vector<std::size_t> done;
  run_jobs(
      jobs_, {1, 1, false}, [](std::size_t) {},
      [&](std::size_t now, std::size_t, std::size_t total) {
        EXPECT_EQ(total, 3U);
        done.push_back(now);
      });
  EXPECT_EQ(done.front(), 0U);
  EXPECT_EQ(done.back(), 3U);
}

TEST_F(SchedulerTest, a_chain_of_twenty_thousand_jobs_is_nothing_special) {
  job();
  for (std::size_t i = 1; i < 20000; ++i) job({i - 1});
  run({4, 1, false});
  EXPECT_EQ(order_.size(), 20000U);
}

}  // namespace
}  // namespace nacre
