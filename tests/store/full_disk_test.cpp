// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cerrno>
#include <csignal>

#include "store/file_lock.hpp"
#include "store/gc.hpp"
#include "store/temp_roots.hpp"
#include "store_fixture.hpp"

namespace nacre {
namespace {

/// While this lives, no file of this process grows beyond `size`: writing stops in the middle, as
/// on a full disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t size) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limit = before_;
    limit.rlim_cur = size;
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  sighandler_t handler_;
};

class FullDiskTest : public StoreTest {
 protected:
  std::string reserve() const { return layout_.state + "/db/reserved"; }
  std::string roots_file() const { return fmt::format("{}/temproots/{}", layout_.state, getpid()); }
  static StorePath path(const std::string& name) {
    return make_text_path(name, hash_bytes(HashAlgorithm::sha256, name), {});
  }
};

TEST_F(FullDiskTest, ARootThatCannotBeWrittenLeavesTheOthersAndNoLock) {
  open();
  TempRoots roots(layout_.state);
  roots.add(path("kept"));
  const std::string before = read_file(roots_file());
  {
    FileSizeLimit limit(before.size() + 10);
    EXPECT_THROW(roots.add(path("too-much")), SystemError);
  }
  EXPECT_EQ(read_file(roots_file()), before);
  UniqueFd collector = open_file(roots_file(), O_RDWR);
  EXPECT_FALSE(try_lock_file(collector.get(), LockMode::exclusive));
  EXPECT_TRUE(try_lock_file(collector.get(), LockMode::shared));
  collector.reset();
  roots.add(path("next"));
  EXPECT_EQ(TempRootsSnapshot(layout_.state).paths(),
            (std::set<std::string>{path("kept").text(), path("next").text()}));
}

TEST_F(FullDiskTest, RootsAreReleasedWithoutRoomOnTheDisk) {
  open();
  TempRoots roots(layout_.state);
  roots.add(path("released"));
  roots.add_name("/gnu/store/.kept");
  {
    FileSizeLimit limit(lstat_file(roots_file()).st_size);
    roots.release();
  }
  EXPECT_EQ(TempRootsSnapshot(layout_.state).paths(), std::set<std::string>{"/gnu/store/.kept"});
}

TEST_F(FullDiskTest, ACollectionGivesUpTheReserveAndMakesItAgain) {
  auto store = open();
  struct stat status = lstat_file(reserve());
  EXPECT_EQ(status.st_size, 8 << 20);
  EXPECT_GE(status.st_blocks * 512, 8 << 20);
  store->add_text("x", "x");
  store->release_temp_roots();

  UniqueFd before = open_file(reserve(), O_RDONLY);
  auto reporter = make_null_reporter();
  EXPECT_EQ(collect_garbage(*store, {}, *reporter).paths.size(), 1u);
  EXPECT_EQ(lstat_file(reserve()).st_size, 8 << 20);
  ASSERT_EQ(fstat(before.get(), &status), 0);
  EXPECT_EQ(status.st_nlink, 0u);
}

TEST_F(FullDiskTest, AStoreWithoutRoomForAReserveIsOpenedAllTheSame) {
  open();
  unlink(reserve().c_str());
  {
    FileSizeLimit limit(1 << 20);
    EXPECT_NO_THROW(open());
  }
  EXPECT_FALSE(path_exists(reserve()));
}

TEST_F(FullDiskTest, WhatCannotBeWrittenIsNamed) {
  auto store = open();
  write(scratch("big"), std::string(300'000, 'x'));
  store->add_text("x", "x");
  FileSizeLimit limit(200'000);
  try {
    store->add_path("big", scratch("big"));
    FAIL();
  } catch (const SystemError& error) {
    EXPECT_NE(std::string(error.what()).find(layout_.store), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace nacre
