// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/deferred_texts.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "store_fixture.hpp"

namespace nacre {
namespace {

using DeferredTextsTest = StoreTest;

TEST_F(DeferredTextsTest, ATextHasTheNameThatAddTextGivesItAndIsThereAfterTheFlush) {
  auto store = open();
  DeferredTexts texts(store);
  StorePath path = texts.add({"hello.txt", "Hello, world!\n", {}, {}});
  EXPECT_EQ(path.text(), "/gnu/store/lnqjid21cvqw4c4kh7xnj2ikp2d0qfnb-hello.txt");
  EXPECT_FALSE(store->is_valid(path));
  texts.flush();
  EXPECT_TRUE(store->is_valid(path));
  EXPECT_EQ(read_file(store->physical(path)), "Hello, world!\n");
}

TEST_F(DeferredTextsTest, TextsMayReferToTextsBeforeThem) {
  auto store = open();
  DeferredTexts texts(store);
  StorePath a = texts.add({"a", "x", {}, {}});
  StorePath b = texts.add({"b", "y", {a}, {}});
  EXPECT_EQ(texts.add({"b", "y", {a}, {}}), b);
  texts.flush();
  EXPECT_EQ(store->references(b), StorePathSet{a});
}

TEST_F(DeferredTextsTest, AReferenceThatIsNotValidIsRefusedAtOnce) {
  auto store = open();
  DeferredTexts texts(store);
  StorePath ghost("/gnu/store/lnqjid21cvqw4c4kh7xnj2ikp2d0qfnb-hello.txt");
  EXPECT_THROW(texts.add({"b", "y", {ghost}, {}}), Error);
  texts.flush();
  EXPECT_TRUE(store->all_valid_paths().empty());
}

TEST_F(DeferredTextsTest, WhatIsNotFlushedLeavesNothing) {
  auto store = open();
  {
    DeferredTexts texts(store);
    texts.add({"a", "x", {}, {}});
  }
  EXPECT_TRUE(store->all_valid_paths().empty());
}

TEST_F(DeferredTextsTest, WhatLeftTheStoreIsAddedAgainOnceItIsForgotten) {
  auto store = open();
  DeferredTexts texts(store);
  StorePath path = texts.add({"a", "x", {}, {}});
  texts.forget();
  ASSERT_TRUE(store->invalidate(path));
  EXPECT_EQ(texts.add({"a", "x", {}, {}}), path);
  texts.flush();
  EXPECT_TRUE(store->is_valid(path));
}

TEST_F(DeferredTextsTest, MuchTextIsWrittenWithoutAFlush) {
  auto store = open();
  std::optional<StorePath> large;
  {
    DeferredTexts texts(store);
    large = texts.add({"large", std::string(std::size_t{5} << 20, 'x'), {}, {}});
  }
  EXPECT_TRUE(store->is_valid(*large));
}

TEST_F(DeferredTextsTest, ThousandsThatReferToEachOtherAreThereAfterTheFlush) {
  auto store = open();
  DeferredTexts texts(store);
  std::vector<StorePath> paths{texts.add({"text-0", std::string(1024, '0'), {}, {}})};
  for (int i = 1; i < 2000; ++i)
    paths.push_back(
        texts.add({fmt::format("text-{}", i), std::string(1024, 'x'), {paths.back()}, {}}));
  texts.flush();
  const std::vector<bool> valid = store->are_valid(paths);
  EXPECT_TRUE(std::all_of(valid.begin(), valid.end(), [](bool is_valid) { return is_valid; }));
}

TEST_F(DeferredTextsTest, AForkedChildGoesOnWithoutItsParentsThread) {
  auto store = open();
  DeferredTexts texts(store);
  texts.add({"large", std::string(std::size_t{5} << 20, 'x'), {}, {}});
  const pid_t child = fork();
  if (child == 0) {
    texts.flush();
    _exit(0);
  }
  int status = 1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  texts.flush();
}

}  // namespace
}  // namespace nacre
