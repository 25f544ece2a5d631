// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <thread>

#include "base/error.hpp"
#include "base/files.hpp"

namespace nacre {
namespace {

class RemoveTree : public testing::Test {
 protected:
  std::string in(const std::string& name) const { return directory_.path() + "/" + name; }
  TemporaryDirectory directory_{"remove-test"};
};

TEST_F(RemoveTree, TakesFilesLinksAndDirectories) {
  make_directories(in("t/a/b"));
  write_file_atomically(in("t/a/b/f"), "x");
  create_symlink("f", in("t/a/b/l"));
  ASSERT_EQ(mkfifo(in("t/a/p").c_str(), 0600), 0);
  remove_tree(in("t"));
  EXPECT_FALSE(path_exists(in("t")));
}

TEST_F(RemoveTree, TakesASingleFileOrLink) {
  write_file_atomically(in("f"), "x");
  create_symlink(in("f"), in("l"));
  remove_tree(in("l"));
  EXPECT_TRUE(path_exists(in("f")));
  remove_tree(in("f"));
  EXPECT_FALSE(path_exists(in("f")));
}

TEST_F(RemoveTree, FindsNothingToDoWhereNothingIs) {
  EXPECT_EQ(remove_tree(in("nothing")), 0u);
  EXPECT_EQ(remove_tree(in("nothing/below")), 0u);
}

TEST_F(RemoveTree, DoesNotFollowLinksOutOfTheTree) {
  make_directories(in("outside/d"));
  write_file_atomically(in("outside/d/f"), "x");
  make_directories(in("t"));
  create_symlink("../outside", in("t/link"));
  create_symlink(in("outside/d"), in("t/absolute"));
  remove_tree(in("t"));
  EXPECT_TRUE(path_exists(in("outside/d/f")));
}

TEST_F(RemoveTree, OpensDirectoriesThatAreClosedToTheirOwner) {
  make_directories(in("t/a/b"));
  write_file_atomically(in("t/a/b/f"), "x");
  chmod(in("t/a/b").c_str(), 0);
  chmod(in("t/a").c_str(), 0555);
  chmod(in("t").c_str(), 0111);
  remove_tree(in("t"));
  EXPECT_FALSE(path_exists(in("t")));
}

TEST_F(RemoveTree, LeavesTheModeOfAHardLinkedFileAlone) {
  make_directories(in("t"));
  write_file_atomically(in("t/f"), "x", 0444);
  ASSERT_EQ(link(in("t/f").c_str(), in("other").c_str()), 0);
  remove_tree(in("t"));
  EXPECT_EQ(lstat_file(in("other")).st_mode & 07777, 0444u);
}

TEST_F(RemoveTree, CountsOnlyWhatIsReallyFreed) {
  make_directories(in("t"));
  write_file_atomically(in("t/alone"), std::string(100000, 'x'));
  write_file_atomically(in("t/shared"), std::string(500000, 'x'));
  ASSERT_EQ(link(in("t/shared").c_str(), in("other").c_str()), 0);
  ASSERT_EQ(link(in("t/shared").c_str(), in("t/shared-too").c_str()), 0);
  auto blocks = static_cast<std::uint64_t>(lstat_file(in("t/alone")).st_blocks) * 512;
  EXPECT_EQ(remove_tree(in("t")), blocks);
}

TEST_F(RemoveTree, GoesDeeperThanPathsAndDescriptorsReach) {
  make_directories(in("t"));
  UniqueFd at = open_file(in("t"), O_RDONLY | O_DIRECTORY);
  for (int depth = 0; depth < 12'000; ++depth) {
    ASSERT_EQ(mkdirat(at.get(), "directory", 0755), 0);
    if (depth % 500 == 0 && symlinkat("..", at.get(), "link") != 0) FAIL();
    at = UniqueFd(openat(at.get(), "directory", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    ASSERT_TRUE(at);
  }
  at.reset();
  remove_tree(in("t"));
  EXPECT_FALSE(path_exists(in("t")));
}

TEST_F(RemoveTree, StaysInsideWhileSomebodySwapsADirectoryForALink) {
  make_directories(in("outside"));
  write_file_atomically(in("outside/precious"), "x");
  std::atomic<bool> stop = false;
  std::thread attacker([&] {
    while (!stop) {  // "d" is now a directory, now a link out of the tree
      renameat2(AT_FDCWD, in("t/d").c_str(), AT_FDCWD, in("t/e").c_str(), RENAME_EXCHANGE);
    }
  });
  for (int round = 0; round < 100; ++round) {
    make_directories(in("t/d"));
    write_file_atomically(in("t/d/precious"), "x");
    create_symlink(in("outside"), in("t/e"));
    for (int tries = 0; path_exists(in("t")) && tries < 100; ++tries) try {
        remove_tree(in("t"));
      } catch (const SystemError&) {
        // The attacker may win, but only inside of the tree.
      }
  }
  stop = true;
  attacker.join();
  EXPECT_TRUE(path_exists(in("outside/precious")));
}

}  // namespace
}  // namespace nacre
