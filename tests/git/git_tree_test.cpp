// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/git_tree.hpp"

#include <git2.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "archive/directory_tree.hpp"
#include "archive/nar.hpp"
#include "base/error.hpp"
#include "base/files.hpp"

namespace nacre {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string nar_of(const SourceTree& tree) {
  StringSink nar;
  dump_nar(tree, nar);
  return nar.text;
}

/// A repository without a work tree, that objects are written to.
class GitTreeTest : public testing::Test {
 protected:
  GitTreeTest() {
    git_libgit2_init();
    EXPECT_EQ(git_repository_init(&repository_, path().c_str(), 1), 0);
  }
  ~GitTreeTest() override {
    git_repository_free(repository_);
    git_libgit2_shutdown();
  }

  std::string path() const { return directory_.path() + "/repository"; }

  struct Entry {
    std::string name;
    git_oid id;
    git_filemode_t mode;
  };
  Entry blob(const std::string& name, const std::string& text,
             git_filemode_t mode = GIT_FILEMODE_BLOB) {
    Entry entry{name, {}, mode};
    EXPECT_EQ(git_blob_create_from_buffer(&entry.id, repository_, text.data(), text.size()), 0);
    return entry;
  }
  Entry tree(const std::string& name, const std::vector<Entry>& entries) {
    git_treebuilder* builder = nullptr;
    EXPECT_EQ(git_treebuilder_new(&builder, repository_, nullptr), 0);
    for (const Entry& entry : entries)
      EXPECT_EQ(git_treebuilder_insert(nullptr, builder, entry.name.c_str(), &entry.id, entry.mode),
                0);
    Entry made{name, {}, GIT_FILEMODE_TREE};
    EXPECT_EQ(git_treebuilder_write(&made.id, builder), 0);
    git_treebuilder_free(builder);
    return made;
  }
  /// A tree that Git itself would not write.
  Entry raw_tree(const std::string& bytes) {
    git_odb* objects = nullptr;
    EXPECT_EQ(git_repository_odb(&objects, repository_), 0);
    Entry made{"", {}, GIT_FILEMODE_TREE};
    EXPECT_EQ(git_odb_write(&made.id, objects, bytes.data(), bytes.size(), GIT_OBJECT_TREE), 0);
    git_odb_free(objects);
    return made;
  }
  static std::string text(const git_oid& id) { return git_oid_tostr_s(&id); }

  TemporaryDirectory directory_{"nacre-git-tree"};
  git_repository* repository_ = nullptr;
};

TEST_F(GitTreeTest, is_as_the_directory_with_the_same_files) {
  const Entry root =
      tree("", {blob("a", "hello"), blob("run", "#!", GIT_FILEMODE_BLOB_EXECUTABLE),
                blob("link", "../away", GIT_FILEMODE_LINK), tree("a.d", {blob("x", "")}),
                // Git sorts it after "a.d", as "a/" does not come before "a.d".
                tree("b", {tree("c", {blob("y", std::string(100000, 'y'))})})});
  const std::string files = directory_.path() + "/files";
  for (const char* name : {"/a.d", "/b/c"}) make_directories(files + name);
  std::ofstream(files + "/a") << "hello";
  std::ofstream(files + "/run") << "#!";
  chmod((files + "/run").c_str(), 0755);
  std::ofstream(files + "/a.d/x");
  std::ofstream(files + "/b/c/y") << std::string(100000, 'y');
  create_symlink("../away", files + "/link");
  EXPECT_EQ(nar_of(GitTree(path(), text(root.id))), nar_of(DirectoryTree(files)));
}

TEST_F(GitTreeTest, names_are_in_the_order_of_their_bytes) {
  const Entry root = tree("", {tree("a", {blob("x", "")}), blob("a.b", ""), blob("a0", "")});
  EXPECT_THAT(GitTree(path(), text(root.id)).root()->names(), ElementsAre("a", "a.b", "a0"));
}

TEST_F(GitTreeTest, a_submodule_is_an_empty_directory) {
  Entry module = blob("module", "");
  module.mode = GIT_FILEMODE_COMMIT;
  const Entry root = tree("", {module});
  auto node = GitTree(path(), text(root.id)).root()->entry("module");
  EXPECT_EQ(node->kind(), SourceNode::Kind::directory);
  EXPECT_TRUE(node->names().empty());
}

TEST_F(GitTreeTest, names_that_lead_elsewhere_are_refused) {
  const Entry file = blob("", "x");
  const std::string id(reinterpret_cast<const char*>(file.id.id), GIT_OID_RAWSZ);
  for (const std::string name : {"..", ".", "a/b"}) {
    const Entry root = raw_tree("100644 " + name + std::string(1, '\0') + id);
    EXPECT_THROW(nar_of(GitTree(path(), text(root.id))), Error) << name;
  }
  const std::string entry = "100644 a" + std::string(1, '\0') + id;
  EXPECT_THROW(nar_of(GitTree(path(), text(raw_tree(entry + entry).id))), Error);
}

TEST_F(GitTreeTest, what_is_not_there_is_an_error) {
  EXPECT_THROW(GitTree(directory_.path(), "HEAD"), Error);
  EXPECT_THROW(GitTree(path(), "v1.0"), Error);
}

}  // namespace
}  // namespace nacre
