// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/tar_index.hpp"

#include <gmock/gmock.h>

#include <cstring>

#include "archive/tar.hpp"
#include "base/error.hpp"

namespace nacre {
namespace {

std::map<std::string, TarExtent> index_of(const std::string& archive) {
  auto read = [&](std::uint64_t offset, char* bytes, std::size_t size) {
    ASSERT_LE(offset + size, archive.size());
    std::memcpy(bytes, archive.data() + offset, size);
  };
  return index_tar(read, archive.size());
}

std::string some_archive() {
  StringSink sink;
  TarWriter tar(sink);
  tar.add_directory("blobs");
  tar.add_file("blobs/one", "the first");
  tar.add_file("empty", "");
  tar.add_file("two", std::string(1000, 'x'));
  tar.finish();
  return sink.text;
}

std::string refusal(const std::string& archive) {
  try {
    index_of(archive);
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

TEST(TarIndex, TellsWhereFilesLie) {
  const std::string archive = some_archive();
  const auto files = index_of(archive);
  ASSERT_EQ(files.size(), 3U);
  const TarExtent one = files.at("blobs/one");
  EXPECT_EQ(archive.substr(one.offset, one.size), "the first");
  EXPECT_EQ(files.at("empty").size, 0U);
  const TarExtent two = files.at("two");
  EXPECT_EQ(archive.substr(two.offset, two.size), std::string(1000, 'x'));
}

TEST(TarIndex, RefusesAnArchiveThatEndsEarly) {
  const std::string archive = some_archive();
  for (std::size_t size = 0; size < archive.size() - 512; size += 100)
    EXPECT_THAT(refusal(archive.substr(0, size)),
                testing::AnyOf(testing::HasSubstr("no end"), testing::HasSubstr("ends within")));
}

TEST(TarIndex, RefusesADamagedHeader) {
  std::string archive = some_archive();
  archive[600] ^= 1;
  EXPECT_THAT(refusal(archive), testing::HasSubstr("no good header at byte 512"));
}

TEST(TarIndex, RefusesLinksAndRepeatedNames) {
  StringSink sink;
  TarWriter tar(sink);
  tar.add_symlink("link", "/etc/passwd");
  EXPECT_THAT(refusal(sink.text), testing::HasSubstr("'link', which is not a file"));

  StringSink twice;
  TarWriter other(twice);
  other.add_file("a", "1");
  other.add_file("a", "2");
  other.finish();
  EXPECT_THAT(refusal(twice.text), testing::HasSubstr("'a' twice"));
}

TEST(TarIndex, RefusesSizesThatAreTooLarge) {
  for (const std::uint64_t size :
       {std::uint64_t{1} << 20, ~std::uint64_t{0}, ~std::uint64_t{0} - 511}) {
    StringSink sink;
    TarWriter tar(sink);
    tar.add_header("huge", size);
    tar.finish();
    EXPECT_THAT(refusal(sink.text), testing::HasSubstr("ends within 'huge'"));
  }
}

}  // namespace
}  // namespace nacre
