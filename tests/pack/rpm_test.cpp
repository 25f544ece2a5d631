// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>
#include <sys/stat.h>

#include "base/error.hpp"
#include "pack/pack_fixture.hpp"
#include "pack/pack_input.hpp"

namespace nacre {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// What rpm itself thinks of a package, tests/cli/pack-rpm.sh asks it.
class RpmTest : public PackTest {
 protected:
  std::string rpm(Environment more = {}, unsigned cores = 2) {
    more.emplace("package-name", "hello");
    more.emplace("package-version", "1.0");
    more.emplace("architecture", "x86_64");
    more.emplace("summary", "Greet");
    more.emplace("description", "Greet.\n");
    more.emplace("license", "GPL 3+");
    return read_file(pack(build_rpm_pack, more, cores));
  }
};

/// Where in `archive` a header begins at `begin`, how long it is.
std::size_t header_size(const std::string& archive, std::size_t begin) {
  auto number = [&](std::size_t at) {
    std::size_t value = 0;
    for (std::size_t i = 0; i < 4; ++i)
      value = value << 8 | static_cast<unsigned char>(archive.at(begin + at + i));
    return value;
  };
  return 16 + 16 * number(8) + number(12);
}

TEST_F(RpmTest, APayloadHasTheClosureAndTheStoresDirectories) {
  const auto entries = by_name(read_cpio(rpm({{"symlinks", "/opt/x/greet -> bin/hello"}})));
  const std::string hello = "./" + archive_name(hello_);
  EXPECT_EQ(entries.at("./gnu").permissions, 0755U);
  EXPECT_EQ(entries.at("./gnu/store").type, static_cast<mode_t>(AE_IFDIR));
  EXPECT_EQ(entries.at(hello + "/bin/hello").contents, "#!/bin/sh\necho hello\n");
  EXPECT_EQ(entries.at(hello + "/bin/hello").permissions, 0555U);
  EXPECT_EQ(entries.at(hello + "/share").permissions, 0555U);
  EXPECT_EQ(entries.at("./" + archive_name(library_) + "/lib/libx.so").contents, noise(3'000'000));
  EXPECT_FALSE(entries.contains("./" + archive_name(stranger_)));
}

TEST_F(RpmTest, LinksAreAbsoluteAndTheSystemsDirectoriesAreNotOwned) {
  const auto entries = by_name(
      read_cpio(rpm({{"symlinks", "/opt/x/greet -> bin/hello\n/usr/bin/greet -> bin/hello"}})));
  EXPECT_EQ(entries.at("./opt/x/greet").contents, profile_.text() + "/bin/hello");
  EXPECT_TRUE(entries.contains("./opt/x"));
  EXPECT_TRUE(entries.contains("./usr/bin/greet"));
  for (const char* name : {"./opt", "./usr", "./usr/bin"})
    EXPECT_FALSE(entries.contains(name)) << name;
}

TEST_F(RpmTest, TheHeaderIsWhereItsSignatureSays) {
  const std::string archive = rpm();
  const std::size_t signature_end = 96 + header_size(archive, 96);
  const std::size_t begin = (signature_end + 7) / 8 * 8;
  const std::size_t size = header_size(archive, begin);
  EXPECT_THAT(archive.substr(begin), StartsWith("\x8e\xad\xe8\x01"));
  EXPECT_THAT(archive.substr(begin + size), StartsWith("070701"));
  const std::string signature = archive.substr(96, signature_end - 96);
  const std::string header = archive.substr(begin, size);
  EXPECT_THAT(signature, HasSubstr(hash_bytes(HashAlgorithm::sha256, header).base16()));
  EXPECT_THAT(
      header,
      AllOf(HasSubstr(hash_bytes(HashAlgorithm::sha256, archive.substr(begin + size)).base16()),
            HasSubstr(hash_bytes(HashAlgorithm::sha256, noise(3'000'000)).base16()),
            Not(HasSubstr(std::string(64, '0')))));
}

TEST_F(RpmTest, TheNumberOfCoresMakesNoDifference) {
  for (const char* compression : {"gzip", "zstd", "xz"})
    EXPECT_EQ(rpm({{"compression", compression}}, 1), rpm({{"compression", compression}}, 4));
}

TEST_F(RpmTest, ABadNameOrVersionIsRefused) {
  EXPECT_THAT(error_of([&] {
                rpm({{"package-name", "a b"}});
              }),
              HasSubstr("bad package-name 'a b'"));
  EXPECT_THAT(error_of([&] {
                rpm({{"package-version", "1-2"}});
              }),
              HasSubstr("bad package-version '1-2'"));
  EXPECT_THAT(error_of([&] { rpm({{"package-version", ""}}); }), HasSubstr("bad package-version"));
}

TEST_F(RpmTest, AFileOf4GiBIsRefused) {
  const std::string big = store_->physical(data_) + "/big";
  ASSERT_EQ(chmod(store_->physical(data_).c_str(), 0755), 0);
  write(big, "");
  ASSERT_EQ(truncate(big.c_str(), off_t{1} << 32), 0);
  EXPECT_THAT(error_of([&] { rpm(); }), HasSubstr("files of less than 4 GiB"));
}

}  // namespace
}  // namespace nacre
