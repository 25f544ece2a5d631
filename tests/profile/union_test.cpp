// SPDX-License-Identifier: GPL-3.0-or-later
#include "profile/union.hpp"

#include <gmock/gmock.h>

#include "profile/builtin_fixture.hpp"

namespace nacre {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class UnionTest : public BuiltinTest {
 protected:
  std::string unite(const std::vector<StorePath>& packages, UnionOptions options = {}) {
    std::vector<std::string> inputs;
    for (const StorePath& package : packages) inputs.push_back(package.text());
    options.warn = [this](std::string_view text) { warnings_.emplace_back(text); };
    std::string physical = scratch("union-" + std::to_string(++runs_));
    make_union(StoreFiles(*store_), inputs, physical, options);
    return physical;
  }

  std::vector<std::string> warnings_;
};

TEST_F(UnionTest, ADirectoryOfOnePackageIsOneLink) {
  StorePath a = add_package("a", {{"bin/a", "1"}, {"share/doc/a", "x"}});
  StorePath b = add_package("b", {{"lib/b.so", "2"}});
  std::string out = unite({a, b});
  EXPECT_THAT(list_directory(out), ElementsAre("bin", "lib", "share"));
  EXPECT_EQ(read_link(out + "/bin"), a.text() + "/bin");
  EXPECT_EQ(read_link(out + "/lib"), b.text() + "/lib");
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(UnionTest, DirectoriesOfSeveralPackagesAreMergedAsDeepAsTheyMeet) {
  StorePath a = add_package("a", {{"share/doc/a/README", "1"}, {"share/man/a.1", "x"}});
  StorePath b = add_package("b", {{"share/doc/b/README", "2"}});
  std::string out = unite({a, b});
  EXPECT_TRUE(S_ISDIR(lstat_file(out + "/share/doc").st_mode));
  EXPECT_EQ(read_link(out + "/share/doc/a"), a.text() + "/share/doc/a");
  EXPECT_EQ(read_link(out + "/share/doc/b"), b.text() + "/share/doc/b");
  EXPECT_EQ(read_link(out + "/share/man"), a.text() + "/share/man");
}

TEST_F(UnionTest, TheFirstOfTwoFilesWinsWithAWarning) {
  StorePath a = add_package("a", {{"bin/x", "1"}});
  StorePath b = add_package("b", {{"bin/x", "2"}});
  EXPECT_EQ(read_link(unite({b, a}) + "/bin/x"), b.text() + "/bin/x");
  ASSERT_EQ(warnings_.size(), 1u);
  EXPECT_THAT(warnings_[0], HasSubstr("bin/x: '" + a.text() + "/bin/x' is hidden by"));
}

TEST_F(UnionTest, FilesOfTheSameContentsAreNoConflict) {
  StorePath a = add_package("a", {{"bin/x", "same"}, {"share/link", "-> nowhere"}});
  StorePath b = add_package("b", {{"bin/x", "same"}, {"share/link", "-> nowhere"}});
  EXPECT_EQ(read_link(unite({a, b}) + "/bin/x"), a.text() + "/bin/x");
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(UnionTest, AFileAndADirectoryConflictAndTheFirstWins) {
  StorePath a = add_package("a", {{"etc/x", "file"}, {"lib", "file"}});
  StorePath b = add_package("b", {{"etc/x/y", "2"}, {"lib/z", "3"}});
  std::string out = unite({a, b});
  EXPECT_EQ(read_link(out + "/etc/x"), a.text() + "/etc/x");
  EXPECT_EQ(read_link(out + "/lib"), a.text() + "/lib");
  EXPECT_EQ(warnings_.size(), 2u);
  EXPECT_EQ(read_link(unite({b, a}) + "/etc/x"), b.text() + "/etc/x");
}

TEST_F(UnionTest, LinksToDirectoriesAreDirectories) {
  StorePath a = add_package("a", {{"lib/a.so", "1"}, {"lib64", "-> lib"}});
  StorePath b = add_package("b", {{"lib64/b.so", "2"}});
  StorePath c = add_package("c", {{"lib64", "-> " + a.text() + "/lib"}}, {a});
  std::string out = unite({a, b, c});
  EXPECT_EQ(read_link(out + "/lib64/a.so"), a.text() + "/lib64/a.so");
  EXPECT_EQ(read_link(out + "/lib64/b.so"), b.text() + "/lib64/b.so");
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(UnionTest, WhatLiesOutsideOfTheStoreIsNotLookedAt) {
  StorePath a = add_package("a", {{"data", "-> /etc"}, {"up", "-> ../../../.."}});
  StorePath b = add_package("b", {{"data/b", "1"}, {"up/b", "1"}});
  std::string out = unite({a, b});
  EXPECT_EQ(read_link(out + "/data"), a.text() + "/data");
  EXPECT_EQ(read_link(out + "/up"), a.text() + "/up");
}

TEST_F(UnionTest, RelativeLinksLeadFromWhereTheyWillBe) {
  StorePath a = add_package("a", {{"bin/a", "1"}, {"share/x/a", "1"}});
  StorePath b = add_package("b", {{"share/y", "1"}});
  UnionOptions options;
  options.destination = output_path("profile").text();
  options.relative_links = true;
  std::string out = unite({a, b}, options);
  EXPECT_EQ(read_link(out + "/bin"), "../" + std::string(a.base_name()) + "/bin");
  EXPECT_EQ(read_link(out + "/share/x"), "../../" + std::string(a.base_name()) + "/share/x");
}

TEST_F(UnionTest, OwnDirectoriesAreRealAndReservedNamesAreKeptFree) {
  StorePath a = add_package("a", {{"etc/a.conf", "1"}, {"etc/profile", "1"}, {"manifest", "1"}});
  UnionOptions options;
  options.own_directories = {"etc"};
  options.reserved = {"manifest", "etc/profile"};
  std::string out = unite({a}, options);
  EXPECT_THAT(list_directory(out), ElementsAre("etc"));
  EXPECT_THAT(list_directory(out + "/etc"), ElementsAre("a.conf"));
  EXPECT_EQ(warnings_.size(), 2u);
}

TEST_F(UnionTest, OfNothingIsAnEmptyDirectory) {
  EXPECT_THAT(list_directory(unite({})), IsEmpty());
}

TEST_F(UnionTest, APackageGivenTwiceCountsOnce) {
  StorePath a = add_package("a", {{"bin/a", "1"}});
  EXPECT_EQ(read_link(unite({a, a}) + "/bin"), a.text() + "/bin");
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(UnionTest, APackageThatIsAFileIsAnError) {
  StorePath file = store_->add_text("file", "text");
  EXPECT_THAT(error_of([&] { unite({file}); }), HasSubstr("is not a directory"));
}

}  // namespace
}  // namespace nacre
