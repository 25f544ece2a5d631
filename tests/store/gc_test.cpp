// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/gc.hpp"

#include <fcntl.h>

#include <algorithm>
#include <ctime>

#include "store/file_lock.hpp"
#include "store_fixture.hpp"

namespace nacre {
namespace {

/// Fills the store in a child, so that no temporary root of this process keeps anything.
class GcTest : public StoreTest {
 protected:
  template <typename Work>
  void fill(Work work) {
    pid_t child = in_child([&] { work(*open()); });
    ASSERT_EQ(wait_for(child), 0);
  }
  GcResult collect(const GcOptions& options = {}) {
    auto reporter = make_null_reporter();
    return collect_garbage(*open(), options, *reporter);
  }
  bool is_in_result(const GcResult& result, const StorePath& path) {
    return std::count(result.paths.begin(), result.paths.end(), path) == 1;
  }
  /// Names in the store's directory other than its own.
  std::vector<std::string> entries() {
    std::vector<std::string> names = list_directory(layout_.store);
    std::erase(names, ".links");
    return names;
  }

  StorePath a_ = text_path("a", "a");
  StorePath b_ = text_path("b", "b", {a_});
  StorePath c_ = text_path("c", "c", {b_});
  void fill_chain() {
    fill([&](LocalStore& store) {
      store.add_text("a", "a");
      store.add_text("b", "b", {a_});
      store.add_text("c", "c", {b_});
    });
  }
};

TEST_F(GcTest, WithoutRootsEverythingGoes) {
  fill_chain();
  GcResult result = collect();
  EXPECT_EQ(result.paths, (std::vector<StorePath>{c_, b_, a_}));
  EXPECT_GT(result.bytes_freed, 0u);
  EXPECT_TRUE(open()->all_valid_paths().empty());
  EXPECT_TRUE(entries().empty());
}

TEST_F(GcTest, AnIndirectRootKeepsItsClosureAsLongAsTheLinkIsThere) {
  fill_chain();
  fill([&](LocalStore& store) { store.add_indirect_root(scratch("result"), b_); });
  EXPECT_EQ(read_link(scratch("result")), b_.text());
  EXPECT_EQ(collect().paths, std::vector<StorePath>{c_});
  EXPECT_EQ(open()->all_valid_paths(), (StorePathSet{a_, b_}));
  unlink(scratch("result").c_str());
  collect();
  EXPECT_TRUE(open()->all_valid_paths().empty());
}

class MissingRootTest : public GcTest {
 protected:
  MissingRootTest() {
    fill_chain();
    fill([&](LocalStore& store) { store.add_indirect_root(scratch("result"), c_); });
    rename_file(scratch("result"), scratch("away"));
  }
  void ask(GcOptions::Action action) {
    GcOptions options;
    options.action = action;
    collect(options);
  }
  bool is_noted() const { return !list_directory(layout_.state + "/gcroots/auto").empty(); }
  /// As if the link had been missed first `days` ago.
  void let_pass(int days) const {
    for (const std::string& name : list_directory(layout_.state + "/missing-roots")) {
      const timespec then{std::time(nullptr) - std::time_t{days} * 24 * 3600, 0};
      const timespec times[2] = {then, then};
      utimensat(AT_FDCWD, (layout_.state + "/missing-roots/" + name).c_str(), times, 0);
    }
  }
};

TEST_F(MissingRootTest, AskingForgetsNoRoot) {
  ask(GcOptions::Action::return_dead);
  ask(GcOptions::Action::return_live);
  EXPECT_FALSE(path_exists(layout_.state + "/missing-roots"));
  rename_file(scratch("away"), scratch("result"));
  EXPECT_TRUE(collect().paths.empty());
}

TEST_F(MissingRootTest, ACollectionForgetsWhatWasMissingForThirtyDays) {
  collect();
  let_pass(29);
  collect();
  EXPECT_TRUE(is_noted());
  let_pass(31);
  collect();
  EXPECT_FALSE(is_noted());
  collect();
  EXPECT_TRUE(list_directory(layout_.state + "/missing-roots").empty());
}

TEST_F(MissingRootTest, WhatIsThereAgainStartsAnew) {
  collect();
  let_pass(31);
  rename_file(scratch("away"), scratch("result"));
  collect();
  EXPECT_TRUE(list_directory(layout_.state + "/missing-roots").empty());
  rename_file(scratch("result"), scratch("away"));
  collect();
  EXPECT_TRUE(is_noted());
}

TEST_F(GcTest, AskingTakesNoLockThatHoldsOthersUp) {
  fill_chain();
  auto store = open();
  UniqueFd lock = open_file(layout_.state + "/gc.lock", O_RDWR | O_CREAT, 0600);
  lock_file(lock.get(), LockMode::shared);
  GcOptions options;
  options.action = GcOptions::Action::return_dead;
  EXPECT_EQ(collect(options).paths.size(), 3u);
}

TEST_F(GcTest, APermanentRootKeepsItsClosure) {
  fill_chain();
  fill([&](LocalStore& store) { store.add_permanent_root(layout_.state + "/gcroots/mine/b", b_); });
  collect();
  EXPECT_EQ(open()->all_valid_paths(), (StorePathSet{a_, b_}));
}

TEST_F(GcTest, AProfilesGenerationKeepsItsClosure) {
  fill_chain();
  std::string profiles = layout_.state + "/profiles/per-user/alice";
  make_directories(profiles);
  create_symlink(b_.text(), profiles + "/profile-1-link");
  create_symlink("profile-1-link", profiles + "/profile");
  collect();
  EXPECT_EQ(open()->all_valid_paths(), (StorePathSet{a_, b_}));
}

TEST_F(GcTest, ALinkBelowAStorePathIsARootToo) {
  fill_chain();
  make_directories(layout_.state + "/gcroots");
  create_symlink(b_.text() + "/bin/x", layout_.state + "/gcroots/x");
  collect();
  EXPECT_EQ(open()->all_valid_paths(), (StorePathSet{a_, b_}));
}

TEST_F(GcTest, ALinkOfALinkIsFollowed) {
  fill_chain();
  create_symlink(b_.text(), scratch("one"));
  create_symlink("one", scratch("two"));
  fill([&](LocalStore& store) { store.note_indirect_root(scratch("two")); });
  collect();
  EXPECT_EQ(open()->all_valid_paths(), (StorePathSet{a_, b_}));
}

TEST_F(GcTest, ATemporaryRootOfALivingProcessKeepsItsClosure) {
  fill_chain();
  auto store = open();
  store->add_temp_root(b_);
  auto reporter = make_null_reporter();
  collect_garbage(*open(), {}, *reporter);
  EXPECT_EQ(store->all_valid_paths(), (StorePathSet{a_, b_}));
}

TEST_F(GcTest, WhatThisProcessAddedIsKeptAsLongAsItHasTheStoreOpen) {
  auto store = open();
  StorePath path = store->add_text("x", "x");
  collect();
  EXPECT_TRUE(store->is_valid(path));
  store.reset();
  collect();
  EXPECT_FALSE(open()->is_valid(path));
}

TEST_F(GcTest, WhatThisProcessAddedGoesOnceItGivesUpItsRoots) {
  auto store = open();
  StorePath path = store->add_text("x", "x");
  store->release_temp_roots();
  collect();
  EXPECT_FALSE(store->is_valid(path));
  store->add_text("x", "x");
  collect();
  EXPECT_TRUE(store->is_valid(path));
}

TEST_F(GcTest, TheTemporaryRootsOfADeadProcessKeepNothing) {
  fill_chain();
  pid_t child = in_child([&] {
    auto store = open();
    store->add_temp_root(c_);
    kill(getpid(), SIGKILL);
  });
  wait_for(child);
  std::string file = layout_.state + "/temproots/" + std::to_string(child);
  EXPECT_TRUE(path_exists(file));
  collect();
  EXPECT_FALSE(path_exists(file));
  EXPECT_TRUE(open()->all_valid_paths().empty());
}

TEST_F(GcTest, AFileThatAProcessHasOpenKeepsItsPath) {
  fill_chain();
  // A name that no other test has, even one that runs at the same time: it would be kept there,
  // too.
  const std::string text = fmt::format("held by {}", getpid());
  StorePath held = text_path("held", text);
  fill([&](LocalStore& store) { store.add_text("held", text); });
  UniqueFd fd = open_file(open()->physical(held), O_RDONLY);
  collect();
  EXPECT_EQ(open()->all_valid_paths(), StorePathSet{held});
}

TEST_F(GcTest, TheDeriverOfALivePathIsKeptUnlessToldOtherwise) {
  StorePath drv = text_path("x.drv", "not really");
  fill([&](LocalStore& store) {
    store.add_text("x.drv", "not really");
    StorePath out = register_tree(store, "x", "contents", {}, drv);
    store.add_indirect_root(scratch("result"), out);
  });
  collect();
  EXPECT_TRUE(open()->is_valid(drv));
  GcOptions options;
  options.keep_derivations = false;
  collect(options);
  EXPECT_FALSE(open()->is_valid(drv));
}

TEST_F(GcTest, TheOutputsOfALiveDerivationAreKeptIfAskedFor) {
  StorePath drv = text_path("x.drv", "not really");
  std::optional<StorePath> out;
  StorePath expected = make_store_path("output:out", hash_bytes(HashAlgorithm::sha256, "x"), "x");
  fill([&](LocalStore& store) {
    store.add_text("x.drv", "not really");
    register_tree(store, "x", "contents", {}, drv);
    store.set_deriver_outputs(drv, {{"out", expected}});
    store.add_indirect_root(scratch("result"), drv);
  });
  GcOptions options;
  options.keep_outputs = true;
  collect(options);
  EXPECT_TRUE(open()->is_valid(expected));
  collect();
  EXPECT_FALSE(open()->is_valid(expected));
  EXPECT_TRUE(open()->is_valid(drv));
}

TEST_F(GcTest, ASelfReferenceDoesNotKeepAPath) {
  StorePath self = make_store_path("output:out", hash_bytes(HashAlgorithm::sha256, "s"), "s");
  fill([&](LocalStore& store) {
    EXPECT_EQ(register_tree(store, "s", "contents", {self}), self);
    EXPECT_EQ(store.references(self), StorePathSet{self});
  });
  EXPECT_EQ(collect().paths, std::vector<StorePath>{self});
}

TEST_F(GcTest, LivePathsAndDeadPathsAreTold) {
  fill_chain();
  fill([&](LocalStore& store) { store.add_indirect_root(scratch("result"), a_); });
  GcOptions options;
  options.action = GcOptions::Action::return_live;
  EXPECT_EQ(collect(options).paths, std::vector<StorePath>{a_});
  options.action = GcOptions::Action::return_dead;
  GcResult dead = collect(options);
  EXPECT_EQ(dead.paths.size(), 2u);
  EXPECT_TRUE(is_in_result(dead, b_) && is_in_result(dead, c_));
  EXPECT_EQ(open()->all_valid_paths().size(), 3u);
}

TEST_F(GcTest, ANamedPathGoesWithWhatRefersToIt) {
  fill_chain();
  GcOptions options;
  options.action = GcOptions::Action::delete_specific;
  options.paths_to_delete = {b_};
  EXPECT_EQ(collect(options).paths, (std::vector<StorePath>{c_, b_}));
  EXPECT_EQ(open()->all_valid_paths(), StorePathSet{a_});
}

TEST_F(GcTest, ALiveNamedPathIsAnErrorAndNothingGoes) {
  fill_chain();
  fill([&](LocalStore& store) { store.add_indirect_root(scratch("result"), c_); });
  GcOptions options;
  options.action = GcOptions::Action::delete_specific;
  options.paths_to_delete = {a_};
  EXPECT_THROW(collect(options), Error);
  EXPECT_EQ(open()->all_valid_paths().size(), 3u);
}

TEST_F(GcTest, ANamedPathThatDoesNotExistIsAnError) {
  fill([](Store&) {});
  GcOptions options;
  options.action = GcOptions::Action::delete_specific;
  options.paths_to_delete = {a_};
  EXPECT_THROW(collect(options), Error);
}

TEST_F(GcTest, StopsOnceEnoughWasFreed) {
  fill([](LocalStore& store) {
    for (int i = 0; i < 20; ++i)
      store.add_text("big-" + std::to_string(i), std::string(100'000 + i, 'x'));
  });
  GcOptions options;
  options.max_freed = 250'000;
  GcResult result = collect(options);
  EXPECT_EQ(result.paths.size(), 3u);
  EXPECT_GE(result.bytes_freed, 250'000u);
  EXPECT_EQ(open()->all_valid_paths().size(), 17u);
  options.max_freed = 0;
  EXPECT_TRUE(collect(options).paths.empty());
}

TEST_F(GcTest, UnusedLinksAreRemovedAndCounted) {
  fill([](LocalStore& store) { store.add_text("big", std::string(100'000, 'x')); });
  std::string links = layout_.store + "/.links";
  EXPECT_EQ(list_directory(links).size(), 1u);
  EXPECT_GE(collect().bytes_freed, 100'000u);
  EXPECT_TRUE(list_directory(links).empty());
}

TEST_F(GcTest, LeftoversOfKilledProcessesAreRemoved) {
  fill([](Store&) {});
  write(layout_.store + "/" + std::string(a_.base_name()) + "/half", "x");
  write(layout_.store + "/" + std::string(b_.base_name()) + ".lock", "");
  write(layout_.store + "/.nacre-add-1-0/7/x", "x");
  write(layout_.store + "/.tmp-link-1-1", "x");
  write(layout_.store + "/trash/old", "x");
  chmod((layout_.store + "/" + std::string(a_.base_name())).c_str(), 0555);
  GcResult result = collect();
  EXPECT_EQ(result.paths, std::vector<StorePath>{a_});
  EXPECT_TRUE(entries().empty());
}

TEST_F(GcTest, WhatIsBeingBuiltIsLeftAlone) {
  fill([](Store&) {});
  std::string output = layout_.store + "/" + std::string(a_.base_name());
  std::string locked = layout_.store + "/" + std::string(b_.base_name());
  std::string root = layout_.store + "/" + std::string(c_.base_name()) + ".chroot";
  for (const std::string& directory : {output, locked, root}) write(directory + "/x", "x");
  auto store = open();
  store->add_temp_root(a_);
  store->add_temp_root(c_);
  {
    const PathLock lock = PathLock::wait(layout_, b_);
    EXPECT_TRUE(collect().paths.empty());
    for (const std::string& directory : {output, locked, locked + ".lock", root})
      EXPECT_TRUE(path_exists(directory)) << directory;
  }
  EXPECT_EQ(collect().paths, std::vector<StorePath>{b_});
}

TEST_F(GcTest, FilesThatAreNotTheStoresAreLeftAlone) {
  fill([](Store&) {});
  write(layout_.store + "/.keep", "x");
  make_directories(layout_.store + "/lost+found");
  collect();
  EXPECT_EQ(entries(), (std::vector<std::string>{".keep", "lost+found"}));
}

TEST_F(GcTest, RootsAreListedWithWhatHoldsThem) {
  fill_chain();
  auto store = open();
  store->add_indirect_root(scratch("result"), b_);
  store->add_temp_root(c_);
  auto roots = store->find_roots();
  EXPECT_TRUE(std::count(roots.begin(), roots.end(), std::pair{scratch("result"), b_}));
  std::string file = layout_.state + "/temproots/" + std::to_string(getpid());
  EXPECT_TRUE(std::count(roots.begin(), roots.end(), std::pair{file, c_}));
}

TEST_F(GcTest, ALinkDoesNotReplaceAFileOfTheUsers) {
  auto store = open();
  StorePath path = store->add_text("x", "x");
  write(scratch("precious"), "mine");
  EXPECT_THROW(store->add_indirect_root(scratch("precious"), path), Error);
  create_symlink("/etc", scratch("link"));
  EXPECT_THROW(store->add_indirect_root(scratch("link"), path), Error);
  EXPECT_EQ(read_file(scratch("precious")), "mine");
  EXPECT_EQ(read_link(scratch("link")), "/etc");
  EXPECT_THROW(store->add_permanent_root(scratch("elsewhere"), path), Error);
}

TEST_F(GcTest, ALinkIntoTheStoreIsReplaced) {
  auto store = open();
  StorePath x = store->add_text("x", "x");
  StorePath y = store->add_text("y", "y");
  store->add_indirect_root(scratch("result"), x);
  store->add_indirect_root(scratch("result"), y);
  EXPECT_EQ(read_link(scratch("result")), y.text());
  EXPECT_EQ(list_directory(layout_.state + "/gcroots/auto").size(), 1u);
}

TEST_F(GcTest, InvalidatingAPathTakesItsFilesAndLogButNotIfItIsReferredTo) {
  fill_chain();
  auto store = open();
  EXPECT_FALSE(store->invalidate(a_));
  EXPECT_TRUE(store->is_valid(a_));
  EXPECT_TRUE(store->invalidate(c_));
  EXPECT_FALSE(store->is_valid(c_));
  EXPECT_FALSE(path_exists(store->physical(c_)));
  StorePath drv = store->add_text("x.drv", "not really");
  std::string name(drv.base_name());
  std::string log = layout_.log + "/drvs/" + name.substr(0, 2) + "/" + name.substr(2) + ".gz";
  write(log, "log");
  EXPECT_TRUE(store->invalidate(drv));
  EXPECT_FALSE(path_exists(log));
}

}  // namespace
}  // namespace nacre
