// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/resource.h>

#include "pack/pack_fixture.hpp"

namespace nacre {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class TarballTest : public PackTest {
 protected:
  std::vector<ArchiveEntry> tarball(Environment more = {}) {
    return read_tar(read_file(pack(build_tarball_pack, std::move(more))));
  }
  std::string refusal(Environment more) {
    return error_of([&] { pack(build_tarball_pack, std::move(more)); });
  }
};

TEST_F(TarballTest, HoldsTheClosureOfTheProfileAndNothingElse) {
  auto entries = tarball();
  auto files = by_name(entries);
  EXPECT_EQ(entries[0].name, "gnu");
  EXPECT_EQ(entries[1].name, "gnu/store");
  for (const StorePath& path : {library_, hello_, data_, profile_})
    EXPECT_TRUE(files.contains(path.text().substr(1))) << path.text();
  EXPECT_FALSE(files.contains(stranger_.text().substr(1)));
  std::string hello = hello_.text().substr(1);
  EXPECT_EQ(files.at(hello + "/bin/hello").permissions, 0555u);
  EXPECT_EQ(files.at(hello + "/share/" + long_name()).permissions, 0444u);
  EXPECT_EQ(files.at(library_.text().substr(1) + "/lib/libx.so").contents, noise(3'000'000));
  EXPECT_EQ(files.at(profile_.text().substr(1) + "/bin").contents, hello_.text() + "/bin");
}

TEST_F(TarballTest, DirectoriesAreWritableByTheirOwnerAndFilesAreNot) {
  for (const ArchiveEntry& entry : tarball()) {
    if (entry.type == static_cast<mode_t>(AE_IFDIR)) {
      EXPECT_EQ(entry.permissions, 0755u) << entry.name;
    }
    if (entry.type == static_cast<mode_t>(AE_IFREG)) {
      EXPECT_EQ(entry.permissions & 0222u, 0u) << entry.name;
    }
  }
}

TEST_F(TarballTest, LinksLeadIntoTheProfileFromWhereTheyAre) {
  auto files = by_name(tarball({{"symlinks", "/opt/my/bin -> bin\n/hello -> bin/hello"}}));
  std::string profile = profile_.text().substr(1);
  EXPECT_EQ(files.at("hello").contents, profile + "/bin/hello");
  EXPECT_EQ(files.at("opt/my/bin").contents, "../../" + profile + "/bin");
  EXPECT_EQ(files.at("opt").permissions, 0755u);
  EXPECT_EQ(files.at("opt/my").type, static_cast<mode_t>(AE_IFDIR));
}

TEST_F(TarballTest, TheRootHasFilesOfOnesOwn) {
  auto files = by_name(
      tarball({{"root-entries",
                "file 0640 7000:3000000000 /etc/app/config -> " + codecs() +
                    "\ndirectory 0750 7000:3000000000 /srv/app\nfile 0644 0:0 /hello -> bin/hello"},
               {"symlinks", "/srv/app/bin -> bin"}}));
  EXPECT_EQ(files.at("etc/app/config").contents, read_file(NACRE_TEST_CODECS));
  EXPECT_EQ(files.at("etc/app/config").permissions, 0640u);
  EXPECT_EQ(files.at("etc/app/config").owner, somebody);
  EXPECT_EQ(files.at("etc/app").permissions, 0755u);
  EXPECT_EQ(files.at("etc/app").owner, Owner{});
  EXPECT_EQ(files.at("srv/app").permissions, 0750u);
  EXPECT_EQ(files.at("srv/app").owner, somebody);
  EXPECT_EQ(files.at("srv/app/bin").type, static_cast<mode_t>(AE_IFLNK));
  EXPECT_EQ(files.at("hello").contents, "#!/bin/sh\necho hello\n");
}

TEST_F(TarballTest, RootEntriesThatCannotBeAreRefused) {
  const auto entries = [&](const std::string& lines) {
    return refusal({{"root-entries", lines}, {"symlinks", "/opt/bin -> bin"}});
  };
  EXPECT_THAT(entries("pipe 0644 0:0 /x"), HasSubstr("KIND MODE USER:GROUP NAME"));
  EXPECT_THAT(entries("file 0644 0:0 /x"), HasSubstr("KIND MODE USER:GROUP NAME"));
  EXPECT_THAT(entries("directory 0644 0:0 /x -> bin/hello"), HasSubstr("KIND MODE"));
  EXPECT_THAT(entries("directory 0755 4294967296:0 /x"), HasSubstr("too great a number"));
  EXPECT_THAT(entries("directory 0755 0:0 /a/../../x"), HasSubstr("without '..'"));
  EXPECT_THAT(entries("directory 0755 0:0 /gnu/store/x"), HasSubstr("would hide the store"));
  EXPECT_THAT(entries("directory 0755 0:0 /gnu"), HasSubstr("would hide the store"));
  EXPECT_THAT(entries("directory 0755 0:0 /tmp"), HasSubstr("there is a /tmp already"));
  EXPECT_THAT(entries("file 0644 0:0 /x -> bin/absent"), HasSubstr("does not exist"));
  EXPECT_THAT(entries("file 0644 0:0 /x -> bin"), HasSubstr("not a regular file"));
  EXPECT_THAT(entries("file 0644 0:0 /x -> ../hello"), HasSubstr("not a file name relative"));
  EXPECT_THAT(entries("file 0644 0:0 /x -> /etc/passwd"), HasSubstr("/etc/passwd"));
  EXPECT_THAT(entries("file 0644 0:0 /x -> bin/hello\ndirectory 0755 0:0 /x/y"),
              HasSubstr("exclude each other"));
  EXPECT_THAT(entries("directory 0755 0:0 /x\ndirectory 0700 0:0 /x"),
              HasSubstr("exclude each other"));
  EXPECT_THAT(entries("directory 0755 0:0 /opt/bin"), HasSubstr("exclude each other"));
  EXPECT_THAT(entries("file 0644 0:0 /opt -> bin/hello"), HasSubstr("exclude each other"));
}

TEST_F(TarballTest, IsTheSameInEveryCompression) {
  std::string plain = read_file(pack(build_tarball_pack));
  auto names = names_of(read_tar(plain));
  for (std::string compression : {"gzip", "zstd", "xz"}) {
    std::string packed = read_file(
        pack(build_tarball_pack, {{"compression", compression}, {"compression-level", "1"}}));
    EXPECT_NE(packed.substr(0, 100), plain.substr(0, 100));
    EXPECT_EQ(names_of(read_tar(packed)), names) << compression;
  }
}

TEST_F(TarballTest, DoesNotDependOnCoresZonesAndMasks) {
  Environment settings{{"compression", "gzip"}, {"symlinks", "/bin -> bin\n/a/b -> share"}};
  std::string first = read_file(pack(build_tarball_pack, settings, 1));
  setenv("TZ", "Asia/Tokyo", 1);
  setenv("LC_ALL", "de_DE.UTF-8", 1);
  mode_t mask = umask(077);
  settings["symlinks"] = "/a/b -> share\n/bin -> bin";
  std::string second = pack(build_tarball_pack, settings, 4);
  umask(mask);
  unsetenv("TZ");
  unsetenv("LC_ALL");
  EXPECT_TRUE(read_file(second) == first);
}

TEST_F(TarballTest, RefusesSymbolicLinksThatMakeNoSense) {
  auto refused = [&](const std::string& links) { return refusal({{"symlinks", links}}); };
  EXPECT_THAT(refused("/bin=bin"), HasSubstr("it has the form SOURCE -> TARGET"));
  EXPECT_THAT(refused("bin -> bin"), HasSubstr("'bin' is not an absolute file name"));
  EXPECT_THAT(refused("/a/../../bin -> bin"), HasSubstr("not an absolute file name without '..'"));
  EXPECT_THAT(refused("/ -> bin"), HasSubstr("not an absolute file name"));
  EXPECT_THAT(refused("/bin -> /bin"), HasSubstr("is not a file name relative to the profile"));
  EXPECT_THAT(refused("/bin -> ../x"), HasSubstr("is not a file name relative to the profile"));
  EXPECT_THAT(refused("/gnu -> bin"), HasSubstr("would hide the store"));
  EXPECT_THAT(refused("/gnu/store/x -> bin"), HasSubstr("would hide the store"));
  EXPECT_THAT(refused("/tmp -> bin"), HasSubstr("/tmp is a directory"));
  EXPECT_THAT(refused("/sh -> bin/sh"), HasSubstr("needs 'bin/sh', which does not exist"));
  EXPECT_THAT(refused("/a -> bin\n/a/b -> bin"), HasSubstr("/a and /a/b exclude each other"));
  EXPECT_THAT(refused("/a -> bin\n/a -> share"), HasSubstr("exclude each other"));
}

TEST_F(TarballTest, RefusesOtherBadSettings) {
  EXPECT_THAT(refusal({{"compression", "rar"}}), HasSubstr("unknown compression 'rar'"));
  EXPECT_THAT(refusal({{"compression", "xz"}, {"compression-level", "11"}}),
              HasSubstr("xz has no compression level 11"));
  EXPECT_THAT(refusal({{"compression-level", "much"}}), HasSubstr("bad compression-level 'much'"));
  EXPECT_THAT(refusal({{"profile", "/gnu/store"}}), HasSubstr("/gnu/store"));
}

TEST_F(TarballTest, AFullDiskIsAnErrorAndLeavesNothing) {
  struct rlimit before {};
  getrlimit(RLIMIT_FSIZE, &before);
  auto* handler = signal(SIGXFSZ, SIG_IGN);
  for (std::string compression : {"none", "gzip", "zstd"}) {
    struct rlimit small = before;
    small.rlim_cur = 1'000'000;
    setrlimit(RLIMIT_FSIZE, &small);
    std::string message = refusal({{"compression", compression}});
    setrlimit(RLIMIT_FSIZE, &before);
    EXPECT_THAT(message, HasSubstr("File too large"));
    EXPECT_FALSE(path_exists(scratch("out-" + std::to_string(runs_))));
  }
  signal(SIGXFSZ, handler);
}

TEST_F(TarballTest, AStoreItemThatCannotBeReadIsAnErrorAndLeavesNothing) {
  remove_tree(store_->physical(library_));
  EXPECT_THAT(refusal({}), HasSubstr(library_.base_name()));
  EXPECT_FALSE(path_exists(scratch("out-" + std::to_string(runs_))));
}

}  // namespace
}  // namespace nacre
