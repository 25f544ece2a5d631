// SPDX-License-Identifier: GPL-3.0-or-later
#include "guile/repl.hpp"

#include <fstream>

#include "base/files.hpp"
#include "guile/language_fixture.hpp"

namespace nacre::guile {
namespace {

class Repl : public LanguageTest {
 protected:
  std::string program(const std::string& text) {
    const std::string file = directory_.path() + "/program.scm";
    std::ofstream(file) << text;
    return file;
  }
  TemporaryDirectory directory_{"nacre-test"};
};

TEST_F(Repl, ProgramThatEndsHasStatusZero) {
  EXPECT_EQ(run_script(program("#!/usr/bin/env nacre\n!#\n(define x 1)\n")), 0);
}

TEST_F(Repl, ExitGivesTheStatus) {
  EXPECT_EQ(run_script(program("(exit 3)")), 3);
  EXPECT_EQ(run_script(program("(exit #t)")), 0);
  EXPECT_EQ(run_script(program("(exit #f)")), 1);
}

TEST_F(Repl, UncaughtErrorHasThePlaceInTheProgram) {
  const std::string file = program("#!/usr/bin/env nacre\n!#\n(list (car 1))\n");
  const Error error = error_of([&] { run_script(file); });
  EXPECT_EQ(place(error), file + ":3:7");
}

TEST_F(Repl, OutputBeforeAnErrorIsNotLost) {
  const std::string output = directory_.path() + "/output";
  const std::string file = program("(set-current-output-port (open-output-file \"" + output +
                                   "\"))\n" + "(display \"before\")\n(car 1)\n");
  error_of([&] { run_script(file); });
  EXPECT_EQ(read_file(output), "before");
}

}  // namespace
}  // namespace nacre::guile
