// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/squashfs_image_reader.hpp"

#include <elf.h>
#include <gmock/gmock.h>

#include <cstring>
#include <set>

#include "archive/embedded_squashfs.hpp"
#include "pack/pack_fixture.hpp"

namespace nacre {
namespace {

using ::testing::HasSubstr;

struct Found {
  ArchiveFile file;
  std::string contents;
};

class SquashfsImageReaderTest : public PackTest {
 protected:
  std::string image(Environment more = {}) {
    return read_file(pack(build_squashfs_pack, std::move(more)));
  }

  static std::map<std::string, Found> read(const std::string& bytes) {
    SquashfsImageReader reader(ByteRange::of_text(bytes));
    std::map<std::string, Found> files;
    while (auto file = reader.next()) {
      Found& found = files[file->path];
      found.file = *file;
      for (std::string_view piece; !(piece = reader.read()).empty();) found.contents += piece;
      if (file->type == ArchiveFile::Type::regular) {
        EXPECT_EQ(found.contents.size(), file->size);
      }
    }
    return files;
  }

  template <typename Number>
  static void put(std::string& bytes, std::size_t offset, Number number) {
    std::memcpy(bytes.data() + offset, &number, sizeof number);
  }

  static std::string appimage(const std::string& squashfs) {
    std::string program(1000, '\0');
    Elf64_Ehdr header{};
    std::memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = ELFCLASS64;
    std::memcpy(header.e_ident + 8, "AI\x02", 3);
    header.e_machine = EM_AARCH64;
    header.e_shoff = 1000 - 3 * sizeof(Elf64_Shdr);
    header.e_shentsize = sizeof(Elf64_Shdr);
    header.e_shnum = 3;
    put(program, 0, header);
    return program + squashfs;
  }

  /// A Singularity image with one descriptor, of the primary partition.
  static std::string sif(const std::string& squashfs) {
    std::string bytes(4096, '\0');
    bytes.replace(0, 20, "#!/usr/bin/env run-s");
    bytes.replace(32, 9, "SIF_MAGIC");
    put<std::uint64_t>(bytes, 88, 1);
    put<std::uint64_t>(bytes, 96, 128);
    put<std::uint32_t>(bytes, 128, 0x4004);
    bytes[132] = 1;
    put<std::uint64_t>(bytes, 128 + 17, 4096);
    put<std::uint64_t>(bytes, 128 + 25, squashfs.size());
    put<std::uint32_t>(bytes, 128 + 201, 1);
    put<std::uint32_t>(bytes, 128 + 205, 2);
    bytes.replace(128 + 209, 2, "02");
    return bytes + squashfs;
  }
};

TEST_F(SquashfsImageReaderTest, FindsWhatWasPutThereInEveryCompression) {
  for (const char* compression : {"none", "gzip", "zstd", "xz"}) {
    const std::string bytes = image({{"compression", compression}});
    const auto files = read(bytes);
    const std::string hello = hello_.text().substr(1);
    EXPECT_EQ(files.at(hello + "/bin/hello").contents, "#!/bin/sh\necho hello\n") << compression;
    EXPECT_EQ(files.at(hello + "/bin/hello").file.mode, 0555U);
    EXPECT_EQ(files.at(hello + "/bin/hello").file.time, 1);
    EXPECT_EQ(files.at(library_.text().substr(1) + "/lib/libx.so").contents, noise(3'000'000));
    EXPECT_EQ(files.at(profile_.text().substr(1) + "/bin").file.link_target,
              hello_.text() + "/bin");
    EXPECT_EQ(files.at("gnu/store").file.type, ArchiveFile::Type::directory);
    EXPECT_FALSE(files.contains(stranger_.text().substr(1)));
    if (std::string(compression) != "none") {
      EXPECT_EQ(SquashfsImageReader(ByteRange::of_text(bytes)).compression(), compression);
    }
  }
}

TEST_F(SquashfsImageReaderTest, FindsItInOtherFiles) {
  const std::string squashfs = image();
  const auto expected = read(squashfs);
  struct Case {
    std::string format, architecture, bytes;
  };
  for (const Case& file :
       {Case{"squashfs", "", squashfs}, Case{"appimage", "arm64", appimage(squashfs)},
        Case{"sif", "amd64", sif(squashfs)}}) {
    const auto found = find_squashfs(ByteRange::of_text(file.bytes));
    ASSERT_TRUE(found) << file.format;
    EXPECT_EQ(found->format, file.format);
    EXPECT_EQ(found->architecture, file.architecture);
    EXPECT_EQ(read(file.bytes.substr(found->offset)).size(), expected.size());
  }
}

TEST_F(SquashfsImageReaderTest, OtherFilesHoldNone) {
  EXPECT_FALSE(find_squashfs(ByteRange::of_text("")));
  EXPECT_FALSE(find_squashfs(ByteRange::of_text(std::string(1000, 'x'))));
  EXPECT_FALSE(find_squashfs(ByteRange::of_text(read_file("/proc/self/exe"))));
  EXPECT_THROW(find_squashfs(ByteRange::of_text(appimage("nothing"))), Error);
  EXPECT_THROW(find_squashfs(ByteRange::of_text(sif("nothing"))), Error);
  std::string many = sif(image());
  put<std::uint64_t>(many, 88, ~std::uint64_t{0});
  EXPECT_THROW(find_squashfs(ByteRange::of_text(many)), Error);
}

TEST_F(SquashfsImageReaderTest, ToleratesAnyDamage) {
  const std::string bytes = image({{"compression", "gzip"}});
  const auto damage = [&](std::size_t at) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << (at % 8)));
    try {
      SquashfsImageReader reader(ByteRange::of_text(damaged));
      for (int count = 0; reader.next() && count < 1000; ++count) reader.read();
    } catch (const Error&) {
    }
  };
  for (std::size_t at = 0; at < 96; ++at) damage(at);  // the super block
  for (std::size_t at = bytes.size() - 6000; at < bytes.size(); at += 7) damage(at);  // the tables
  for (std::size_t size : {0UL, 4UL, 95UL, 96UL, 1000UL, bytes.size() - 4096})
    EXPECT_THROW(SquashfsImageReader(ByteRange::of_text(bytes.substr(0, size))), Error) << size;
}

}  // namespace
}  // namespace nacre
