// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/tree_limits.hpp"

#include <fcntl.h>

#include "store/gc.hpp"
#include "store/scan.hpp"
#include "store_fixture.hpp"

namespace nacre {
namespace {

class TreeLimitsTest : public StoreTest {
 protected:
  /// `count` directories of this name within each other, and a file in the last.
  static void nest(const std::string& path, int count, const std::string& name = "d") {
    make_directories(path);
    UniqueFd at = open_file(path, O_RDONLY | O_DIRECTORY);
    for (int i = 1; i < count; ++i) {
      ASSERT_EQ(mkdirat(at.get(), name.c_str(), 0755), 0);
      at = UniqueFd(openat(at.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
      ASSERT_TRUE(at);
    }
    UniqueFd file(openat(at.get(), "f", O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
    ASSERT_TRUE(file);
  }

  /// The error of `work`, which there has to be, in one short line that says `complaint`.
  template <typename Work>
  static void expect_refusal(Work work, const std::string& complaint) {
    try {
      work();
      ADD_FAILURE() << "not refused";
    } catch (const Error& error) {
      const std::string message = error.what();
      EXPECT_NE(message.find(complaint), std::string::npos) << message;
      EXPECT_LT(message.size(), 500u);
    }
  }
};

TEST_F(TreeLimitsTest, WhatIsTakenInCanBeVerifiedAndExported) {
  nest(scratch("tree"), most_nested_directories);
  auto store = open();
  StorePath path = store->add_path("tree", scratch("tree"));
  VerifyOptions options;
  options.check_contents = true;
  auto reporter = make_null_reporter();
  EXPECT_TRUE(verify_store(*store, options, *reporter).ok());
  StringSink nar;
  dump_nar(store->physical(path), nar);
  StringSource source(nar.text);
  restore_nar(source, scratch("again"));
  EXPECT_EQ(hash_nar(scratch("again")).hash, store->path_info(path).nar_hash);
  EXPECT_TRUE(store->invalidate(path));
  EXPECT_FALSE(path_exists(store->physical(path)));
}

TEST_F(TreeLimitsTest, DeeperTreesAreRefusedByEachWayIn) {
  auto store = open();
  for (int count : {most_nested_directories + 1, 12'000}) {
    const std::string tree = scratch("tree");
    nest(tree, count);
    expect_refusal([&] { store->add_path("tree", tree); }, "nested more than");
    expect_refusal([&] { intake_tree(layout_, tree, {}); }, "nested more than");
    PathInfo info(make_store_path("output:out", hash_bytes(HashAlgorithm::sha256, "x"), "x"));
    rename_file(tree, store->physical(info.path));
    expect_refusal([&] { store->register_paths({info}); }, "nested more than");
    EXPECT_FALSE(store->is_valid(info.path));
    remove_tree(store->physical(info.path));
  }
  EXPECT_TRUE(store->all_valid_paths().empty());
}

TEST_F(TreeLimitsTest, LongerPathsAreRefusedByEachWayIn) {
  auto store = open();
  const std::string name(200, 'n');
  nest(scratch("good"), static_cast<int>(longest_path_in_tree / (name.size() + 1)), name);
  EXPECT_NO_THROW(store->add_path("good", scratch("good")));
  nest(scratch("bad"), 30, name);
  expect_refusal([&] { store->add_path("bad", scratch("bad")); }, "bytes below the item");
  expect_refusal([&] { intake_tree(layout_, scratch("bad"), {}); }, "bytes below the item");

  StringSink nar;
  auto put = [&](std::string_view text) {
    std::string size(8, '\0');
    size[0] = static_cast<char>(text.size());
    nar.write(size);
    nar.write(text);
    nar.write(std::string((8 - text.size() % 8) % 8, '\0'));
  };
  put("nix-archive-1");
  for (int i = 0; i < 30; ++i)
    for (std::string_view text :
         {std::string_view("("), std::string_view("type"), std::string_view("directory"),
          std::string_view("entry"), std::string_view("("), std::string_view("name"),
          std::string_view(name), std::string_view("node")})
      put(text);
  StringSource source(nar.text);
  expect_refusal([&] { restore_nar(source, scratch("restored")); }, "bytes below the item");
  EXPECT_FALSE(path_exists(scratch("restored")));
}

}  // namespace
}  // namespace nacre
