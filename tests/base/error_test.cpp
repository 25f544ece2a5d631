// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace nacre {
namespace {

TEST(SourceLocation, LeavesOutWhatIsUnknown) {
  EXPECT_EQ((SourceLocation{"a.scm", 3, 7}).to_string(), "a.scm:3:7");
  EXPECT_EQ((SourceLocation{"a.scm", 3, 0}).to_string(), "a.scm:3");
  EXPECT_EQ((SourceLocation{"a.scm", 0, 0}).to_string(), "a.scm");
}

TEST(Error, CarriesLocationHintAndStatus) {
  try {
    throw Error("no {} of {}", 1, "x").at({"f", 1, 2}).hint("try").status(3);
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "no 1 of x");
    EXPECT_EQ(error.location()->to_string(), "f:1:2");
    EXPECT_EQ(error.hint(), "try");
    EXPECT_EQ(error.status(), 3);
  }
}

TEST(Error, TakesATextWithBracesAsItIs) {
  EXPECT_STREQ(Error("a {} b").what(), "a {} b");
}

TEST(SystemError, KeepsTheCodeAndSaysWhatItMeans) {
  errno = ENOENT;
  try {
    throw_errno("opening 'x'");
  } catch (const SystemError& error) {
    EXPECT_EQ(error.code(), ENOENT);
    EXPECT_STREQ(error.what(), "opening 'x': No such file or directory");
  }
}

TEST(Error, GathersContextOnItsWayUpAndLosesNothing) {
  const Error error = Error("no such word").at({"a.scm", 3, 5}).hint("look it up").status(100);
  const Error further = error.in("'a.scm' cannot be read");
  EXPECT_STREQ(further.what(), "'a.scm' cannot be read: no such word");
  EXPECT_EQ(further.hint(), "look it up");
  EXPECT_EQ(further.location()->to_string(), "a.scm:3:5");
  EXPECT_EQ(further.status(), 100);
}

}  // namespace
}  // namespace nacre
