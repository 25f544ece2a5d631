// SPDX-License-Identifier: GPL-3.0-or-later
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "store_fixture.hpp"

namespace nacre {
namespace {

using DeferredTextsTest = StoreTest;

TEST_F(DeferredTextsTest, ATextHasTheNameThatAddTextGivesItAndIsWrittenBeforeAnyAnswer) {
  auto store = open();
  StorePath path = store->defer_text({"hello.txt", "Hello, world!\n", {}, {}});
  EXPECT_EQ(path.text(), "/gnu/store/lnqjid21cvqw4c4kh7xnj2ikp2d0qfnb-hello.txt");
  EXPECT_FALSE(path_exists(store->physical(path)));
  EXPECT_TRUE(store->is_valid(path));
  EXPECT_EQ(read_file(store->physical(path)), "Hello, world!\n");
}

TEST_F(DeferredTextsTest, TextsMayReferToTextsBeforeThem) {
  auto store = open();
  StorePath a = store->defer_text({"a", "x", {}, {}});
  StorePath b = store->defer_text({"b", "y", {a}, {}});
  EXPECT_EQ(store->defer_text({"b", "y", {a}, {}}), b);
  store->flush();
  EXPECT_EQ(store->references(b), StorePathSet{a});
}

TEST_F(DeferredTextsTest, AReferenceThatIsNotValidIsRefusedAtOnce) {
  auto store = open();
  StorePath ghost("/gnu/store/lnqjid21cvqw4c4kh7xnj2ikp2d0qfnb-hello.txt");
  EXPECT_THROW(store->defer_text({"b", "y", {ghost}, {}}), Error);
  store->flush();
  EXPECT_TRUE(store->all_valid_paths().empty());
}

TEST_F(DeferredTextsTest, WhatNobodyAsksAboutLeavesNothing) {
  open()->defer_text({"a", "x", {}, {}});
  EXPECT_TRUE(open()->all_valid_paths().empty());
}

TEST_F(DeferredTextsTest, EveryQuestionIsAnsweredAsIfItHadBeenWritten) {
  auto store = open();
  int count = 0;
  auto fresh = [&] {
    const std::string text = std::to_string(++count);
    return store->defer_text({"text", text, {}, {}});
  };
  StorePath path = fresh();
  EXPECT_EQ(store->are_valid({path}), std::vector<bool>{true});
  EXPECT_TRUE(store->is_present(path = fresh()));
  EXPECT_EQ(store->are_present({path = fresh()}), std::vector<bool>{true});
  EXPECT_TRUE(store->query_path_info(path = fresh()));
  EXPECT_EQ(store->references(path = fresh()), StorePathSet{});
  path = fresh();
  EXPECT_EQ(store->all_valid_paths().size(), static_cast<std::size_t>(count));
  path = fresh();
  const StorePath user = store->defer_text({"user", "y", {path}, {}});
  EXPECT_EQ(store->referrers(path), StorePathSet{user});
  path = fresh();
  EXPECT_EQ(store->find_by_hash_part(path.hash_part()), path);
  path = fresh();
  EXPECT_EQ(store->requisites({path}), StorePathSet{path});
  path = fresh();
  EXPECT_EQ(store->read_text(path), std::to_string(count));
  path = fresh();
  EXPECT_EQ(store->add_text("user", "z", {path}), text_path("user", "z", {path}));
}

TEST_F(DeferredTextsTest, WhatLeftTheStoreIsAddedAgainOnceItIsForgotten) {
  auto store = open();
  StorePath path = store->defer_text({"a", "x", {}, {}});
  store->release_temp_roots();
  ASSERT_TRUE(store->invalidate(path));
  EXPECT_EQ(store->defer_text({"a", "x", {}, {}}), path);
  store->flush();
  EXPECT_TRUE(store->is_valid(path));
}

TEST_F(DeferredTextsTest, MuchTextIsWrittenWithoutAFlush) {
  auto store = open();
  const StorePath large =
      store->defer_text({"large", std::string(std::size_t{5} << 20, 'x'), {}, {}});
  store.reset();
  EXPECT_TRUE(open()->is_valid(large));
}

TEST_F(DeferredTextsTest, ThousandsThatReferToEachOtherAreThereAfterTheFlush) {
  auto store = open();
  std::vector<StorePath> paths{store->defer_text({"text-0", std::string(1024, '0'), {}, {}})};
  for (int i = 1; i < 2000; ++i)
    paths.push_back(
        store->defer_text({fmt::format("text-{}", i), std::string(1024, 'x'), {paths.back()}, {}}));
  store->flush();
  const std::vector<bool> valid = store->are_valid(paths);
  EXPECT_TRUE(std::all_of(valid.begin(), valid.end(), [](bool is_valid) { return is_valid; }));
}

TEST_F(DeferredTextsTest, AForkedChildGoesOnWithoutItsParentsThread) {
  auto store = open();
  store->defer_text({"large", std::string(std::size_t{5} << 20, 'x'), {}, {}});
  const pid_t child = fork();
  if (child == 0) {
    store->flush();
    _exit(0);
  }
  int status = 1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  store->flush();
}

}  // namespace
}  // namespace nacre
