// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/interrupt.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <thread>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/process.hpp"
#include "base/thread.hpp"

namespace nacre {
namespace {

/// Signals are noted for good: each test does so in a process of its own.
int status_of_child(const std::function<int()>& body) {
  pid_t child = fork();
  if (child == 0) _exit(body());
  int status = 0;
  waitpid(child, &status, 0);
  return status;
}

int interrupted_status(const std::function<void()>& body) {
  try {
    body();
    return 0;
  } catch (const Interrupted& error) {
    return error.status();
  }
}

TEST(Interrupts, NothingIsThrownBeforeASignal) {
  EXPECT_EQ(interrupt_signal(), 0);
  check_interrupted();
}

TEST(Interrupts, ASignalIsThrownAsAnErrorWithTheShellsStatus) {
  int status = status_of_child([] {
    install_interrupt_handlers();
    raise(SIGTERM);
    return interrupted_status(check_interrupted);
  });
  EXPECT_EQ(describe_wait_status(status), "exited with status 143");
}

TEST(Interrupts, ASecondSignalEndsTheProgramAfterItsLastWords) {
  TemporaryDirectory directory("interrupt-test");
  std::string path = directory.path() + "/words";
  int status = status_of_child([&] {
    UniqueFd file = open_file(path, O_WRONLY | O_CREAT);
    install_interrupt_handlers();
    set_last_words(file.get(), "farewell");
    raise(SIGINT);
    raise(SIGINT);
    return 0;
  });
  EXPECT_EQ(describe_wait_status(status), "was killed by signal 2 (Interrupt)");
  EXPECT_EQ(read_file(path), "farewell");
}

TEST(Interrupts, AnIgnoredHangupStaysIgnored) {
  int status = status_of_child([] {
    std::signal(SIGHUP, SIG_IGN);
    install_interrupt_handlers();
    raise(SIGHUP);
    return interrupt_signal();
  });
  EXPECT_EQ(describe_wait_status(status), "exited with status 0");
}

TEST(Interrupts, EndACommandThatIsRunning) {
  auto started = std::chrono::steady_clock::now();
  int status = status_of_child([] {
    install_interrupt_handlers();
    std::thread killer = start_thread([] {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      kill(getpid(), SIGINT);
    });
    int result = interrupted_status([] {
      run_command({.argv = {"sleep", "60"}, .environment = {}, .directory = {}});
    });
    killer.join();
    return result;
  });
  EXPECT_EQ(describe_wait_status(status), "exited with status 130");
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(10));
}

TEST(Threads, BlockSignalsAndLeaveTheStartersMaskAlone) {
  sigset_t before, inside, after;
  pthread_sigmask(SIG_SETMASK, nullptr, &before);
  start_thread([&] { pthread_sigmask(SIG_SETMASK, nullptr, &inside); }).join();
  pthread_sigmask(SIG_SETMASK, nullptr, &after);
  EXPECT_EQ(sigismember(&inside, SIGINT), 1);
  EXPECT_EQ(sigismember(&after, SIGINT), sigismember(&before, SIGINT));
}

}  // namespace
}  // namespace nacre
