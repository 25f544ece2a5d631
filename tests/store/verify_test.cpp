// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>

#include <set>

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

  /// The faults of a kind, by name.
  static std::set<std::string> names(const VerifyResult& result, Fault::Kind kind) {
    std::set<std::string> found;
    for (const Fault& fault : result.faults)
      if (fault.kind == kind) found.insert(fault.name);
    return found;
  }
  static std::set<std::string> texts(const StorePathSet& paths) {
    std::set<std::string> found;
    for (const StorePath& path : paths) found.insert(path.text());
    return found;
  }
  /// With a repairer that writes the item's name into it.
  VerifyOptions repairing() {
    VerifyOptions options;
    options.check_contents = options.repair = true;
    options.repairer = [this](const StorePath& path, const StorePathSet&) {
      order_.push_back(path);
      std::string file = store_->physical(path);
      if (path_exists(file)) remove_tree(file);
      write(file, std::string(path.name()));
      canonicalize_tree(file);
      return Repair::done;
    };
    return options;
  }

  std::vector<StorePath> order_;  ///< what was repaired
  std::shared_ptr<LocalStore> store_;
};

TEST_F(VerifyTest, ASoundStoreIsSound) {
  StorePath a = store_->add_text("a", "a");
  store_->add_text("b", "b", {a});
  register_tree(*store_, "tree", std::string(100'000, 'x'), {a});
  VerifyResult result = verify_contents();
  EXPECT_TRUE(result.ok());
  EXPECT_TRUE(result.faults.empty() && result.leftovers.empty());
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
  EXPECT_EQ(names(result, Fault::Kind::missing), texts({b, c, d}));
  EXPECT_EQ(store_->all_valid_paths(), (StorePathSet{a, d, e}));
}

TEST_F(VerifyTest, ModifiedContentsAreFoundOnlyWhenContentsAreChecked) {
  StorePath a = store_->add_text("a", "a");
  damage(a);
  EXPECT_TRUE(verify().ok());
  VerifyResult result = verify_contents();
  EXPECT_FALSE(result.ok());
  EXPECT_EQ(names(result, Fault::Kind::modified), texts({a}));
}

TEST_F(VerifyTest, WhatTheCallbackMendsIsRepaired) {
  StorePath missing = store_->add_text("a", "a");
  StorePath modified = store_->add_text("b", "b");
  remove_tree(store_->physical(missing));
  damage(modified);
  VerifyResult result = verify(repairing());
  EXPECT_TRUE(result.ok());
  EXPECT_EQ(order_.size(), 2u);
  EXPECT_TRUE(store_->is_valid(missing));
  EXPECT_TRUE(verify_contents().ok());
}

TEST_F(VerifyTest, ARepairThatDidNotHelpDoesNotCount) {
  StorePath a = store_->add_text("a", "a");
  damage(a);
  VerifyOptions options = repairing();
  options.repairer = [](const StorePath&, const StorePathSet&) { return Repair::done; };
  VerifyResult result = verify(options);
  EXPECT_FALSE(result.ok());
  EXPECT_NE(result.faults.at(0).failure, "");
}

TEST_F(VerifyTest, WhatCannotBeRepairedIsSaidWithTheReasonAndTheOthersAreRepaired) {
  StorePath a = store_->add_text("a", "a");
  StorePath b = store_->add_text("b", "b");
  damage(a);
  damage(b);
  VerifyOptions options = repairing();
  options.repairer = [&, mend = options.repairer](const StorePath& path, const StorePathSet& all) {
    if (path == a) throw Error("nobody has it").hint("write it");
    return mend(path, all);
  };
  VerifyResult result = verify(options);
  for (const Fault& fault : result.faults) {
    EXPECT_EQ(fault.repaired, fault.name == b.text());
    EXPECT_EQ(fault.failure, fault.repaired ? "" : "nobody has it; write it");
  }
  EXPECT_EQ(result.faults.size(), 2u);
}

TEST_F(VerifyTest, WhatWaitsForAnotherIsRepairedAfterIt) {
  StorePath a = store_->add_text("a", "a");
  StorePath b = store_->add_text("b", "b");
  StorePath c = store_->add_text("c", "c");
  for (const StorePath& path : {a, b, c}) damage(path);
  std::map<StorePath, StorePath> made_from{{a, b}, {b, c}};
  VerifyOptions options = repairing();
  options.repairer = [&, mend = options.repairer](const StorePath& path, const StorePathSet& all) {
    auto input = made_from.find(path);
    return input != made_from.end() && all.contains(input->second) ? Repair::waits
                                                                   : mend(path, all);
  };
  EXPECT_TRUE(verify(options).ok());
  EXPECT_EQ(order_, (std::vector<StorePath>{c, b, a}));
  for (const StorePath& path : {a, b, c}) damage(path);
  made_from.emplace(c, c);
  EXPECT_FALSE(verify(options).ok());
}

TEST_F(VerifyTest, ADerivationThatDoesNotPassTheCheckIsNamedWithWhatItMade) {
  struct RefuseAll : DerivationCheck {
    std::map<std::string, StorePath> check(const StorePath&, std::string_view,
                                           const StorePathSet&) override {
      throw Error("not its own");
    }
  };
  StorePath out = make_store_path("output:out", hash_bytes(HashAlgorithm::sha256, "x"), "x");
  StorePath drv = store_->add_texts({{"x.drv", "x", {}, {{"out", out}}}}).front();
  ASSERT_EQ(register_tree(*store_, "x", "contents", {}, drv), out);
  register_derivation_check([](Store&) { return std::make_unique<RefuseAll>(); });
  store_ = open();
  SetUpTestSuite();
  VerifyResult result = verify();
  EXPECT_FALSE(result.ok());
  EXPECT_EQ(names(result, Fault::Kind::forged), texts({drv}));
  EXPECT_EQ(result.faults.at(0).reason, "not its own; '" + out.text() + "' was made by it");
}

TEST_F(VerifyTest, ADamagedSharedFileIsFoundAndForgotten) {
  StorePath a = register_tree(*store_, "a", std::string(10'000, 'x'));
  std::string file = store_->physical(a) + "/file";
  chmod(file.c_str(), 0644);
  std::ofstream(file, std::ios::binary) << std::string(10'000, 'y');
  chmod(file.c_str(), 0444);
  std::string link = list_directory(layout_.store + "/.links").at(0);
  VerifyResult result = verify_contents();
  EXPECT_EQ(names(result, Fault::Kind::wrong_link), std::set<std::string>{link});
  EXPECT_EQ(names(result, Fault::Kind::modified), texts({a}));
  VerifyOptions options = repairing();
  options.repairer = [](const StorePath&, const StorePathSet&) -> Repair { throw Error("no"); };
  EXPECT_FALSE(verify(options).ok());
  EXPECT_TRUE(list_directory(layout_.store + "/.links").empty());
}

TEST_F(VerifyTest, WrongModesAreFoundAndMendedWithoutMakingTheItemAgain) {
  StorePath a = register_tree(*store_, "a", "x");
  StorePath b = store_->add_text("b", "b");
  chmod(store_->physical(a).c_str(), 0777);
  chmod(store_->physical(b).c_str(), 0644);
  EXPECT_TRUE(verify().ok());
  EXPECT_EQ(names(verify_contents(), Fault::Kind::modified), texts({a, b}));
  EXPECT_TRUE(verify(repairing()).ok());
  EXPECT_TRUE(order_.empty());
  EXPECT_TRUE(verify_contents().faults.empty());
}

TEST_F(VerifyTest, AnotherOwnerIsFound) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root to give files away";
  StorePath a = register_tree(*store_, "a", "x");
  ASSERT_EQ(chown((store_->physical(a) + "/file").c_str(), 1234, 1234), 0);
  EXPECT_EQ(names(verify_contents(), Fault::Kind::modified), texts({a}));
  EXPECT_TRUE(verify(repairing()).ok());
}

TEST_F(VerifyTest, WhatCannotBeReadIsReportedShortlyAndTheRestIsChecked) {
  StorePath odd = register_tree(*store_, "a", "x");
  StorePath modified = store_->add_text("b", "b");
  damage(modified);
  // Deeper than any archive may be.
  std::string directory = store_->physical(odd);
  chmod(directory.c_str(), 0755);
  UniqueFd here = open_file(directory, O_RDONLY | O_DIRECTORY);
  for (int i = 0; i < 3000; ++i) {
    ASSERT_EQ(mkdirat(here.get(), "d", 0755), 0);
    here = UniqueFd(openat(here.get(), "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  }
  VerifyResult result = verify_contents();
  EXPECT_EQ(names(result, Fault::Kind::unreadable), texts({odd}));
  EXPECT_EQ(names(result, Fault::Kind::modified), texts({modified}));
  for (const Fault& fault : result.faults) EXPECT_LT(fault.reason.size(), 400u);
}

TEST_F(VerifyTest, LeftoversAreNamedButNoFault) {
  write(layout_.store + "/something", "x");
  VerifyResult result = verify_contents();
  EXPECT_TRUE(result.ok());
  EXPECT_EQ(result.leftovers, std::vector<std::string>{"something"});
}

}  // namespace
}  // namespace nacre
