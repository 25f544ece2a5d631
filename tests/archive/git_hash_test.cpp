// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/git_hash.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "archive/directory_tree.hpp"
#include "base/files.hpp"

namespace nacre {
namespace {

TEST(GitHash, IsThatOfGit) {
  EXPECT_EQ(hash_git_blob("", HashAlgorithm::sha1).base16(),
            "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
  EXPECT_EQ(hash_git_blob("what is up, doc?", HashAlgorithm::sha1).base16(),
            "bd9dbf5aae1a3862dd1526723246b20206e5fc37");
}

TEST(GitHash, OfAnEmptyTree) {
  const TemporaryDirectory directory("git-hash");
  EXPECT_EQ(hash_git(DirectoryTree(directory.path()), HashAlgorithm::sha1).base16(),
            "4b825dc642cb6eb9a060e54bf8d69288fbee4904");
}

TEST(GitHash, SortsDirectoriesAsIfTheirNamesEndedWithASlash) {
  const TemporaryDirectory directory("git-hash");
  make_directories(directory.path() + "/a");
  write_file_atomically(directory.path() + "/a/file", "one\n");
  write_file_atomically(directory.path() + "/a.txt", "three\n");
  write_file_atomically(directory.path() + "/a-b", "two\n");
  // What 'git write-tree' prints.
  EXPECT_EQ(hash_git(DirectoryTree(directory.path()), HashAlgorithm::sha1).base16(),
            "adf5dc997210283ef2315ff7d9ef76bc2da54b25");
}

TEST(GitHash, LeavesOutWhatTheFilterRejects) {
  const TemporaryDirectory directory("git-hash");
  write_file_atomically(directory.path() + "/left-out", "x");
  const DirectoryTree tree(directory.path(), {[](const std::string&) { return false; }});
  EXPECT_EQ(hash_git(tree, HashAlgorithm::sha1).base16(),
            "4b825dc642cb6eb9a060e54bf8d69288fbee4904");
}

}  // namespace
}  // namespace nacre
