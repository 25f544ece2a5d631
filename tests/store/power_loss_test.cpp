// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/power_loss.hpp"

#include <gtest/gtest.h>

#include "many_rows.hpp"
#include "store/sqlite.hpp"
#include "store_fixture.hpp"

namespace nacre {
namespace {

/// A machine that loses power: afterwards, rows are there whose files' contents are not, and the
/// kernel has another boot id.
class PowerLossTest : public StoreTest {
 protected:
  void SetUp() override { take_lost_paths(); }

  /// As a file system leaves a file whose name it wrote, but not its blocks.
  static void lose_contents(const std::string& file) {
    chmod(file.c_str(), 0644);
    ASSERT_EQ(truncate(file.c_str(), 0), 0);
  }
  void boot_again() { execute("update NacreSync set boot = 'another'"); }
  void sync_all() { execute("update NacreSync set row = (select max(id) from ValidPaths)"); }
  void execute(const char* sql) {
    SqliteConnection(layout_.state + "/db/db.sqlite", SQLITE_OPEN_READWRITE).execute(sql);
  }
};

TEST_F(PowerLossTest, WhatIsNotWholeIsNotValidAnyMoreNorWhatRefersToIt) {
  auto store = open();
  StorePath whole = store->add_text("whole", "x");
  StorePath lost = store->add_text("lost", "y");
  StorePath user = store->add_text("user", "z", {lost, whole});
  StorePath gone = store->add_text("gone", "z");
  lose_contents(store->physical(lost));
  remove_tree(store->physical(gone));
  boot_again();
  EXPECT_TRUE(store->is_valid(lost));  // in the same boot, nobody looks
  store = open();
  EXPECT_EQ(store->all_valid_paths(), StorePathSet{whole});
  EXPECT_EQ(take_lost_paths(), (StorePathSet{lost, user, gone}));
  EXPECT_EQ(store->add_text("lost", "y"), lost);
  EXPECT_EQ(read_file(store->physical(lost)), "y");
}

TEST_F(PowerLossTest, IsLookedForOnceInABoot) {
  auto store = open();
  StorePath text = store->add_text("x", "x");
  boot_again();
  store = open();
  EXPECT_TRUE(store->is_valid(text));
  lose_contents(store->physical(text));
  store = open();
  EXPECT_TRUE(store->is_valid(text));
}

TEST_F(PowerLossTest, WhatIsKnownToBeOnTheDiskIsNotReadAgain) {
  auto store = open();
  StorePath old = store->add_text("old", "x");
  sync_all();
  lose_contents(store->physical(old));  // not by a loss of power: not for this check to find
  boot_again();
  EXPECT_TRUE(open()->is_valid(old));
}

TEST_F(PowerLossTest, ALinkWhoseContentsAreLostIsNotShared) {
  const std::string contents(20'000, 'x');
  auto store = open();
  StorePath first = register_tree(*store, "first", contents);
  const std::string links = layout_.store + "/.links";
  ASSERT_EQ(list_directory(links).size(), 1u);
  const std::string link = links + "/" + list_directory(links).front();
  chmod(link.c_str(), 0644);
  write(link, std::string(20'000, '\0'), 0444);
  boot_again();
  store = open();
  EXPECT_FALSE(store->is_valid(first));
  StorePath second = register_tree(*store, "second", contents);
  EXPECT_EQ(read_file(store->physical(second) + "/file"), contents);
}

TEST_F(PowerLossTest, MuchIsSyncedSoThatLittleHasToBeChecked) {
  open();
  Database database(layout_);
  database.add(many_rows(8200));
  EXPECT_EQ(database.sync_point()->row, 0);
  open()->add_text("one-more", "x");
  EXPECT_EQ(database.sync_point()->row, 8200);
}

}  // namespace
}  // namespace nacre
