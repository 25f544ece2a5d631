// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/xattr.h>

#include <random>

#include "store/canonicalize.hpp"
#include "store/deduplicate.hpp"
#include "store/scan.hpp"
#include "store_fixture.hpp"

namespace nacre {
namespace {

mode_t mode(const std::string& path) {
  return lstat_file(path).st_mode & 07777;
}
ino_t inode(const std::string& path) {
  return lstat_file(path).st_ino;
}

using CanonicalTreeTest = StoreTest;

TEST_F(CanonicalTreeTest, ModesAndTimesAreAsInEveryStore) {
  std::string tree = scratch("tree");
  write(tree + "/plain", "x", 0600);
  write(tree + "/program", "x", 0711);
  write(tree + "/set-uid", "x", 04755);
  write(tree + "/unreadable", "x", 0000);
  write(tree + "/group-executable", "x", 0654);
  make_directories(tree + "/directory");
  chmod((tree + "/directory").c_str(), 02770);
  create_symlink("/nowhere", tree + "/link");
  canonicalize_tree(tree);
  EXPECT_EQ(mode(tree), 0555u);
  EXPECT_EQ(mode(tree + "/plain"), 0444u);
  EXPECT_EQ(mode(tree + "/program"), 0555u);
  EXPECT_EQ(mode(tree + "/set-uid"), 0555u);
  EXPECT_EQ(mode(tree + "/unreadable"), 0444u);
  EXPECT_EQ(mode(tree + "/group-executable"), 0444u);
  EXPECT_EQ(mode(tree + "/directory"), 0555u);
  for (const char* name : {"", "/plain", "/directory", "/link"})
    EXPECT_EQ(lstat_file(tree + name).st_mtim.tv_sec, 1) << name;
}

TEST_F(CanonicalTreeTest, ALinksTargetIsNotTouched) {
  write(scratch("outside"), "x", 0640);
  std::string tree = scratch("tree");
  make_directories(tree);
  create_symlink(scratch("outside"), tree + "/link");
  canonicalize_tree(tree);
  EXPECT_EQ(mode(scratch("outside")), 0640u);
  EXPECT_NE(lstat_file(scratch("outside")).st_mtim.tv_sec, 1);
}

TEST_F(CanonicalTreeTest, ExtendedAttributesAreRemoved) {
  std::string file = scratch("file");
  write(file, "x");
  if (setxattr(file.c_str(), "user.note", "y", 1, 0) != 0) GTEST_SKIP() << "no attributes here";
  canonicalize_tree(file);
  EXPECT_EQ(listxattr(file.c_str(), nullptr, 0), 0);
}

TEST_F(CanonicalTreeTest, SpecialFilesAreRefused) {
  std::string tree = scratch("tree");
  make_directories(tree);
  ASSERT_EQ(mkfifo((tree + "/fifo").c_str(), 0600), 0);
  EXPECT_THROW(canonicalize_tree(tree), Error);
}

TEST_F(CanonicalTreeTest, FilesOfAnotherOwnerAreRefused) {
  std::string tree = scratch("tree");
  write(tree + "/x", "x");
  EXPECT_THROW(canonicalize_tree(tree, geteuid() + 1), Error);
  EXPECT_NO_THROW(canonicalize_tree(tree, geteuid()));
}

TEST_F(CanonicalTreeTest, OwnHardLinksOfABuilderAreNoForeignFiles) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root to give files away";
  std::string tree = scratch("tree");
  write(tree + "/a", "x");
  ASSERT_EQ(link((tree + "/a").c_str(), (tree + "/b").c_str()), 0);
  ASSERT_EQ(chown(tree.c_str(), 1234, 1234), 0);
  ASSERT_EQ(chown((tree + "/a").c_str(), 1234, 1234), 0);
  canonicalize_tree(tree, 1234);
  EXPECT_EQ(lstat_file(tree + "/b").st_uid, 0u);
  EXPECT_EQ(lstat_file(tree).st_uid, 0u);
}

class DeduplicationTest : public StoreTest {
 protected:
  DeduplicationTest() : store_(open()) {}
  std::string links() const { return layout_.store + "/.links"; }
  std::string big_ = std::string(50'000, 'x');
  std::shared_ptr<LocalStore> store_;
};

TEST_F(DeduplicationTest, EqualFilesShareOneInode) {
  StorePath a = register_tree(*store_, "a", big_);
  StorePath b = register_tree(*store_, "b", big_);
  StorePath other = register_tree(*store_, "c", big_ + "y");
  EXPECT_EQ(inode(store_->physical(a) + "/file"), inode(store_->physical(b) + "/file"));
  EXPECT_NE(inode(store_->physical(a) + "/file"), inode(store_->physical(other) + "/file"));
  EXPECT_EQ(list_directory(links()).size(), 2u);
}

TEST_F(DeduplicationTest, ALinkIsNamedByTheHashOfTheFilesNar) {
  StorePath a = register_tree(*store_, "a", big_);
  Hash hash = hash_nar(store_->physical(a) + "/file").hash;
  EXPECT_EQ(list_directory(links()), std::vector<std::string>{hash.nix_base32()});
}

TEST_F(DeduplicationTest, AnExecutableFileIsAnotherFile) {
  std::string tree = scratch("tree");
  write(tree + "/plain", big_);
  write(tree + "/program", big_, 0755);
  StorePath path = store_->add_path("tree", tree);
  EXPECT_NE(inode(store_->physical(path) + "/plain"), inode(store_->physical(path) + "/program"));
}

TEST_F(DeduplicationTest, SmallFilesAreNotShared) {
  register_tree(*store_, "a", "small");
  EXPECT_TRUE(list_directory(links()).empty());
}

TEST_F(DeduplicationTest, DirectoriesKeepTheirModesAndTimes) {
  register_tree(*store_, "a", big_);
  StorePath b = register_tree(*store_, "b", big_);
  EXPECT_EQ(mode(store_->physical(b)), 0555u);
  EXPECT_EQ(lstat_file(store_->physical(b)).st_mtim.tv_sec, 1);
}

TEST_F(DeduplicationTest, ACanonicalTreeCanBeDeduplicatedLater) {
  register_tree(*store_, "a", big_);
  std::string tree = scratch("root/gnu/store/tree");
  write(tree + "/file", big_);
  canonicalize_tree(tree);
  EXPECT_GE(deduplicate_tree(layout_, tree), big_.size());
  EXPECT_EQ(deduplicate_tree(layout_, tree), 0u);
  EXPECT_EQ(mode(tree), 0555u);
  EXPECT_EQ(lstat_file(tree).st_mtim.tv_sec, 1);
}

TEST_F(DeduplicationTest, ADamagedLinkIsNotUsed) {
  StorePath a = register_tree(*store_, "a", big_);
  std::string link = links() + "/" + list_directory(links()).at(0);
  unlink(link.c_str());
  write(link, "damaged", 0444);
  StorePath b = register_tree(*store_, "b", big_);
  EXPECT_EQ(read_file(store_->physical(b) + "/file"), big_);
}

/// As a disk damages it, or a program that runs as root: the inode that an item has.
TEST_F(DeduplicationTest, DamageDoesNotSpreadByALink) {
  StorePath a = register_tree(*store_, "a", big_);
  std::string damaged_file = store_->physical(a) + "/file";
  std::string damaged = big_;
  damaged[5000] ^= 1;
  chmod(damaged_file.c_str(), 0644);
  std::ofstream(damaged_file, std::ios::binary) << damaged;
  chmod(damaged_file.c_str(), 0444);
  const timespec times[2] = {{1, 0}, {1, 0}};
  utimensat(AT_FDCWD, damaged_file.c_str(), times, 0);

  StorePath b = register_tree(*store_, "b", big_);
  StorePath c = register_tree(*store_, "c", big_);
  EXPECT_EQ(read_file(store_->physical(b) + "/file"), big_);
  EXPECT_EQ(inode(store_->physical(b) + "/file"), inode(store_->physical(c) + "/file"));
  std::string link = links() + "/" + list_directory(links()).at(0);
  EXPECT_EQ(inode(link), inode(store_->physical(b) + "/file"));
  EXPECT_EQ(read_file(damaged_file), damaged);
}

class ScanTest : public StoreTest {
 protected:
  static std::string random_part(std::mt19937& random) {
    std::string part;
    for (int i = 0; i < 32; ++i) part += "0123456789abcdfghijklmnpqrsvwxyz"[random() % 32];
    return part;
  }
};

TEST_F(ScanTest, TellsTheHashOfTheNarAndTheReferences) {
  std::string part(32, 'a'), other(32, 'b');
  std::string tree = scratch("tree");
  write(tree + "/file", "see /gnu/store/" + part + "-x/bin");
  ScanResult result = scan_tree(tree, {part, other});
  NarHash nar = hash_nar(tree);
  EXPECT_EQ(result.nar_hash, nar.hash);
  EXPECT_EQ(result.nar_size, nar.size);
  EXPECT_EQ(result.references, std::set<std::string>{part});
}

TEST_F(ScanTest, LinksAndFileNamesAreLookedAtToo) {
  std::string in_link(32, 'a'), in_name(32, 'b');
  std::string tree = scratch("tree");
  write(tree + "/" + in_name, "x");
  create_symlink("/gnu/store/" + in_link + "-x", tree + "/link");
  EXPECT_EQ(scan_tree(tree, {in_link, in_name}).references,
            (std::set<std::string>{in_link, in_name}));
}

TEST_F(ScanTest, ThePassThatChangesTellsWhatTheCanonicalTreeHas) {
  auto store = open();
  std::string tree = layout_.store + "/tree";
  std::string part(32, 'c');
  write(tree + "/big", std::string(20'000, 'y') + part, 0600);
  write(tree + "/program", "x", 0700);
  create_symlink("big", tree + "/link");
  ScanResult result = intake_tree(layout_, tree, {part});
  NarHash nar = hash_nar(tree);
  EXPECT_EQ(result.nar_hash, nar.hash);
  EXPECT_EQ(result.nar_size, nar.size);
  EXPECT_EQ(result.references.size(), 1u);
  EXPECT_EQ(mode(tree + "/program"), 0555u);
  EXPECT_EQ(lstat_file(tree + "/big").st_nlink, 2u);
}

TEST_F(ScanTest, APartIsFoundAcrossTheBordersOfWrites) {
  std::mt19937 random(1);
  for (int round = 0; round < 300; ++round) {
    std::vector<std::string> parts;
    std::set<std::string> expected;
    std::string text;
    for (int i = 0; i < 5; ++i) {
      parts.push_back(random_part(random));
      // Digits and others around it, other parts' beginnings, and parts that lack a digit.
      text += std::string(random() % 70, "a/\0z"[random() % 4]);
      if (random() % 2) text += random_part(random).substr(0, random() % 32);
      bool whole = random() % 3 != 0;
      text += whole ? parts.back() : parts.back().substr(0, 31) + "/";
      if (whole) expected.insert(parts.back());
    }
    text += std::string(random() % 40, '0');
    ReferenceScanner scanner(parts);
    for (std::size_t at = 0; at < text.size();) {
      std::size_t size = std::min<std::size_t>(text.size() - at, random() % (round % 2 ? 5 : 90));
      scanner.write(std::string_view(text).substr(at, size));
      at += size;
    }
    ASSERT_EQ(scanner.found(), expected) << text;
  }
}

}  // namespace
}  // namespace nacre
