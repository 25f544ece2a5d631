// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/block_pipeline.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

#include "base/error.hpp"
#include "base/interrupt.hpp"
#include "base/thread.hpp"

namespace nacre {
namespace {

/// How many blocks may be under way: two a worker, and 16 MiB for the times when the one who writes
/// is slow, with many small files.
std::size_t capacity(std::size_t block_size, unsigned workers) {
  return std::max<std::size_t>(2 * workers, (std::size_t{16} << 20) / block_size);
}

}  // namespace

BlockPipeline::BlockPipeline(std::size_t block_size, unsigned workers,
                             const std::function<Work()>& make_work, Work consume)
    : block_size_(block_size),
      capacity_(capacity(block_size, workers)),
      consume_(std::move(consume)) {
  std::vector<Work> works;
  for (unsigned i = 0; i < workers; ++i) works.push_back(make_work());
  try {
    for (Work& work : works)
      threads_.push_back(start_thread([this, work = std::move(work)] { run(work); }));
  } catch (const std::system_error& failure) {  // a limit on threads; fewer do as well
    if (threads_.empty()) throw SystemError(failure.code().value(), "starting a thread");
  }
}

BlockPipeline::~BlockPipeline() {
  {
    std::lock_guard lock(mutex_);
    ended_ = true;
    waiting_.clear();
  }
  job_added_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void BlockPipeline::write(std::string_view bytes) {
  while (!bytes.empty()) {
    if (filling_.capacity() < block_size_) filling_.reserve(block_size_);
    std::size_t count = std::min(bytes.size(), block_size_ - filling_.size());
    filling_.append(bytes.substr(0, count));
    bytes.remove_prefix(count);
    if (filling_.size() == block_size_) submit();
  }
}

void BlockPipeline::then(std::function<void()> action) {
  if (!filling_.empty()) submit();
  auto job = std::make_unique<Job>();
  job->done = true;
  job->action = std::move(action);
  add(std::move(job));
}

void BlockPipeline::finish() {
  if (!filling_.empty()) submit();
  while (!jobs_.empty()) consume_oldest();
}

void BlockPipeline::submit() {
  check_interrupted();
  if (free_.empty()) free_.push_back(std::make_unique<Job>());
  std::unique_ptr<Job> job = std::move(free_.back());
  free_.pop_back();
  std::swap(job->block.input, filling_);
  filling_.clear();
  job->block.output.clear();
  Job& added = *job;
  add(std::move(job));
  {
    std::lock_guard lock(mutex_);
    waiting_.push_back(&added);
  }
  job_added_.notify_one();
}

void BlockPipeline::add(std::unique_ptr<Job> job) {
  while (jobs_.size() >= capacity_) consume_oldest();
  jobs_.push_back(std::move(job));
}

void BlockPipeline::consume_oldest() {
  std::unique_ptr<Job> job = std::move(jobs_.front());
  jobs_.pop_front();
  {
    std::unique_lock lock(mutex_);
    job_done_.wait(lock, [&] { return job->done; });
  }
  if (job->failure) std::rethrow_exception(job->failure);
  if (job->action) return job->action();
  consume_(job->block);
  job->done = false;
  free_.push_back(std::move(job));
}

void BlockPipeline::run(const Work& work) {
  for (;;) {
    std::unique_lock lock(mutex_);
    job_added_.wait(lock, [&] { return ended_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    Job& job = *waiting_.front();
    waiting_.pop_front();
    lock.unlock();
    try {
      work(job.block);
    } catch (...) {
      job.failure = std::current_exception();
    }
    lock.lock();
    job.done = true;
    job_done_.notify_one();
  }
}

}  // namespace nacre
