// SPDX-License-Identifier: GPL-3.0-or-later
#include <chrono>
#include <random>
#include <thread>

#include "store/gc.hpp"
#include "store/sqlite.hpp"
#include "store/temp_roots.hpp"
#include "store_fixture.hpp"

namespace nacre {
namespace {

class ConcurrencyTest : public StoreTest {
 protected:
  void expect_success(const std::vector<pid_t>& children) {
    for (pid_t child : children) EXPECT_EQ(wait_for(child), 0);
  }
  void expect_sound_store() {
    VerifyOptions options;
    options.check_contents = true;
    auto reporter = make_null_reporter();
    VerifyResult result = verify_store(*open(), options, *reporter);
    EXPECT_TRUE(result.ok());
    for (const Fault& fault : result.faults) ADD_FAILURE() << fault.name << ": " << fault.reason;
  }
  static void collect(LocalStore& store) {
    auto reporter = make_null_reporter();
    collect_garbage(store, {}, *reporter);
  }
};

TEST_F(ConcurrencyTest, ManyProcessesCreateOneStoreAtOnce) {
  std::vector<pid_t> children;
  for (int i = 0; i < 8; ++i)
    children.push_back(in_child([&] { open()->add_text("x" + std::to_string(i), "x"); }));
  expect_success(children);
  EXPECT_EQ(open()->all_valid_paths().size(), 8u);
}

TEST_F(ConcurrencyTest, ManyProcessesAddTheSameAndDifferentThings) {
  std::string tree = scratch("tree");
  write(tree + "/sub/file", std::string(20'000, 'x'));
  write(tree + "/program", "x", 0755);
  std::vector<pid_t> children;
  for (int process = 0; process < 6; ++process)
    children.push_back(in_child([&] {
      auto store = open();
      for (int i = 0; i < 10; ++i) {
        StorePath common = store->add_text("common-" + std::to_string(i), "x");
        store->add_path("tree-" + std::to_string(i), tree);
        store->add_text("own", std::to_string(process * 100 + i), {common});
      }
    }));
  expect_success(children);
  EXPECT_EQ(open()->all_valid_paths().size(), 10u + 10u + 60u);
  expect_sound_store();
}

TEST_F(ConcurrencyTest, AddersBesideACollectorLoseNothing) {
  open();
  std::vector<pid_t> children;
  for (int process = 0; process < 3; ++process)
    children.push_back(in_child([&] {
      auto store = open();
      std::vector<StorePath> added;
      for (int i = 0; i < 40; ++i) {
        StorePath base = store->add_text("base", std::to_string(i));
        added.push_back(store->add_text("top", std::to_string(process * 100 + i), {base}));
        added.push_back(base);
        for (const StorePath& path : added)
          if (!store->is_valid(path) || !path_exists(store->physical(path)))
            throw Error("'{}' was taken away", path.text());
      }
    }));
  for (int i = 0; i < 15; ++i) collect(*open());
  expect_success(children);
  expect_sound_store();
  collect(*open());
  EXPECT_TRUE(open()->all_valid_paths().empty());
}

TEST_F(ConcurrencyTest, ThreadsShareOneStore) {
  auto store = open();
  std::vector<std::thread> threads;
  std::atomic<int> failures = 0;
  for (int thread = 0; thread < 4; ++thread)
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 25; ++i) {
        StorePath a = store->add_text("a", std::to_string(i));
        StorePath b = store->add_text("b", std::to_string(thread * 100 + i), {a});
        if (store->requisites({b}) != StorePathSet{a, b}) ++failures;
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(store->all_valid_paths().size(), 25u + 100u);
}

TEST_F(ConcurrencyTest, ReadersDoNotWaitForAWriter) {
  auto store = open();
  StorePath path = store->add_text("x", "x");
  SqliteConnection writer(layout_.state + "/db/db.sqlite", SQLITE_OPEN_READWRITE);
  SqliteTransaction transaction(writer, SqliteTransaction::Kind::write);
  writer.execute("delete from ValidPaths");
  auto before = std::chrono::steady_clock::now();
  EXPECT_TRUE(store->is_valid(path));
  EXPECT_TRUE(open()->is_valid(path));
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(5));
}

TEST_F(ConcurrencyTest, AForkedChildMayAskAndAdd) {
  auto store = open();
  StorePath path = store->add_text("x", "x");
  std::atomic<bool> done = false;
  std::thread busy([&] {
    for (int i = 0; !done; ++i) store->add_text("busy", std::to_string(i));
  });
  for (int i = 0; i < 10; ++i) {
    pid_t child = in_child([&] {
      if (!store->is_valid(path)) throw Error("'{}' is not valid in the child", path.text());
      if (store->requisites({path}).size() != 1) throw Error("{} requisites", 2);
    });
    EXPECT_EQ(wait_for(child), 0);
  }
  done = true;
  busy.join();
}

TEST_F(ConcurrencyTest, ACollectorHoldsNewTemporaryRootsUpUntilItHasDecided) {
  auto store = open();
  store->add_text("x", "x");
  std::atomic<bool> added = false;
  std::thread adder;
  {
    TempRootsSnapshot snapshot(layout_.state);
    adder = std::thread([&] {
      store->add_text("y", "y");
      added = true;
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    EXPECT_FALSE(added);
  }
  adder.join();
  EXPECT_TRUE(added);
}

/// What a process was doing when it was killed leaves a store that verifies, and in which the same
/// work goes through.
TEST_F(ConcurrencyTest, AnAdderKilledAtAnyMomentLeavesASoundStore) {
  std::string tree = scratch("tree");
  for (int i = 0; i < 5; ++i)
    write(tree + "/" + std::to_string(i), std::string(9'000 + static_cast<std::size_t>(i), 'x'));
  auto work = [&](int round) {
    auto store = open();
    for (int i = 0; i < 1000; ++i) {
      std::string name = std::to_string(round) + "-" + std::to_string(i);
      StorePath path = store->add_path("tree-" + name, tree);
      StorePath text = store->add_text("text-" + name, "x");
      store->add_texts({{"a-" + name, "a", {text}}, {"b-" + name, "b", {text}}});
      register_tree(*store, "output-" + name, name, {path});
    }
  };
  std::mt19937 random(7);
  for (int round = 0; round < 20; ++round) {
    pid_t child = in_child([&] { work(round); });
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 60'000));
    kill(child, SIGKILL);
    wait_for(child);
    expect_sound_store();
    if (round % 4 == 3) collect(*open());
  }
  collect(*open());
  std::vector<std::string> names = list_directory(layout_.store);
  EXPECT_EQ(names, std::vector<std::string>{".links"});
  EXPECT_TRUE(list_directory(layout_.store + "/.links").empty());
}

TEST_F(ConcurrencyTest, ACollectorKilledAtAnyMomentLeavesASoundStore) {
  std::mt19937 random(8);
  for (int round = 0; round < 10; ++round) {
    pid_t filler = in_child([&] {
      auto store = open();
      StorePath base = store->add_text("base", std::to_string(round));
      std::vector<Store::Text> texts;
      for (int i = 0; i < 200; ++i) texts.push_back({"t-" + std::to_string(i), "x", {base}});
      store->add_texts(texts);
      store->add_indirect_root(scratch("result"), base);
    });
    ASSERT_EQ(wait_for(filler), 0);
    pid_t collector = in_child([&] { collect(*open()); });
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 30'000));
    kill(collector, SIGKILL);
    wait_for(collector);
    expect_sound_store();
  }
  collect(*open());
  EXPECT_EQ(open()->all_valid_paths().size(), 1u);
  EXPECT_EQ(list_directory(layout_.store).size(), 2u);
}

}  // namespace
}  // namespace nacre
