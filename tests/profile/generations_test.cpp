// SPDX-License-Identifier: GPL-3.0-or-later
#include "profile/generations.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>

#include "base/durable_file.hpp"
#include "profile/builtin_fixture.hpp"
#include "profile/generation_pattern.hpp"
#include "profile/profile_lock.hpp"
#include "profile/user_profile.hpp"

namespace nacre {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Ages = GenerationPattern::Ages;

constexpr std::time_t day = 24 * 3600;

class GenerationsTest : public testing::Test {
 protected:
  GenerationsTest() : directory_("nacre-generations"), generations_(file("profile")) {}

  std::string file(const std::string& name) const { return directory_.path() + "/" + name; }

  /// A directory that stands for a store item cannot lie at a store path here; a link that leads
  /// nowhere does not exist for Generations.
  void make(GenerationNumber number, std::time_t age = 0) {
    make_directories(file("item"));
    const std::string link = generations_.link(number);
    create_symlink(file("item"), link);
    const std::time_t time = now - age;
    const timespec times[] = {{time, 0}, {time, 0}};
    ASSERT_EQ(utimensat(AT_FDCWD, link.c_str(), times, AT_SYMLINK_NOFOLLOW), 0);
  }

  std::vector<GenerationNumber> matching(std::string_view pattern, Ages ages = Ages::up_to) {
    return GenerationPattern::parse(pattern).match(generations_, ages, now);
  }

  static constexpr std::time_t now = std::time_t{20000} * day + day / 2;
  TemporaryDirectory directory_;
  Generations generations_;
};

TEST_F(GenerationsTest, AProfileThatDoesNotExistHasNone) {
  EXPECT_FALSE(generations_.exists());
  EXPECT_EQ(generations_.current(), 0U);
  EXPECT_THAT(generations_.numbers(), IsEmpty());
  EXPECT_THAT(Generations("/nowhere/profile").numbers(), IsEmpty());
  EXPECT_EQ(generations_.previous(), 0U);
}

TEST_F(GenerationsTest, AreFoundByTheirNamesInTheOrderOfNumbers) {
  for (const GenerationNumber number : {10, 9, 2}) make(number);
  for (const char* name :
       {"profile-1", "profile-x-link", "profile--link", "profile-007-link", "profile-3-link.new",
        "other-4-link", "profile-99999999999999999999-link"})
    write_file_durably(file(name), "");
  EXPECT_THAT(generations_.numbers(), ElementsAre(2, 9, 10));
}

TEST_F(GenerationsTest, SwitchesByARelativeLink) {
  make(1);
  make(2);
  generations_.switch_to(1);
  EXPECT_EQ(read_link(generations_.profile()), "profile-1-link");
  generations_.switch_to(2);
  EXPECT_EQ(generations_.current(), 2U);
  EXPECT_EQ(generations_.previous(), 1U);
  EXPECT_TRUE(generations_.exists());
}

TEST_F(GenerationsTest, RefusesToSwitchToOneThatDoesNotExist) {
  make(1);
  make(4);
  generations_.switch_to(1);
  EXPECT_THAT(error_of([&] { generations_.switch_to(3); }), HasSubstr("has no generation 3"));
  EXPECT_EQ(generations_.current(), 1U);
}

TEST_F(GenerationsTest, RefusesToReplaceWhatIsNotALink) {
  make(1);
  make_directories(file("profile"));
  EXPECT_THAT(error_of([&] { generations_.switch_to(1); }), HasSubstr("not a symbolic link"));
}

TEST_F(GenerationsTest, WhatAKilledProcessLeftDoesNotMatter) {
  make(1);
  create_symlink("anywhere", file("profile.new"));
  generations_.switch_to(1);
  EXPECT_EQ(generations_.current(), 1U);
  EXPECT_FALSE(path_exists(file("profile.new")));
}

TEST_F(GenerationsTest, SetMakesALinkToAStoreItemAndReplacesIt) {
  const StorePath first("/gnu/store/00000000000000000000000000000000-a");
  const StorePath second("/gnu/store/00000000000000000000000000000000-b");
  generations_.set(7, first);
  EXPECT_EQ(generations_.item(7), first);
  generations_.set(7, second);
  EXPECT_EQ(generations_.item(7), second);
  EXPECT_EQ(generations_.item(8), std::nullopt);
}

TEST_F(GenerationsTest, DeletesAnyButTheCurrentOne) {
  make(1);
  make(2);
  generations_.switch_to(2);
  EXPECT_THAT(error_of([&] { generations_.remove(2); }), HasSubstr("is the current one"));
  generations_.remove(1);
  EXPECT_THAT(generations_.numbers(), ElementsAre(2));
  EXPECT_THAT(error_of([&] { generations_.remove(1); }), HasSubstr("has no generation 1"));
}

TEST_F(GenerationsTest, RelativeOnesSkipHoles) {
  for (const GenerationNumber number : {1, 3, 8}) make(number);
  generations_.switch_to(3);
  EXPECT_EQ(find_generation(generations_, "+1"), 8U);
  EXPECT_EQ(find_generation(generations_, "-1"), 1U);
  EXPECT_EQ(find_generation(generations_, "8"), 8U);
  EXPECT_THAT(error_of([&] { find_generation(generations_, "-2"); }),
              HasSubstr("cannot switch to generation '-2'"));
  EXPECT_THAT(error_of([&] { find_generation(generations_, "+-1"); }), HasSubstr("'+-1'"));
  EXPECT_THAT(error_of([&] { find_generation(generations_, "first"); }), HasSubstr("'first'"));
}

TEST_F(GenerationsTest, PatternsAreNumbersListsAndRanges) {
  for (const GenerationNumber number : {0, 1, 2, 3, 5}) make(number);
  EXPECT_THAT(matching("3"), ElementsAre(3));
  EXPECT_THAT(matching("4"), IsEmpty());
  EXPECT_THAT(matching("5,1,5,4"), ElementsAre(5, 1));
  EXPECT_THAT(matching("2.."), ElementsAre(2, 3, 5));
  EXPECT_THAT(matching("..2"), ElementsAre(1, 2));
  EXPECT_THAT(matching("2..4"), ElementsAre(2, 3));
}

TEST_F(GenerationsTest, PatternsOfAgesCountFromMidnight) {
  make(0, 400 * day);
  make(1, 90 * day);
  make(2, 10 * day);
  make(3, day);
  make(4);
  EXPECT_THAT(matching("1d"), ElementsAre(3, 4));
  EXPECT_THAT(matching("2w"), ElementsAre(2, 3, 4));
  EXPECT_THAT(matching("2m", Ages::beyond), ElementsAre(1));
  EXPECT_THAT(matching("0d", Ages::beyond), ElementsAre(1, 2, 3));
}

TEST_F(GenerationsTest, OtherPatternsAreErrors) {
  for (const char* text : {"", "x", "1,", ",1", "..", "1..x", "-1", "1y", "d", "1.5d", "1...2"})
    EXPECT_THAT(error_of([&] { GenerationPattern::parse(text); }), HasSubstr("which generations"))
        << text;
  EXPECT_THAT(error_of([] { GenerationPattern::parse("5..2"); }), HasSubstr("before it begins"));
}

TEST_F(GenerationsTest, TheLockIsHeldByOneAndNamesItsHolder) {
  std::optional<ProfileLock> lock(file("profile"));
  EXPECT_THAT(error_of([&] { ProfileLock second(file("profile")); }),
              HasSubstr("(process " + std::to_string(getpid()) + ")"));
  lock.reset();
  const ProfileLock third(file("profile"));
}

class UserProfilesTest : public testing::Test {
 protected:
  UserProfilesTest() : directory_("nacre-user-profiles") {
    setenv("HOME", home().c_str(), 1);
    setenv("USER", "somebody", 1);
    make_directories(home());
    layout_.state = directory_.path() + "/state";
  }
  ~UserProfilesTest() override {
    if (!old_home_.empty()) setenv("HOME", old_home_.c_str(), 1);
    if (!old_user_.empty()) setenv("USER", old_user_.c_str(), 1);
  }

  static std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
  }
  std::string home() const { return directory_.path() + "/home"; }
  std::string outside(const std::string& file) const {
    return file.starts_with(layout_.state) ? "/outside" + file : file;
  }
  UserProfiles profiles() const {
    return {layout_, [this](const std::string& file) { return outside(file); }};
  }

  TemporaryDirectory directory_;
  StoreLayout layout_;
  std::string old_home_ = variable("HOME");
  std::string old_user_ = variable("USER");
};

TEST_F(UserProfilesTest, TheHomeDirectoryHasALinkToTheDefaultProfile) {
  profiles().prepare();
  const std::string profile = layout_.state + "/profiles/per-user/somebody/guix-profile";
  EXPECT_EQ(profiles().default_profile(), profile);
  EXPECT_EQ(read_link(home() + "/.guix-profile"), "/outside" + profile);
  EXPECT_EQ(profiles().canonical(home() + "/.guix-profile/"), profile);
  EXPECT_EQ(profiles().canonical("/outside" + profile), profile);
  EXPECT_EQ(profiles().friendly(profile), home() + "/.guix-profile");
}

TEST_F(UserProfilesTest, WhatIsThereInTheHomeDirectoryStays) {
  create_symlink("/elsewhere", home() + "/.guix-profile");
  profiles().prepare();
  EXPECT_EQ(read_link(home() + "/.guix-profile"), "/elsewhere");
  EXPECT_EQ(profiles().canonical(home() + "/.guix-profile"), home() + "/.guix-profile");
  EXPECT_EQ(profiles().friendly(profiles().default_profile()),
            "/outside" + profiles().default_profile());
}

TEST_F(UserProfilesTest, OtherProfilesKeepTheirNames) {
  EXPECT_EQ(profiles().canonical("/a/../b/profile"), "/b/profile");
  EXPECT_EQ(profiles().friendly("/b/profile"), "/b/profile");
}

TEST_F(UserProfilesTest, AUserWhoseNameIsAPathGetsAnotherName) {
  setenv("USER", "../root", 1);
  EXPECT_EQ(directory_name(profiles().directory()), layout_.state + "/profiles/per-user");
}

}  // namespace
}  // namespace nacre
