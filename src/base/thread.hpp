// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <thread>
#include <vector>

namespace nacre {

/// A thread in which all signals are blocked: they stay with the threads that look for them.
/// SystemError if the system gives none.
std::thread start_thread(std::function<void()> body);

/// The same, or nothing if the system gives none: for work that fewer threads can do.
std::optional<std::thread> try_start_thread(std::function<void()> body);

/// How many processors this process has; 1 if that is not known.
unsigned processors();

/// Threads that do the same work. They are joined when this goes away, which waits for their
/// bodies to return. For use by one thread.
class ThreadGroup {
 public:
  ThreadGroup() = default;
  ~ThreadGroup() { join(); }
  ThreadGroup(const ThreadGroup&) = delete;
  ThreadGroup& operator=(const ThreadGroup&) = delete;

  /// One thread more. False if the system gives none, but others are at work; SystemError if there
  /// is not even one.
  bool add(std::function<void()> body);
  void join();

 private:
  std::vector<std::thread> threads_;
};

}  // namespace nacre
