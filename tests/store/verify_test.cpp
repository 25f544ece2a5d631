// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/canonicalize.hpp"
#include "store/gc.hpp"
#include "store_fixture.hpp"

namespace nacre {
namespace {

class VerifyTest : public StoreTest {
 protected:
  VerifyTest() : store_(open()) {}

  VerifyResult verify(const VerifyOptions& options = {}) {
    auto reporter = make_null_reporter();
    return verify_store(*store_, options, *reporter);
  }
  VerifyResult verify_contents() {
    VerifyOptions options;
    options.check_contents = true;
    return verify(options);
  }
  void damage(const StorePath& path) {
    std::string file = store_->physical(path);
    remove_tree(file);
    write(file, "damaged", 0444);
  }

  std::shared_ptr<Store> store_;
};

TEST_F(VerifyTest, ASoundStoreIsSound) {
  StorePath a = store_->add_text("a", "a");
  store_->add_text("b", "b", {a});
  register_tree(*store_, "tree", std::string(100'000, 'x'), {a});
  VerifyResult result = verify_contents();
  EXPECT_TRUE(result.ok());
  EXPECT_TRUE(result.missing.empty() && result.modified.empty() && result.leftovers.empty());
}

TEST_F(VerifyTest, MissingPathsAreFoundAndUnregisteredUnlessReferredTo) {
  StorePath a = store_->add_text("a", "a");
  StorePath b = store_->add_text("b", "b", {a});
  StorePath c = store_->add_text("c", "c", {b});
  StorePath d = store_->add_text("d", "d");
  StorePath e = store_->add_text("e", "e", {d});
  for (const StorePath& path : {b, c, d}) remove_tree(store_->physical(path));
  VerifyResult result = verify();
  EXPECT_FALSE(result.ok());
  EXPECT_EQ(StorePathSet(result.missing.begin(), result.missing.end()), (StorePathSet{b, c, d}));
  EXPECT_EQ(store_->all_valid_paths(), (StorePathSet{a, d, e}));
}

TEST_F(VerifyTest, ModifiedContentsAreFoundOnlyWhenContentsAreChecked) {
  StorePath a = store_->add_text("a", "a");
  damage(a);
  EXPECT_TRUE(verify().ok());
  VerifyResult result = verify_contents();
  EXPECT_FALSE(result.ok());
  EXPECT_EQ(result.modified, std::vector<StorePath>{a});
}

TEST_F(VerifyTest, WhatTheCallbackMendsIsRepaired) {
  StorePath missing = store_->add_text("a", "a");
  StorePath modified = store_->add_text("b", "b");
  remove_tree(store_->physical(missing));
  damage(modified);
  VerifyOptions options;
  options.check_contents = options.repair = true;
  options.repairer = [&](const StorePath& path) {
    std::string file = store_->physical(path);
    if (path_exists(file)) remove_tree(file);
    write(file, std::string(path.name()));
    canonicalize_tree(file);
    return true;
  };
  VerifyResult result = verify(options);
  EXPECT_TRUE(result.ok());
  EXPECT_EQ(result.repaired.size(), 2u);
  EXPECT_TRUE(verify_contents().ok());
}

TEST_F(VerifyTest, ARepairThatDidNotHelpDoesNotCount) {
  StorePath a = store_->add_text("a", "a");
  damage(a);
  VerifyOptions options;
  options.check_contents = options.repair = true;
  options.repairer = [](const StorePath&) { return true; };
  EXPECT_FALSE(verify(options).ok());
}

TEST_F(VerifyTest, LeftoversAreNamedButNoFault) {
  write(layout_.store + "/something", "x");
  VerifyResult result = verify_contents();
  EXPECT_TRUE(result.ok());
  EXPECT_EQ(result.leftovers, std::vector<std::string>{"something"});
}

}  // namespace
}  // namespace nacre
