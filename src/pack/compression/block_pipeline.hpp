// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/thread.hpp"
#include "pack/compression/shared_memory.hpp"

namespace nacre {

/// A piece of a stream, and what a worker made of it.
struct Block {
  std::string_view input;
  std::string output;  ///< empty when a worker gets it
  std::uint32_t checksum = 0;
  std::uint64_t unpadded = 0;  ///< of an xz block: how long it is without padding
};

/// Cuts a stream into blocks of one size, has each transformed by one of several threads, and
/// hands them on in their order. Used from one thread, in which `consume` is called too; a
/// failure of a worker is thrown there. Holds three blocks a worker at most, or 16 MiB of input.
class BlockPipeline {
 public:
  using Work = std::function<void(Block&)>;
  /// Gets the memory that inputs will be in.
  using MakeWork = std::function<Work(const SharedMemory&)>;

  /// `make_work` is called once for each worker, so that what it returns may have a state. There
  /// are fewer workers where the system gives no more threads; SystemError if it gives none.
  BlockPipeline(std::size_t block_size, unsigned workers, const MakeWork& make_work, Work consume);
  ~BlockPipeline();
  BlockPipeline(const BlockPipeline&) = delete;
  BlockPipeline& operator=(const BlockPipeline&) = delete;

  void write(std::string_view bytes);
  /// Ends the block, which may be shorter, and calls `action`, in this thread too, as soon as all
  /// that was written before has been handed on.
  void then(std::function<void()> action);
  /// Hands on everything; the last block may be shorter.
  void finish();

 private:
  struct Job {
    Block block;
    char* buffer = nullptr;  ///< where the input is
    bool done = false;
    std::exception_ptr failure;
    std::function<void()> action;  ///< what to do in its turn, instead of handing on a block
  };

  void run(const Work& work);
  std::unique_ptr<Job> make_job();
  void submit();
  void add(std::unique_ptr<Job> job);
  void consume_oldest();

  std::size_t block_size_;
  std::size_t capacity_;
  Work consume_;
  SharedMemory buffers_;                    ///< those of all jobs, one after the other
  std::size_t jobs_made_ = 0;               ///< those that have one
  std::unique_ptr<Job> filling_;            ///< or none
  std::size_t filled_ = 0;                  ///< bytes of it
  std::deque<std::unique_ptr<Job>> jobs_;   ///< in order; the caller's thread adds and removes
  std::vector<std::unique_ptr<Job>> free_;  ///< their memory is used again
  std::deque<Job*> waiting_;                ///< those that no worker took yet
  bool ended_ = false;
  std::mutex mutex_;  ///< over waiting_, ended_ and each job's `done`
  std::condition_variable job_added_;
  std::condition_variable job_done_;
  ThreadGroup threads_;
};

}  // namespace nacre
