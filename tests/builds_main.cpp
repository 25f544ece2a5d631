// SPDX-License-Identifier: GPL-3.0-or-later
// main() of the test programs that build: a built-in builder is a process of the same program.
#include <gmock/gmock.h>

#include "builds/builtin_process.hpp"
#include "derivation/check.hpp"

int main(int argc, char** argv) {
  if (auto status = nacre::run_builtin_process(argc, argv)) return *status;
  nacre::register_derivation_intake();
  testing::InitGoogleMock(&argc, argv);
  return RUN_ALL_TESTS();
}
