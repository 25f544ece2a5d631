// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/outside_program.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace nacre {
namespace {

TEST(OutsideProgram, RunsOneProgramWithItsArguments) {
  OutsideProgram outside;
  const CommandResult result = outside.run({"sh", "-c", "echo \"<$1>\"; exit 3", "sh", "a  b"});
  EXPECT_EQ(result.output, "<a  b>\n");
  EXPECT_EQ(result.status, 3);
}

TEST(OutsideProgram, TellsOfAProgramThatIsAbsent) {
  OutsideProgram outside;
  EXPECT_EQ(outside.run({"/no/such/program"}).status, 127);
}

TEST(OutsideProgram, EndsIfThereIsNothingToRun) {
  { OutsideProgram outside; }
  SUCCEED();
}

}  // namespace
}  // namespace nacre
