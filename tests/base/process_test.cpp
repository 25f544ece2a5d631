// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/process.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>

#include "base/error.hpp"
#include "base/files.hpp"

namespace nacre {
namespace {

CommandResult shell(const std::string& script) {
  return run_command({.argv = {"sh", "-c", script}, .environment = {}, .directory = {}});
}

TEST(RunCommand, CollectsBothOutputsAndTheStatus) {
  CommandResult result = shell("echo out; echo err >&2; exit 3");
  EXPECT_EQ(result.output, "out\n");
  EXPECT_EQ(result.error, "err\n");
  EXPECT_EQ(result.status, 3);
}

TEST(RunCommand, ReportsASignalAsShellsDo) {
  EXPECT_EQ(shell("kill -9 $$").status, 128 + 9);
}

int foreground(const std::string& script, const std::string& input = {}) {
  return run_in_foreground({{"sh", "-c", script}, {}, {}, input});
}

TEST(RunInForeground, ReturnsTheStatus) {
  EXPECT_EQ(foreground("exit 3"), 3);
  EXPECT_EQ(foreground("kill -9 $$"), 128 + 9);
  EXPECT_THROW(run_in_foreground({{"/no/such/program"}, {}, {}, {}}), SystemError);
}

TEST(RunInForeground, GivesWhatItIsToRead) {
  EXPECT_EQ(foreground("[ \"$(cat)\" = text ]", "text"), 0);
}

TEST(RunInForeground, LeavesCtrlCToTheCommand) {
  EXPECT_EQ(foreground("kill -INT $PPID; exit 5"), 5);
  EXPECT_EQ(foreground("kill -INT $$"), 128 + SIGINT);
}

TEST(RunCommand, GivesAnEmptyInput) {
  EXPECT_EQ(shell("cat").output, "");
}

TEST(RunCommand, GivesWhatItIsToRead) {
  const std::string text(200'000, 'x');
  EXPECT_EQ(
      run_command({.argv = {"cat"}, .environment = {}, .directory = {}, .input = text}).output,
      text);
}

TEST(RunCommand, TakesLargeOutputsOnBothPipesAtOnce) {
  CommandResult result = shell("head -c 500000 /dev/zero >&2; head -c 600000 /dev/zero");
  EXPECT_EQ(result.error.size(), 500000u);
  EXPECT_EQ(result.output.size(), 600000u);
}

TEST(RunCommand, SetsOnlyTheEnvironmentThatIsGiven) {
  CommandResult result =
      run_command({.argv = {"env"}, .environment = {{{"A", "1"}, {"B", "x y"}}}, .directory = {}});
  EXPECT_EQ(result.output, "A=1\nB=x y\n");
}

TEST(RunCommand, RunsInTheDirectoryThatIsGiven) {
  CommandResult result = run_command({.argv = {"pwd"}, .environment = {}, .directory = "/"});
  EXPECT_EQ(result.output, "/\n");
}

TEST(RunCommand, SaysWhichProgramIsMissing) {
  try {
    run_command({.argv = {"no-such-program-anywhere"}, .environment = {}, .directory = {}});
    FAIL();
  } catch (const SystemError& error) {
    EXPECT_EQ(error.code(), ENOENT);
    EXPECT_NE(std::string(error.what()).find("no-such-program-anywhere"), std::string::npos);
  }
}

TEST(FindProgram, LooksThroughPathForWhatCanBeRun) {
  TemporaryDirectory directory("find-test");
  std::string old_path = getenv("PATH");
  write_file_atomically(directory.path() + "/nacre-found", "#!/bin/sh\n", 0755);
  write_file_atomically(directory.path() + "/nacre-not-executable", "", 0644);
  make_directories(directory.path() + "/nacre-directory");
  setenv("PATH", ("/nonexistent:" + directory.path() + ":" + old_path).c_str(), 1);
  EXPECT_EQ(find_program("nacre-found"), directory.path() + "/nacre-found");
  EXPECT_FALSE(find_program("nacre-not-executable"));
  EXPECT_FALSE(find_program("nacre-directory"));
  EXPECT_FALSE(find_program("nacre-nothing"));
  EXPECT_FALSE(find_program(""));
  EXPECT_TRUE(find_program("/bin/sh"));
  setenv("PATH", old_path.c_str(), 1);
}

TEST(DescribeWaitStatus, SaysHowAProcessEnded) {
  EXPECT_EQ(describe_wait_status(W_EXITCODE(2, 0)), "exited with status 2");
  EXPECT_EQ(describe_wait_status(W_EXITCODE(0, 9)), "was killed by signal 9 (Killed)");
}

}  // namespace
}  // namespace nacre
