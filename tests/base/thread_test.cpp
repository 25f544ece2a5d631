// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/thread.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <csignal>

namespace nacre {
namespace {

TEST(Threads, get_no_signals) {
  bool is_blocked = false;
  start_thread([&] {
    sigset_t blocked;
    pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
    is_blocked = sigismember(&blocked, SIGINT) == 1;
  }).join();
  EXPECT_TRUE(is_blocked);
  sigset_t blocked;
  pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
  EXPECT_EQ(sigismember(&blocked, SIGINT), 0);
}

TEST(Threads, of_a_group_have_ended_when_it_has) {
  std::atomic<int> ended = 0;
  {
    ThreadGroup group;
    for (int i = 0; i < 4; ++i) EXPECT_TRUE(group.add([&] { ++ended; }));
  }
  EXPECT_EQ(ended, 4);
}

}  // namespace
}  // namespace nacre
