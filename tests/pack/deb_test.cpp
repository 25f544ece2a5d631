// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>

#include "archive/ar.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/hash.hpp"
#include "pack/pack_fixture.hpp"

namespace nacre {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class DebTest : public PackTest {
 protected:
  static Environment control() { return {{"control", "Package: hello\nVersion: 1\n"}}; }
};

/// Name and size of the members of an ar archive.
std::vector<std::pair<std::string, std::size_t>> members_of(const std::string& archive) {
  std::vector<std::pair<std::string, std::size_t>> members;
  for (std::size_t at = ar_magic.size(); at < archive.size();) {
    const std::string name = archive.substr(at, archive.find(' ', at) - at);
    const std::size_t size = std::stoul(archive.substr(at + 48, 10));
    members.emplace_back(name, size);
    at += ar_header_size + size + size % 2;
  }
  return members;
}

TEST_F(DebTest, APackageHoldsItsVersionItsControlArchiveAndItsFiles) {
  const std::string archive = read_file(pack(build_deb_pack, control()));
  EXPECT_THAT(archive, StartsWith("!<arch>\n"));
  const auto members = members_of(archive);
  ASSERT_EQ(members.size(), 3U);
  EXPECT_EQ(members[0], std::make_pair(std::string("debian-binary"), std::size_t{4}));
  EXPECT_EQ(members[1].first, "control.tar");
  EXPECT_EQ(members[2].first, "data.tar");
  EXPECT_GT(members[2].second, 4'000'000U);
}

TEST_F(DebTest, TheNumberOfCoresMakesNoDifference) {
  auto variables = control();
  variables["compression"] = "zstd";
  EXPECT_EQ(read_file(pack(build_deb_pack, variables, 1)),
            read_file(pack(build_deb_pack, variables, 4)));
}

TEST_F(DebTest, ADirectoryHasAPackageForEachItemAndOneForTheLinks) {
  const Environment variables{
      {"control", "Package: nacre-hello\nVersion: 2\nArchitecture: amd64\nMaintainer: x <x@x>\n"},
      {"symlinks", "/usr/bin/hello -> bin/hello"}};
  const std::string directory = pack(build_deb_directory_pack, variables);
  const auto file = [](const StorePath& item) {
    return fmt::format("nacre-item-{}_1_amd64.deb", item.base_name());
  };
  const std::string name = "nacre-hello_2_amd64.deb";
  EXPECT_THAT(list_directory(directory),
              testing::UnorderedElementsAre(file(library_), file(hello_), file(data_),
                                            file(profile_), name, "Packages", "Release"));
  const std::string index = read_file(directory + "/Packages");
  EXPECT_THAT(index, HasSubstr(fmt::format("Depends: nacre-item-{}\n", profile_.base_name())));
  EXPECT_THAT(index, HasSubstr(fmt::format("Depends: nacre-item-{}\n", library_.base_name())));
  EXPECT_THAT(index, HasSubstr("Filename: ./" + name + "\n"));
  for (const std::string& package : list_directory(directory))
    if (package.ends_with(".deb")) {
      EXPECT_THAT(index,
                  HasSubstr(hash_file(HashAlgorithm::sha256, directory + "/" + package).base16()))
          << package;
    }
  const auto members = members_of(read_file(directory + "/" + name));
  EXPECT_EQ(members.at(2).first, "data.tar");
  EXPECT_LT(members.at(2).second, 10'000U);

  const std::string other = pack(build_deb_directory_pack, variables, 4);
  for (const std::string& entry : list_directory(directory))
    EXPECT_TRUE(read_file(directory + "/" + entry) == read_file(other + "/" + entry)) << entry;
}

TEST_F(DebTest, ADirectoryHasNoLocalState) {
  EXPECT_THAT(error_of([&] {
                pack(build_deb_directory_pack,
                     {{"control", "Package: a\nVersion: 1\nArchitecture: amd64\nMaintainer: x\n"},
                      {"local-state-profile", "guix-profile"}});
              }),
              HasSubstr("databases would be in each other's place"));
}

TEST_F(DebTest, WithoutAControlFileThereIsNoPackage) {
  try {
    pack(build_deb_pack);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("control"));
  }
}

TEST(Ar, AHeaderThatDoesNotFitIsRefused) {
  EXPECT_EQ(ar_header("name", 5).size(), ar_header_size);
  EXPECT_THROW(ar_header("a-name-of-17-char", 5), Error);
  EXPECT_THROW(ar_header("name", 10'000'000'000), Error);
}

}  // namespace
}  // namespace nacre
