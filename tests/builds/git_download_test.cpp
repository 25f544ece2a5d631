// SPDX-License-Identifier: GPL-3.0-or-later
#include <git2.h>
#include <gmock/gmock.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "git/git_checkout.hpp"

#ifdef __SANITIZE_ADDRESS__
/// libgit2 1.5 leaks what it matches regular expressions with.
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libpcre2\n";
}
#endif

namespace nacre {
namespace {

using testing::HasSubstr;

/// A repository that holds one commit, tagged "v1".
class TestRepository {
 public:
  explicit TestRepository(const std::string& directory) : directory_(directory) {
    git_libgit2_init();
    git_repository_init(&repository_, directory.c_str(), 0);
    git_repository_index(&index_, repository_);
  }
  ~TestRepository() {
    git_index_free(index_);
    git_repository_free(repository_);
    git_libgit2_shutdown();
  }
  TestRepository(const TestRepository&) = delete;
  TestRepository& operator=(const TestRepository&) = delete;

  void add(const std::string& name, const std::string& text) {
    write_file_atomically(directory_ + "/" + name, text);
    git_index_add_bypath(index_, name.c_str());
  }

  void add_submodule(const std::string& name, const std::string& url, const std::string& commit) {
    add(".gitmodules", fmt::format("[submodule \"{0}\"]\n\tpath = {0}\n\turl = {1}\n", name, url));
    git_index_entry entry{};
    entry.mode = GIT_FILEMODE_COMMIT;
    entry.path = name.c_str();
    git_oid_fromstr(&entry.id, commit.c_str());
    git_index_add(index_, &entry);
  }

  std::string commit() {
    git_oid tree_id;
    git_oid commit_id;
    git_tree* tree = nullptr;
    git_signature* author = nullptr;
    git_object* object = nullptr;
    git_index_write_tree(&tree_id, index_);
    git_tree_lookup(&tree, repository_, &tree_id);
    git_signature_new(&author, "A", "a@example.org", 1, 0);
    git_commit_create(&commit_id, repository_, "HEAD", author, author, nullptr, "one", tree, 0,
                      nullptr);
    git_object_lookup(&object, repository_, &commit_id, GIT_OBJECT_COMMIT);
    git_oid tag_id;
    git_tag_create_lightweight(&tag_id, repository_, "v1", object, 1);
    git_object_free(object);
    git_signature_free(author);
    git_tree_free(tree);
    std::string text(GIT_OID_HEXSZ, '0');
    git_oid_fmt(text.data(), &commit_id);
    return text;
  }

  std::string url() const { return "file://" + directory_; }

 private:
  std::string directory_;
  git_repository* repository_ = nullptr;
  git_index* index_ = nullptr;
};

class GitDownload : public testing::Test {
 protected:
  GitDownload() {
    for (const char* name : {"source", "other", "objects"})
      make_directories(directory_.path() + "/" + name);
  }

  GitCheckout wanted(const std::string& url, const std::string& commit) {
    return {url, commit, "", false, directory_.path() + "/objects", out_};
  }
  static void fetch(const GitCheckout& checkout) {
    check_out(checkout, [](std::uint64_t, std::uint64_t) {});
  }
  static std::string failure_of(const GitCheckout& checkout) {
    try {
      fetch(checkout);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

  TemporaryDirectory directory_{"nacre-git-test"};
  std::string out_ = directory_.path() + "/out";
};

TEST_F(GitDownload, the_files_of_a_commit_come_without_the_repository) {
  TestRepository repository(directory_.path() + "/source");
  repository.add("a.txt", "a");
  const std::string commit = repository.commit();
  fetch(wanted(repository.url(), commit));
  EXPECT_EQ(list_directory(out_), std::vector<std::string>{"a.txt"});
  EXPECT_EQ(read_file(out_ + "/a.txt"), "a");
}

TEST_F(GitDownload, a_tag_names_a_commit) {
  TestRepository repository(directory_.path() + "/source");
  repository.add("a.txt", "tagged");
  repository.commit();
  fetch(wanted(repository.url(), "v1"));
  EXPECT_EQ(read_file(out_ + "/a.txt"), "tagged");
}

TEST_F(GitDownload, a_commit_that_is_not_there_is_named) {
  TestRepository repository(directory_.path() + "/source");
  repository.add("a.txt", "a");
  repository.commit();
  EXPECT_THAT(failure_of(wanted(repository.url(), std::string(40, 'a'))), HasSubstr("aaaaaaaa"));
}

TEST_F(GitDownload, a_branch_is_not_taken_for_a_commit) {
  TestRepository repository(directory_.path() + "/source");
  repository.add("a.txt", "a");
  repository.commit();
  EXPECT_THAT(failure_of(wanted(repository.url(), "HEAD")), HasSubstr("no commit or tag"));
}

TEST_F(GitDownload, an_address_where_there_is_no_repository_is_named) {
  EXPECT_THAT(failure_of(wanted("file:///nonexistent", std::string(40, 'a'))),
              HasSubstr("file:///nonexistent"));
}

TEST_F(GitDownload, submodules_come_along_when_they_are_asked_for) {
  TestRepository other(directory_.path() + "/other");
  other.add("b.txt", "b");
  const std::string inner = other.commit();
  TestRepository repository(directory_.path() + "/source");
  repository.add("a.txt", "a");
  repository.add_submodule("sub", other.url(), inner);
  GitCheckout checkout = wanted(repository.url(), repository.commit());
  checkout.recursive = true;
  fetch(checkout);
  EXPECT_EQ(read_file(out_ + "/sub/b.txt"), "b");
  EXPECT_EQ(list_directory(out_ + "/sub"), std::vector<std::string>{"b.txt"});
}

}  // namespace
}  // namespace nacre
