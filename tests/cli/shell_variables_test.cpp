// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "cli/shell/profile_variables.hpp"
#include "cli/trailing_command.hpp"

namespace nacre::cli {
namespace {

TEST(ProfileVariables, AreReadFromTheProfilesOwnFile) {
  const auto values = parse_profile_variables(
      "# a comment\n\n"
      "export "
      "PATH=\"${GUIX_PROFILE:-/gnu/store/x-profile}/bin:${GUIX_PROFILE:-/gnu/store/x-profile}"
      "/sbin${PATH:+:}$PATH\"\n"
      "export ONE=\"${GUIX_PROFILE:-/gnu/store/x-profile}/a\\\"\\$b\"\n",
      "/home/me/.guix-profile");
  ASSERT_EQ(values.size(), 2U);
  EXPECT_EQ(values[0].name, "PATH");
  EXPECT_EQ(values[0].separator, ":");
  EXPECT_EQ(values[0].value, "/home/me/.guix-profile/bin:/home/me/.guix-profile/sbin");
  EXPECT_EQ(values[1].separator, "");
  EXPECT_EQ(values[1].value, "/home/me/.guix-profile/a\"$b");
}

TEST(ProfileVariables, OtherShellCodeIsAnError) {
  for (const char* text : {"export A=\"$(id)\"", "export A=\"`id`\"", "A=\"b\"", "export A=\"b",
                           "export A=\"${B}\"", "export A=\"b\"; id"})
    EXPECT_THROW(parse_profile_variables(text, "/p"), Error) << text;
}

TEST(ProfileVariables, ComeBeforeTheFormerValueOrReplaceIt) {
  const std::vector<ProfileValue> values{{"PATH", ":", "/p/bin"}, {"ONE", "", "/p/one"}};
  Environment environment{{"PATH", "/bin"}, {"ONE", "mine"}};
  apply_profile(environment, values, true);
  EXPECT_EQ(environment, (Environment{{"PATH", "/p/bin:/bin"}, {"ONE", "/p/one"}}));
  Environment empty{{"PATH", ""}};
  apply_profile(empty, values, true);
  EXPECT_EQ(empty["PATH"], "/p/bin");
  Environment pure{{"PATH", "/bin"}};
  apply_profile(pure, values, false);
  EXPECT_EQ(pure["PATH"], "/p/bin");
}

TEST(ProfileVariables, ForAShellAreQuoted) {
  EXPECT_EQ(shell_definition({"PATH", ":", "/p$/bin"}, true),
            "export PATH=\"/p\\$/bin${PATH:+:}$PATH\"");
  EXPECT_EQ(shell_definition({"PATH", ":", "/p/bin"}, false), "export PATH=\"/p/bin\"");
  EXPECT_EQ(shell_definition({"ONE", "", "/p"}, true), "export ONE=\"/p\"");
}

TEST(PureEnvironment, KeepsWhatProgramsNeedAndWhatIsAskedFor) {
  Environment environment{{"HOME", "/h"}, {"TERM", "x"}, {"MINE", "1"}, {"YOURS", "2"}};
  purify(environment, PreservedVariables({"^MI"}));
  EXPECT_EQ(environment, (Environment{{"HOME", "/h"}, {"TERM", "x"}, {"MINE", "1"}}));
  EXPECT_THROW(PreservedVariables({"("}), Error);
}

std::vector<std::string> rest_of(std::vector<std::string> arguments,
                                 std::vector<std::string> expected) {
  const auto rest = take_trailing_command(arguments);
  EXPECT_EQ(arguments, expected);
  return rest.value_or(std::vector<std::string>{"none"});
}

TEST(TrailingCommand, IsWhatFollowsTheDashesOfShell) {
  using Words = std::vector<std::string>;
  EXPECT_EQ(rest_of({"shell", "a", "--", "ls", "--", "-l"}, {"shell", "a"}),
            (Words{"ls", "--", "-l"}));
  EXPECT_EQ(rest_of({"--root", "shell", "shell", "--"}, {"--root", "shell", "shell"}), Words{});
  EXPECT_EQ(rest_of({"shell", "a"}, {"shell", "a"}), Words{"none"});
  EXPECT_EQ(rest_of({"repl", "--", "shell"}, {"repl", "--", "shell"}), Words{"none"});
}

}  // namespace
}  // namespace nacre::cli
