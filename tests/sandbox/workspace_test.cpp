// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/workspace.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.hpp"

namespace nacre {
namespace {

class WorkspaceTest : public testing::Test {
 protected:
  WorkspaceTest()
      : directory_("nacre-workspace-test"), layout_(StoreLayout::under(directory_.path())) {
    make_directories(layout_.store);
    make_directories(layout_.state);
    make_directories(directory_.path() + "/tmp");
    setenv("TMPDIR", (directory_.path() + "/tmp").c_str(), 1);
  }
  ~WorkspaceTest() override { unsetenv("TMPDIR"); }

  /// Who may still be writing to what it made.
  static Workspace::Tenant lasting() { return {false, true, true}; }

  StorePath derivation_{"/gnu/store/00000000000000000000000000000000-x.drv"};
  StorePath output_{"/gnu/store/11111111111111111111111111111111-x"};
  TemporaryDirectory directory_;
  StoreLayout layout_;
};

TEST_F(WorkspaceTest, a_descriptor_that_a_builder_kept_does_not_reach_what_was_taken) {
  Workspace workspace(layout_);
  workspace.adopt(derivation_, lasting());
  std::string made = workspace.in_store(output_);
  make_directories(made);
  write_file_atomically(made + "/file", "right");
  UniqueFd kept = open_file(made + "/file", O_RDWR);
  UniqueFd kept_directory = open_file(made, O_RDONLY | O_DIRECTORY);

  std::string target = directory_.path() + "/target";
  workspace.take(output_, target);
  write_fully(kept.get(), "WRONG");
  unlinkat(kept_directory.get(), "file", 0);
  EXPECT_EQ(read_file(target + "/file"), "right");
}

TEST_F(WorkspaceTest, is_not_used_again_after_a_builder_that_may_have_kept_a_descriptor) {
  Workspace workspace(layout_);
  workspace.adopt(derivation_, {});
  EXPECT_TRUE(workspace.clean());
  workspace.adopt(derivation_, lasting());
  EXPECT_FALSE(workspace.clean());
}

TEST_F(WorkspaceTest, directories_that_a_builder_owns_are_new_for_the_next) {
  Workspace workspace(layout_);
  workspace.adopt(derivation_, {false, true, false});
  UniqueFd store = open_file(workspace.store(), O_RDONLY | O_DIRECTORY);
  UniqueFd tmp = open_file(workspace.tmp(), O_RDONLY | O_DIRECTORY);
  ASSERT_TRUE(workspace.clean());
  workspace.adopt(derivation_, {false, true, false});
  for (int old : {store.get(), tmp.get()}) {
    struct stat status {};
    ASSERT_EQ(fstat(old, &status), 0);
    EXPECT_EQ(status.st_nlink, 0U) << "it still has a name";
  }
}

TEST_F(WorkspaceTest, taking_never_follows_a_link) {
  std::string victim = directory_.path() + "/victim";
  make_directories(victim);
  ASSERT_EQ(chmod(victim.c_str(), 0500), 0);
  for (const auto& tenant : {Workspace::Tenant{}, lasting()}) {
    Workspace workspace(layout_);
    workspace.adopt(derivation_, tenant);
    create_symlink(victim, workspace.in_store(output_));
    std::string target = directory_.path() + "/taken";
    workspace.take(output_, target);
    EXPECT_EQ(read_link(target), victim);
    EXPECT_EQ(lstat_file(victim).st_mode & 07777, 0500U);
    unlink(target.c_str());
  }
}

TEST_F(WorkspaceTest, keeping_a_working_directory_never_follows_a_link) {
  std::string victim = directory_.path() + "/victim";
  write_file_atomically(victim, "", 0444);
  for (const auto& tenant : {Workspace::Tenant{}, lasting()}) {
    Workspace workspace(layout_);
    workspace.adopt(derivation_, tenant);
    create_symlink(victim, workspace.build_directory() + "/link");
    std::string kept = workspace.keep_build_directory();
    EXPECT_EQ(read_link(kept + "/link"), victim);
    EXPECT_EQ(lstat_file(victim).st_mode & 07777, 0444U);
  }
}

TEST_F(WorkspaceTest, remove_stale_removes_what_a_killed_process_left_and_nothing_else) {
  Workspace living(layout_);
  living.adopt(derivation_, {});
  std::string stale = layout_.store + "/.builds/1-0";
  std::string scratch = directory_.path() + "/tmp/nacre-build-00000000";
  make_directories(stale + "/store/output");
  make_directories(scratch + "/tmp");
  create_symlink(scratch, stale + "/scratch");
  Workspace::remove_stale(layout_);
  EXPECT_FALSE(path_exists(stale));
  EXPECT_FALSE(path_exists(scratch));
  EXPECT_TRUE(path_exists(living.build_directory()));
}

}  // namespace
}  // namespace nacre
