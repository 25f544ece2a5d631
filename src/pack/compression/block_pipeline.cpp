// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/compression/block_pipeline.hpp"

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/error.hpp"
#include "base/interrupt.hpp"

namespace nacre {
namespace {

/// How many blocks may be under way: two a worker, and 16 MiB for the times when the one who writes
/// is slow, with many small files.
std::size_t capacity(std::size_t block_size, unsigned workers) {
  return std::max<std::size_t>(2 * workers, (std::size_t{16} << 20) / block_size);
}

}  // namespace

BlockPipeline::BlockPipeline(std::size_t block_size, unsigned workers, const MakeWork& make_work,
                             Work consume)
    : block_size_(block_size),
      capacity_(capacity(block_size, workers)),
      consume_(std::move(consume)),
      buffers_((capacity_ + 1) * block_size) {
  std::vector<Work> works;
  for (unsigned i = 0; i < workers; ++i) {
    try {
      works.push_back(make_work(buffers_));
    } catch (const SystemError& failure) {  // a limit on processes; fewer do as well
      if (works.empty() || failure.code() != EAGAIN) throw;
      break;
    }
  }
  for (Work& work : works)
    if (!threads_.add([this, work = std::move(work)] { run(work); })) break;
}

BlockPipeline::~BlockPipeline() {
  {
    std::lock_guard lock(mutex_);
    ended_ = true;
    waiting_.clear();
  }
  job_added_.notify_all();
  threads_.join();
}

void BlockPipeline::write(std::string_view bytes) {
  while (!bytes.empty()) {
    if (!filling_) filling_ = make_job();
    const std::size_t count = std::min(bytes.size(), block_size_ - filled_);
    std::memcpy(filling_->buffer + filled_, bytes.data(), count);
    filled_ += count;
    bytes.remove_prefix(count);
    if (filled_ == block_size_) submit();
  }
}

void BlockPipeline::then(std::function<void()> action) {
  if (filling_) submit();
  auto job = std::make_unique<Job>();
  job->done = true;
  job->action = std::move(action);
  add(std::move(job));
}

void BlockPipeline::finish() {
  if (filling_) submit();
  while (!jobs_.empty()) consume_oldest();
}

/// One that was used before, if there is any: no more than `capacity_`, and the one that is filled.
std::unique_ptr<BlockPipeline::Job> BlockPipeline::make_job() {
  if (free_.empty()) {
    assert(jobs_made_ <= capacity_);
    auto job = std::make_unique<Job>();
    job->buffer = buffers_.data() + jobs_made_++ * block_size_;
    return job;
  }
  std::unique_ptr<Job> job = std::move(free_.back());
  free_.pop_back();
  return job;
}

void BlockPipeline::submit() {
  check_interrupted();
  filling_->block.input = {filling_->buffer, std::exchange(filled_, 0)};
  filling_->block.output.clear();
  Job& added = *filling_;
  add(std::move(filling_));
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
