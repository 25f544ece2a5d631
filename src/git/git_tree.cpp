// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/git_tree.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "git/git_library.hpp"

namespace nacre {

struct GitTree::Open {
  GitLibrary library;
  GitRepository repository;
  std::string name;  ///< for messages
  git_oid tree;
};

namespace {

using Kind = SourceNode::Kind;
using Tree = std::unique_ptr<git_tree, FreeWith<git_tree_free>>;
using Blob = std::unique_ptr<git_blob, FreeWith<git_blob_free>>;

/// A name that means something else to a file system than to Git.
bool is_name(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == name.npos;
}

class BlobContents final : public FileContents {
 public:
  explicit BlobContents(std::string_view bytes) : source_(bytes) {}
  std::size_t read(char* buffer, std::size_t size) override { return source_.read(buffer, size); }

 private:
  StringSource source_;
};

class GitNode final : public SourceNode {
 public:
  GitNode(git_repository* repository, const git_oid& id, git_filemode_t mode, std::string path)
      : repository_(repository), path_(std::move(path)) {
    switch (mode) {
      case GIT_FILEMODE_TREE:
        open_tree(id);
        break;
      case GIT_FILEMODE_COMMIT:
        break;  // a submodule
      case GIT_FILEMODE_LINK:
        open_blob(id, Kind::symlink);
        break;
      case GIT_FILEMODE_BLOB_EXECUTABLE:
        open_blob(id, Kind::executable);
        break;
      case GIT_FILEMODE_BLOB:
        open_blob(id, Kind::regular);
        break;
      default:
        throw Error("'{}' is neither a file, a directory nor a link", path_);
    }
  }

  Kind kind() const override { return kind_; }
  const std::string& path() const override { return path_; }
  std::uint64_t size() const override { return bytes().size(); }
  std::unique_ptr<FileContents> contents() const override {
    return std::make_unique<BlobContents>(bytes());
  }
  std::string target() const override { return std::string(bytes()); }

  /// Git has them in another order: as if directories ended with a slash.
  std::vector<std::string> names() const override {
    std::vector<std::string> names;
    const std::size_t count = tree_ ? git_tree_entrycount(tree_.get()) : 0;
    for (std::size_t i = 0; i < count; ++i) {
      std::string name = git_tree_entry_name(git_tree_entry_byindex(tree_.get(), i));
      if (!is_name(name)) throw Error("'{}' has an entry of the name '{}'", path_, name);
      names.push_back(std::move(name));
    }
    std::sort(names.begin(), names.end());
    auto twice = std::adjacent_find(names.begin(), names.end());
    if (twice != names.end()) throw Error("'{}' has two entries of the name '{}'", path_, *twice);
    return names;
  }

  std::unique_ptr<SourceNode> entry(const std::string& name) const override {
    const git_tree_entry* entry = git_tree_entry_byname(tree_.get(), name.c_str());
    if (!entry) throw Error("'{}' has no entry of the name '{}'", path_, name);
    return std::make_unique<GitNode>(repository_, *git_tree_entry_id(entry),
                                     git_tree_entry_filemode(entry), path_ + "/" + name);
  }

 private:
  void check(int status) const {
    if (status < 0) throw Error("reading '{}' failed: {}", path_, last_git_message());
  }

  void open_tree(const git_oid& id) {
    git_tree* tree = nullptr;
    check(git_tree_lookup(&tree, repository_, &id));
    tree_.reset(tree);
  }

  void open_blob(const git_oid& id, Kind kind) {
    kind_ = kind;
    git_blob* blob = nullptr;
    check(git_blob_lookup(&blob, repository_, &id));
    blob_.reset(blob);
  }

  std::string_view bytes() const {
    return {static_cast<const char*>(git_blob_rawcontent(blob_.get())),
            static_cast<std::size_t>(git_blob_rawsize(blob_.get()))};
  }

  git_repository* repository_;
  std::string path_;
  Kind kind_ = Kind::directory;
  Tree tree_;
  Blob blob_;
};

}  // namespace

GitTree::GitTree(const std::string& repository, const std::string& revision)
    : open_(std::make_unique<Open>()) {
  git_repository* opened = nullptr;
  if (git_repository_open_ext(&opened, repository.c_str(), GIT_REPOSITORY_OPEN_NO_SEARCH, nullptr) <
      0)
    throw Error("'{}' is no Git repository: {}", repository, last_git_message());
  open_->repository.reset(opened);
  git_object* tree = nullptr;
  if (git_revparse_single(&tree, opened, (revision + "^{tree}").c_str()) < 0)
    throw Error("'{}' has no commit, tag or tree '{}'", repository, revision);
  const GitObject owned(tree);
  open_->tree = *git_object_id(tree);
  open_->name = revision;
}

GitTree::~GitTree() = default;

std::unique_ptr<SourceNode> GitTree::root() const {
  return std::make_unique<GitNode>(open_->repository.get(), open_->tree, GIT_FILEMODE_TREE,
                                   open_->name);
}

}  // namespace nacre
