// SPDX-License-Identifier: GPL-3.0-or-later
#include "profile/profile.hpp"

#include <gmock/gmock.h>

#include "base/process.hpp"
#include "profile/builtin_fixture.hpp"

namespace nacre {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;

class ProfileTest : public BuiltinTest {
 protected:
  std::string build(const std::vector<StorePath>& packages, Environment more = {},
                    unsigned cores = 2) {
    more.emplace("manifest", "(manifest)\n");
    more.emplace("search-paths", "PATH\t:\tdirectory\tbin:sbin\t");
    std::string list;
    for (const StorePath& package : packages) list += (list.empty() ? "" : " ") + package.text();
    more.emplace("packages", list);
    return run(build_profile, "profile", more, {packages.begin(), packages.end()}, cores);
  }
};

TEST_F(ProfileTest, HoldsTheUnionTheManifestAndTheEnvironment) {
  StorePath hello = add_package("hello", {{"bin/hello", "#!"}, {"share/hello", "x"}});
  StorePath conf = add_package("conf", {{"etc/conf", "1"}, {"bin/conf", "2"}});
  std::string out = build({hello, conf});
  EXPECT_THAT(list_directory(out), ElementsAre("bin", "etc", "manifest", "share"));
  EXPECT_THAT(list_directory(out + "/bin"), ElementsAre("conf", "hello"));
  EXPECT_THAT(list_directory(out + "/etc"), ElementsAre("conf", "profile"));
  EXPECT_EQ(read_file(out + "/manifest"), "(manifest)\n");
  std::string profile = output_path("profile").text();
  EXPECT_THAT(read_file(out + "/etc/profile"),
              EndsWith("export PATH=\"${GUIX_PROFILE:-" + profile + "}/bin${PATH:+:}$PATH\"\n"));
}

TEST_F(ProfileTest, CanBeReadByAShell) {
  std::string out = build({add_package("hello", {{"bin/hello", "#!"}})});
  std::string script = "GUIX_PROFILE='/my profile'; PATH=/usr/bin; . " + out +
                       "/etc/profile; echo \"$PATH\"; unset GUIX_PROFILE; PATH=; . " + out +
                       "/etc/profile; echo \"$PATH\"";
  CommandResult result = run_command({{"/bin/sh", "-eu", "-c", script}, {}, ""});
  EXPECT_EQ(result.error, "");
  EXPECT_EQ(result.output, "/my profile/bin:/usr/bin\n" + output_path("profile").text() + "/bin\n");
}

TEST_F(ProfileTest, IsTheSameEachTime) {
  StorePath a = add_package("a", {{"bin/a", "1"}, {"share/x", "1"}});
  StorePath b = add_package("b", {{"bin/b", "2"}, {"share/x", "2"}});
  Hash first = hash_nar(build({a, b}, {}, 1)).hash;
  mode_t before = umask(077);
  std::string second = build({a, b}, {}, 2);
  umask(before);
  EXPECT_EQ(hash_nar(second).hash, first);
}

TEST_F(ProfileTest, OfNothingHasItsOwnFilesOnly) {
  std::string out = build({});
  EXPECT_THAT(list_directory(out), ElementsAre("etc", "manifest"));
}

TEST_F(ProfileTest, RefusesWhatIsMalformedOrNotAnInput) {
  StorePath a = add_package("a", {{"bin/a", "1"}});
  StorePath b = add_package("b", {{"bin/b", "1"}});
  auto with = [&](const std::string& name, const std::string& value) {
    return error_of([&] { build({a}, {{name, value}}); });
  };
  EXPECT_THAT(with("packages", "/etc"), HasSubstr("'/etc' among the packages"));
  EXPECT_THAT(with("packages", b.text()), HasSubstr("is not an input"));
  EXPECT_THAT(with("relative-links", "yes"), HasSubstr("'yes' is not a value of relative-links"));
}

}  // namespace
}  // namespace nacre
