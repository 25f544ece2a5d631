// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/interrupt.hpp"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "builds/build_fixture.hpp"

namespace nacre {
namespace {

class Interrupt : public BuildTest {};

TEST_F(Interrupt, ends_builders_at_once_and_leaves_nothing) {
  std::vector<StorePath> paths;
  for (int i = 0; i < 4; ++i) {
    paths.push_back(add("slow" + std::to_string(i), {"write", "$out", "", "sleep", "60"}));
  }
  auto start = std::chrono::steady_clock::now();
  pid_t child = fork();
  if (child == 0) {
    install_interrupt_handlers();
    auto store = LocalStore::open(layout_);
    DerivationCache cache(store);
    BuildOptions options;
    options.keep_going = true;
    try {
      nacre::build(*store, cache, {{paths[0], {}}, {paths[1], {}}, {paths[2], {}}, {paths[3], {}}},
                   options, reporter_);
    } catch (const Interrupted&) {
      _exit(42);
    }
    _exit(1);
  }
  auto is_running = [&] {
    return path_exists(layout_.store + "/.builds") &&
           list_directory(layout_.store + "/.builds").size() >= 2;
  };
  while (!is_running() && std::chrono::steady_clock::now() - start < std::chrono::seconds(20)) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  kill(child, SIGINT);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 42);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(30));
  EXPECT_EQ(leftovers(), "");
}

}  // namespace
}  // namespace nacre
