// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>

#include "build/build_fixture.hpp"

namespace nacre {
namespace {

using testing::HasSubstr;

class Sandbox : public BuildTest {};

TEST_F(Sandbox, a_builder_makes_its_output) {
  StorePath path = add("hello", {"write", "$out", "hello\n"});
  build(path);
  EXPECT_EQ(contents(path), "hello\n");
  EXPECT_EQ(leftovers(), "");
}

TEST_F(Sandbox, sees_nothing_but_its_inputs_and_a_minimal_root) {
  std::string printed = output_of({"ls", "/", "ls", "/gnu/store", "ls", "/etc", "ls", "/tmp"});
  EXPECT_EQ(printed, fmt::format("/dev\n/etc\n/gnu\n/proc\n/tmp\n{}\n/etc/group\n/etc/hosts\n/etc/passwd\n"
                                 "/tmp/guix-build-prints.drv-0\n",
                                 helper_.text()));
}

}  // namespace
}  // namespace nacre
