// SPDX-License-Identifier: GPL-3.0-or-later
#include "store_fixture.hpp"
#include "vectors.hpp"

namespace nacre {
namespace {

using AddTest = StoreTest;

std::int64_t mtime(const std::string& path) {
  return lstat_file(path).st_mtim.tv_sec;
}
mode_t mode(const std::string& path) {
  return lstat_file(path).st_mode & 07777;
}

TEST_F(AddTest, ATextGetsGuixsNameAndIsValidAndCanonical) {
  auto store = open();
  StorePath path = store->add_text("hello.txt", "Hello, world!\n");
  EXPECT_EQ(path.text(), "/gnu/store/lnqjid21cvqw4c4kh7xnj2ikp2d0qfnb-hello.txt");
  EXPECT_TRUE(store->is_valid(path));
  std::string file = store->physical(path);
  EXPECT_EQ(read_file(file), "Hello, world!\n");
  EXPECT_EQ(mode(file), 0444u);
  EXPECT_EQ(mtime(file), 1);
  PathInfo info = store->path_info(path);
  NarHash nar = hash_nar(file);
  EXPECT_EQ(info.nar_hash, nar.hash);
  EXPECT_EQ(info.nar_size, nar.size);
}

TEST_F(AddTest, ATextsReferencesAreRegistered) {
  auto store = open();
  StorePath a = store->add_text("a", "x");
  StorePath b = store->add_text("b", "y", {a});
  EXPECT_EQ(store->references(b), StorePathSet{a});
  EXPECT_EQ(store->referrers(a), StorePathSet{b});
}

TEST_F(AddTest, ATextThatRefersToAnInvalidPathIsRefusedAndLeavesNothing) {
  auto store = open();
  StorePath ghost("/gnu/store/lnqjid21cvqw4c4kh7xnj2ikp2d0qfnb-hello.txt");
  EXPECT_THROW(store->add_text("b", "y", {ghost}), Error);
  EXPECT_TRUE(store->all_valid_paths().empty());
  for (const std::string& name : list_directory(layout_.store)) EXPECT_TRUE(name.starts_with("."));
}

TEST_F(AddTest, TheTreeOfTheVectorsGetsGuixsName) {
  std::string tree = scratch("tree");
  write(tree + "/a", "alpha");
  write(tree + "/B", "upper sorts first");
  write(tree + "/é", "utf-8");
  make_directories(tree + "/sub/empty");
  write(tree + "/sub/empty-file", "");
  create_symlink("../a", tree + "/sub/link");
  write(tree + "/sub/script.sh", "#!/bin/sh\necho hi\n", 0755);
  auto store = open();
  StorePath path = store->add_path("tree", tree);
  EXPECT_EQ(path.text(), read_vector_value("nar.tsv", "store path when added"));
  StringSink nar;
  dump_nar(store->physical(path), nar);
  EXPECT_EQ(nar.text, read_file(vector_file("tree.nar")));
  EXPECT_EQ(store->path_info(path).nar_hash.nix_base32(),
            read_vector_value("nar.tsv", "sha256, nix-base32"));
  EXPECT_EQ(store->add_path("a", tree + "/a", false).text(),
            read_vector_value("nar.tsv", "store path of file a"));
  EXPECT_EQ(mode(store->physical(path)), 0555u);
  EXPECT_EQ(mode(store->physical(path) + "/sub/script.sh"), 0555u);
  EXPECT_EQ(mtime(store->physical(path)), 1);
  EXPECT_EQ(mtime(store->physical(path) + "/sub/link"), 1);
}

}  // namespace
}  // namespace nacre
