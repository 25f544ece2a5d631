// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/files.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.hpp"

namespace nacre {
namespace {

using testing::ElementsAre;

class Files : public testing::Test {
 protected:
  std::string in(const std::string& name) const { return directory_.path() + "/" + name; }
  TemporaryDirectory directory_{"files-test"};
};

TEST_F(Files, AreReadAndWrittenWhole) {
  std::string bytes("a\0b\n", 4);
  write_file_atomically(in("f"), bytes, 0640);
  EXPECT_EQ(read_file(in("f")), bytes);
  EXPECT_EQ(lstat_file(in("f")).st_mode & 07777, 0640u);
}

TEST_F(Files, WithoutASizeAreReadToTheirEnd) {
  EXPECT_FALSE(read_file("/proc/self/status").empty());
}

TEST_F(Files, AreReplacedAtOnceAndWithoutLeftovers) {
  write_file_atomically(in("f"), "old");
  UniqueFd old = open_file(in("f"), O_RDONLY);
  write_file_atomically(in("f"), "new");
  EXPECT_EQ(read_fd(old.get()), "old");
  EXPECT_EQ(read_file(in("f")), "new");
  EXPECT_THAT(list_directory(directory_.path()), ElementsAre("f"));
}

TEST_F(Files, LeaveNothingBehindWhenTheyCannotReplace) {
  make_directories(in("d/sub"));
  EXPECT_THROW(write_file_atomically(in("d"), "x"), SystemError);
  EXPECT_THAT(list_directory(directory_.path()), ElementsAre("d"));
}

TEST_F(Files, ThatAreMissingAreNamedInTheError) {
  try {
    read_file(in("nothing"));
    FAIL();
  } catch (const SystemError& error) {
    EXPECT_EQ(error.code(), ENOENT);
    EXPECT_NE(std::string(error.what()).find(in("nothing")), std::string::npos);
  }
}

TEST_F(Files, ExistAlsoAsDanglingLinks) {
  create_symlink("nowhere", in("link"));
  EXPECT_TRUE(path_exists(in("link")));
  EXPECT_FALSE(path_exists(in("nowhere")));
  EXPECT_FALSE(path_exists(in("link/below")));
}

TEST_F(Files, LinksHaveTargetsOfAnyLength) {
  for (std::size_t length : {1, 255, 256, 257, 4000}) {
    std::string target(length, 't'), link = in("l" + std::to_string(length));
    create_symlink(target, link);
    EXPECT_EQ(read_link(link), target);
  }
}

TEST_F(Files, AreListedInTheOrderOfTheirBytes) {
  for (const char* name : {"b", "B", "a", "\xc3\xa9", ".hidden", "a.b"})
    write_file_atomically(in(name), "");
  EXPECT_THAT(list_directory(directory_.path()),
              ElementsAre(".hidden", "B", "a", "a.b", "b", "\xc3\xa9"));
}

TEST_F(Files, AreListedTwiceFromTheSameOpenDirectory) {
  write_file_atomically(in("f"), "");
  UniqueFd open = open_file(directory_.path(), O_RDONLY | O_DIRECTORY);
  EXPECT_THAT(list_directory(open.get()), ElementsAre("f"));
  EXPECT_THAT(list_directory(open.get()), ElementsAre("f"));
}

TEST_F(Files, DirectoriesAreMadeWithTheirParents) {
  make_directories(in("a/b/c"));
  make_directories(in("a/b/c"));
  EXPECT_TRUE(S_ISDIR(lstat_file(in("a/b/c")).st_mode));
  write_file_atomically(in("file"), "");
  EXPECT_THROW(make_directories(in("file")), SystemError);
  EXPECT_THROW(make_directories(in("file/below")), SystemError);
}

TEST_F(Files, DirectoriesAreMadeThroughLinksToDirectories) {
  make_directories(in("real"));
  create_symlink("real", in("link"));
  make_directories(in("link"));
  make_directories(in("link/sub"));
  EXPECT_TRUE(path_exists(in("real/sub")));
}

TEST(TemporaryDirectory, RemovesItselfUnlessReleased) {
  std::string path, kept;
  {
    TemporaryDirectory directory("t");
    path = directory.path();
    EXPECT_EQ(lstat_file(path).st_mode & 07777, 0700u);
    write_file_atomically(path + "/f", "x");
    TemporaryDirectory other("t");
    TemporaryDirectory moved = std::move(other);
    kept = moved.release();
  }
  EXPECT_FALSE(path_exists(path));
  EXPECT_TRUE(path_exists(kept));
  remove_tree(kept);
}

TEST(UniqueFd, ClosesWhatItOwns) {
  int number;
  {
    UniqueFd fd = open_file("/dev/null", O_RDONLY);
    number = fd.get();
    EXPECT_NE(fcntl(number, F_GETFD) & FD_CLOEXEC, 0);
    UniqueFd moved = std::move(fd);
    EXPECT_FALSE(fd);
    EXPECT_TRUE(moved);
  }
  EXPECT_EQ(fcntl(number, F_GETFD), -1);
}

TEST(Paths, AreMadeAbsoluteByTheirText) {
  EXPECT_EQ(absolute_path("/a//b/./c/../d/"), "/a/b/d");
  EXPECT_EQ(absolute_path("/../.."), "/");
  EXPECT_EQ(absolute_path("/"), "/");
  std::string here = absolute_path("");
  EXPECT_EQ(absolute_path("x"), (here == "/" ? "" : here) + "/x");
}

TEST(Paths, AreTakenApart) {
  EXPECT_EQ(base_name("/a/b"), "b");
  EXPECT_EQ(base_name("/a/b/"), "b");
  EXPECT_EQ(base_name("b"), "b");
  EXPECT_EQ(base_name("/"), "/");
  EXPECT_EQ(directory_name("/a/b"), "/a");
  EXPECT_EQ(directory_name("/a/b/"), "/a");
  EXPECT_EQ(directory_name("/a//b"), "/a");
  EXPECT_EQ(directory_name("/a"), "/");
  EXPECT_EQ(directory_name("/"), "/");
  EXPECT_EQ(directory_name("a"), ".");
}

}  // namespace
}  // namespace nacre
