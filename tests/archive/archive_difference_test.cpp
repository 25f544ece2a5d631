// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/archive_difference.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "archive/ar.hpp"
#include "archive/tar.hpp"
#include "base/files.hpp"

namespace nacre {
namespace {

using AddFiles = std::function<void(TarWriter&)>;

std::string tar(const AddFiles& add, std::int64_t time = 1) {
  StringSink sink;
  TarWriter writer(sink, time);
  add(writer);
  writer.finish();
  return sink.text;
}

std::string one_file(const std::string& name, const std::string& contents, unsigned mode = 0644) {
  return tar([&](TarWriter& writer) { writer.add_file(name, contents, mode); });
}

class ArchiveDifferenceTest : public ::testing::Test {
 protected:
  std::string difference(const std::string& left, const std::string& right) {
    write_file_atomically(directory_.path() + "/left", left);
    write_file_atomically(directory_.path() + "/right", right);
    return file_difference(directory_.path() + "/left", directory_.path() + "/right");
  }
  /// Without the first byte of the whole file, which is of less interest.
  std::string inner(const std::string& left, const std::string& right) {
    const std::string all = difference(left, right);
    const std::size_t at = all.find("; in it: ");
    return at == std::string::npos ? "" : all.substr(at + 9);
  }

  TemporaryDirectory directory_{"difference-test"};
};

TEST_F(ArchiveDifferenceTest, OfEqualFilesThereIsNone) {
  EXPECT_EQ(difference("", ""), "");
  EXPECT_EQ(difference("abc", "abc"), "");
}

TEST_F(ArchiveDifferenceTest, OfOtherFilesIsTheFirstByte) {
  EXPECT_EQ(difference("abc", "abd"), "contents, from byte 2 on");
  EXPECT_EQ(difference("abc", "ab"), "contents, from byte 2 on");
  EXPECT_EQ(difference(std::string(1'000'000, 'x') + "a", std::string(1'000'000, 'x') + "b"),
            "contents, from byte 1000000 on");
}

TEST_F(ArchiveDifferenceTest, InAnArchiveIsTheFirstFile) {
  EXPECT_EQ(difference(one_file("a/x", "123"), one_file("a/x", "124")),
            "contents, from byte 514 on; in it: a/x (contents, from byte 2 on)");
  EXPECT_EQ(inner(one_file("x", "1"), one_file("x", "1", 0600)), "x (mode: 644 and 600)");
  EXPECT_EQ(inner(one_file("x", "1"), one_file("y", "1")), "x (where the other has y)");
  const auto link = [](const std::string& target) {
    return tar([&](TarWriter& writer) { writer.add_symlink("l", target); });
  };
  EXPECT_EQ(inner(link("a"), link("b")), "l (target of the link: 'a' and 'b')");
  EXPECT_EQ(inner(link("a"), one_file("l", "a")),
            "l (a symbolic link in one, a regular file in the other)");
  const auto two = tar([](TarWriter& writer) {
    writer.add_file("x", "1");
    writer.add_file("z", "1");
  });
  EXPECT_EQ(inner(one_file("x", "1"), two), "z (only in one of them)");
  const auto add = [](TarWriter& writer) { writer.add_file("x", "1"); };
  EXPECT_EQ(inner(tar(add, 1), tar(add, 7)), "x (time: 1 and 7)");
}

TEST_F(ArchiveDifferenceTest, IsLookedForInArchivesWithinArchives) {
  const auto deb = [](const std::string& data) {
    StringSink sink;
    sink.write(ar_magic);
    write_ar_member(sink, "data.tar", one_file("usr/x", data));
    return one_file("packages/x.deb", sink.text);
  };
  EXPECT_EQ(inner(deb("one"), deb("other")),
            "packages/x.deb: data.tar: usr/x (contents, from byte 1 on)");
}

TEST_F(ArchiveDifferenceTest, ABlobIsAnothersCounterpartUnderAnotherName) {
  EXPECT_EQ(inner(one_file("blobs/sha256/aa", one_file("x", "1")),
                  one_file("blobs/sha256/bb", one_file("x", "2"))),
            "blobs/sha256/aa: x (contents, from byte 0 on)");
}

TEST_F(ArchiveDifferenceTest, WhatIsNoArchiveAfterAllIsComparedAsBytes) {
  std::string cut = one_file("x", "1");
  cut.resize(600);
  EXPECT_EQ(difference(cut, one_file("x", "1")).substr(0, 26), "contents, from byte 600 on");
}

}  // namespace
}  // namespace nacre
