// SPDX-License-Identifier: GPL-3.0-or-later
#include "guile/language_fixture.hpp"

namespace nacre::guile {
namespace {

using Collector = LanguageTest;

/// However late it begins, garbage does not add up: 400 MB here.
TEST_F(Collector, KeepsTheHeapSmall) {
  EXPECT_EQ(evaluated("(do ((i 0 (+ i 1))) ((= i 400)) (make-vector 125000 i))\n"
                      "(< (assq-ref (gc-stats) 'heap-size) 60000000)"),
            "#t");
}

}  // namespace
}  // namespace nacre::guile
