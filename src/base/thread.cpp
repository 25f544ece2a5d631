// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/thread.hpp"

#include <csignal>
#include <system_error>
#include <utility>

#include "base/error.hpp"

namespace nacre {
namespace {

class AllSignalsBlocked {
 public:
  AllSignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~AllSignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  AllSignalsBlocked(const AllSignalsBlocked&) = delete;
  AllSignalsBlocked& operator=(const AllSignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

}  // namespace

std::thread start_thread(std::function<void()> body) {
  const AllSignalsBlocked blocked;  // a thread inherits what is blocked
  try {
    return std::thread(std::move(body));
  } catch (const std::system_error& error) {
    throw SystemError(error.code().value(), "starting a thread");
  }
}

std::optional<std::thread> try_start_thread(std::function<void()> body) {
  try {
    return start_thread(std::move(body));
  } catch (const SystemError&) {
    return {};
  }
}

unsigned processors() {
  return std::max(1U, std::thread::hardware_concurrency());
}

bool ThreadGroup::add(std::function<void()> body) {
  threads_.reserve(threads_.size() + 1);  // a thread that is running has to be owned
  if (threads_.empty()) {
    threads_.push_back(start_thread(std::move(body)));
    return true;
  }
  auto thread = try_start_thread(std::move(body));
  if (thread) threads_.push_back(std::move(*thread));
  return thread.has_value();
}

void ThreadGroup::join() {
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

}  // namespace nacre
