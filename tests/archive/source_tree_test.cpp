// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/source_tree.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "archive/archive_tree.hpp"
#include "archive/directory_tree.hpp"
#include "archive/nar.hpp"
#include "base/error.hpp"
#include "base/files.hpp"

namespace nacre {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Type = ArchiveFile::Type;

std::string nar_of(const SourceTree& tree) {
  StringSink nar;
  dump_nar(tree, nar);
  return nar.text;
}

template <typename Work>
std::string failure_of(Work work) {
  try {
    work();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

class DirectoryTreeTest : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return directory_.path() + "/" + name; }
  std::string write(const std::string& name, const std::string& text, mode_t mode = 0644) {
    make_directories(directory_name(path(name)));
    std::ofstream(path(name), std::ios::binary) << text;
    chmod(path(name).c_str(), mode);
    return path(name);
  }

  TemporaryDirectory directory_{"nacre-source-tree"};
};

TEST_F(DirectoryTreeTest, a_node_tells_what_it_is) {
  write("t/b/run", "#!", 0755);
  write("t/a", "hello");
  create_symlink("../away", path("t/link"));
  const DirectoryTree tree(path("t"));
  auto root = tree.root();
  EXPECT_EQ(root->kind(), SourceNode::Kind::directory);
  EXPECT_THAT(root->names(), ElementsAre("a", "b", "link"));
  EXPECT_EQ(root->entry("link")->target(), "../away");
  EXPECT_EQ(root->entry("b")->entry("run")->kind(), SourceNode::Kind::executable);
  auto file = root->entry("a");
  EXPECT_EQ(file->size(), 5U);
  EXPECT_EQ(file->path(), path("t/a"));
  for (int twice = 0; twice < 2; ++twice) {
    char buffer[16];
    EXPECT_EQ(std::string(buffer, file->contents()->read(buffer, sizeof buffer)), "hello");
  }
}

TEST_F(DirectoryTreeTest, a_file_is_what_it_was_when_it_was_opened) {
  write("t/a", "first");
  const DirectoryTree tree(path("t"));
  auto root = tree.root();
  auto file = root->entry("a");
  rename_file(write("other", "second"), path("t/a"));
  EXPECT_EQ(file->size(), 5U);
  // And its directory is the one that was opened.
  rename_file(path("t"), path("moved"));
  EXPECT_EQ(root->entry("a")->size(), 6U);
}

TEST_F(DirectoryTreeTest, what_is_rejected_is_left_out) {
  write("t/keep/a", "");
  write("t/drop/b", "");
  const DirectoryTree tree(
      path("t"), {.filter = [](const std::string& name) { return !name.ends_with("/drop"); }});
  EXPECT_THAT(tree.root()->names(), ElementsAre("keep"));
}

TEST_F(DirectoryTreeTest, special_files_are_refused_or_left_out) {
  make_directories(path("t"));
  ASSERT_EQ(mkfifo(path("t/pipe").c_str(), 0600), 0);
  EXPECT_THAT(failure_of([&] { nar_of(DirectoryTree(path("t"))); }),
              HasSubstr("neither a regular"));
  EXPECT_EQ(nar_of(DirectoryTree(path("t"), {.skip_special = true})), [&] {
    unlink(path("t/pipe").c_str());
    return nar_of(DirectoryTree(path("t")));
  }());
}

TEST_F(DirectoryTreeTest, files_of_another_owner_are_refused) {
  write("t/a", "");
  EXPECT_THAT(
      failure_of([&] { DirectoryTree(path("t"), {.expected_owner = geteuid() + 1}).root(); }),
      HasSubstr("belongs to user"));
}

TEST_F(DirectoryTreeTest, a_plain_file_is_what_links_lead_to_and_never_executable) {
  write("a", "text", 0755);
  create_symlink("a", path("link"));
  auto node = DirectoryTree(path("link"), {.plain_file = true}).root();
  EXPECT_EQ(node->kind(), SourceNode::Kind::regular);
  EXPECT_EQ(node->size(), 4U);
  EXPECT_THAT(failure_of([&] { DirectoryTree(directory_.path(), {.plain_file = true}).root(); }),
              HasSubstr("not a regular file"));
  EXPECT_GT(DirectoryTree("/proc/self/status", {.plain_file = true}).root()->size(), 0U);
}

/// An archive made of a list.
class ListedArchive : public FileReader {
 public:
  struct Listed {
    ArchiveFile file;
    std::string contents = {};
  };
  explicit ListedArchive(std::vector<Listed> files) : files_(std::move(files)) {}
  std::optional<ArchiveFile> next() override {
    if (at_ == files_.size()) return {};
    is_read_ = false;
    return files_[at_++].file;
  }
  std::string_view read() override {
    if (std::exchange(is_read_, true)) return {};
    return files_[at_ - 1].contents;
  }

 private:
  std::vector<Listed> files_;
  std::size_t at_ = 0;
  bool is_read_ = false;
};

ListedArchive::Listed file(const std::string& path, const std::string& contents,
                           unsigned mode = 0644) {
  ArchiveFile file;
  file.path = path;
  file.type = Type::regular;
  file.mode = mode;
  file.size = contents.size();
  return {file, contents};
}

ListedArchive::Listed other(const std::string& path, Type type, const std::string& target = "") {
  ArchiveFile file;
  file.path = path;
  file.type = type;
  file.link_target = target;
  return {file, ""};
}

std::string nar_of_archive(const std::vector<ListedArchive::Listed>& files) {
  ListedArchive archive(files);
  return nar_of(ArchiveTree(archive, "x.tar"));
}

TEST_F(DirectoryTreeTest, an_archive_is_as_what_it_unpacks_to) {
  write("t/b/run", "#!", 0755);
  write("t/a", "hello");
  write("t/again", "hello");
  create_symlink("../away", path("t/link"));
  make_directories(path("t/empty"));
  EXPECT_EQ(
      nar_of_archive({file("b/run", "#!", 0755), file("a", "old"), file("a", "hello"),
                      other("empty", Type::directory), other("b", Type::directory),
                      other("again", Type::regular, "a"), other("link", Type::symlink, "../away")}),
      nar_of(DirectoryTree(path("t"))));
}

TEST(ArchiveTree, refuses_what_leads_elsewhere) {
  EXPECT_NE(failure_of([] { nar_of_archive({file("../a", "")}); }), "");
  EXPECT_NE(failure_of([] { nar_of_archive({file("/a", "")}); }), "");
  EXPECT_THAT(failure_of([] {
                nar_of_archive({other("d", Type::symlink, "/tmp"), file("d/a", "")});
              }),
              HasSubstr("is not a directory"));
  EXPECT_THAT(failure_of([] { nar_of_archive({other("a", Type::regular, "b")}); }),
              HasSubstr("not in front of it"));
  EXPECT_THAT(failure_of([] { nar_of_archive({other("a", Type::other)}); }),
              HasSubstr("neither a regular"));
}

}  // namespace
}  // namespace nacre
