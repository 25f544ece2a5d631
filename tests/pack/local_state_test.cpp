// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/local_state.hpp"

#include <gmock/gmock.h>

#include "pack/pack_fixture.hpp"

namespace nacre {
namespace {

using ::testing::HasSubstr;

class LocalStateTest : public PackTest {
 protected:
  std::map<std::string, ArchiveEntry> tarball(Environment more = {}) {
    more.emplace("local-state-profile", "guix-profile");
    return by_name(read_tar(read_file(pack(build_tarball_pack, std::move(more)))));
  }
  std::string refusal(Environment more) {
    return error_of([&] { tarball(std::move(more)); });
  }
};

TEST_F(LocalStateTest, TheProfileIsRootsAndAGarbageCollectorRoot) {
  const auto files = tarball();
  EXPECT_EQ(files.at("var/guix/gcroots/profiles").contents, "/var/guix/profiles");
  const std::string root = "var/guix/profiles/per-user/root/";
  EXPECT_EQ(files.at(root + "guix-profile").contents, "guix-profile-1-link");
  EXPECT_EQ(files.at(root + "guix-profile-1-link").contents, profile_.text());
  EXPECT_EQ(files.at("var/guix/db").permissions, 0755U);
  EXPECT_EQ(files.at("var/guix/db/db.sqlite").permissions, 0644U);
  EXPECT_FALSE(files.contains("var")) << "unpacking it would change the system's /var";
}

TEST_F(LocalStateTest, TheDatabaseHasTheClosureAndNothingElse) {
  StoreLayout layout = store_->layout();
  const TemporaryDirectory state("local-state");
  layout.state = state.path();
  make_directories(layout.state + "/db");
  write_file_atomically(layout.state + "/db/db.sqlite",
                        tarball().at("var/guix/db/db.sqlite").contents);
  EXPECT_EQ(LocalStore::open(layout)->all_valid_paths(),
            (StorePathSet{library_, hello_, data_, profile_}));
}

TEST_F(LocalStateTest, IsTheSameInEveryFormat) {
  const std::string name = "var/guix/db/db.sqlite";
  const std::string database = tarball().at(name).contents;
  const Environment wanted{{"local-state-profile", "guix-profile"},
                           {"package-name", "x"},
                           {"package-version", "1"},
                           {"architecture", "x86_64"},
                           {"summary", "x"},
                           {"description", "x"},
                           {"license", "x"}};
  const auto files = by_name(read_cpio(read_file(pack(build_rpm_pack, wanted))));
  EXPECT_TRUE(files.at("./" + name).contents == database);
  EXPECT_TRUE(files.contains("./var/guix"));
  EXPECT_FALSE(files.contains("./var"));
}

TEST_F(LocalStateTest, TheProfileHasOneOfGuixsNames) {
  EXPECT_TRUE(tarball({{"local-state-profile", "current-guix"}})
                  .contains("var/guix/profiles/per-user/root/current-guix-1-link"));
  EXPECT_THAT(refusal({{"local-state-profile", "../../x"}}), HasSubstr("not a name for a profile"));
}

TEST_F(LocalStateTest, NoLinkMayLeadElsewhere) {
  for (const char* link : {"/var/guix -> share", "/var -> share", "/var/guix/db -> share"})
    EXPECT_THAT(refusal({{"symlinks", link}}), HasSubstr("/var/guix is the store's own"));
  EXPECT_TRUE(tarball({{"symlinks", "/var/lib/x -> share"}}).contains("var/lib/x"));
}

}  // namespace
}  // namespace nacre
