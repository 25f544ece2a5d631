// SPDX-License-Identifier: GPL-3.0-or-later
// A builder that takes too long: a real process and real limits, without a store of files.
#include <unistd.h>

#include <csignal>

#include "base/pipe.hpp"
#include "build_world.hpp"
#include "sandbox/process_monitor.hpp"

namespace nacre {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class Limits : public BuildWorld {
 protected:
  /// Follows a child that prints a byte every 10 ms, or nothing, until it is killed.
  static ProcessEnd follow(bool talks, const TimeLimits& limits) {
    Pipe output;
    const pid_t child = fork();
    if (child == 0) {
      while (!talks || write(output.write_end.get(), "x", 1) == 1) usleep(10'000);
      _exit(0);
    }
    BuilderProcess process(child);
    output.write_end.reset();
    ProcessEnd end = follow_process(
        process, output.read_end.get(), -1, limits, [](auto) {}, [](auto) {});
    EXPECT_EQ(kill(child, 0), -1) << "it is still there";
    return end;
  }
};

TEST_F(Limits, who_takes_too_long_is_killed_even_if_he_talks) {
  EXPECT_EQ(follow(true, {50ms, 0ms}).reason, ProcessEnd::Reason::timed_out);
}

TEST_F(Limits, who_is_silent_for_too_long_is_killed) {
  EXPECT_EQ(follow(false, {0ms, 50ms}).reason, ProcessEnd::Reason::silent);
}

TEST_F(Limits, who_talks_is_not_silent) {
  EXPECT_EQ(follow(true, {400ms, 300ms}).reason, ProcessEnd::Reason::timed_out);
}

TEST_F(Limits, what_depends_on_a_build_that_timed_out_is_not_built) {
  const StorePath slow = add("slow");
  const StorePath above = add("above", {slow});
  builder_.during = [&](const std::string& name) {
    if (name == "slow" && follow(false, {0ms, 50ms}).reason == ProcessEnd::Reason::silent)
      throw BuildError(slow, "timed out after 50 milliseconds of silence");
  };
  EXPECT_THAT(failure_of({above}), HasSubstr("slow.drv' failed: timed out"));
  EXPECT_TRUE(builder_.built.empty());
}

}  // namespace
}  // namespace nacre
