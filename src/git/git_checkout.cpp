// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/git_checkout.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "base/error.hpp"
#include "base/files.hpp"
#include "git/git_library.hpp"

namespace nacre {
namespace {

using Remote = std::unique_ptr<git_remote, FreeWith<git_remote_free>>;
using Submodule = std::unique_ptr<git_submodule, FreeWith<git_submodule_free>>;

bool stays_below(std::string_view path) {
  if (path.empty() || path.starts_with('/')) return false;
  const std::string slashed = fmt::format("/{}/", path);
  return slashed.find("/../") == slashed.npos && slashed.find("/./") == slashed.npos;
}

/// Whether `text` may be a commit's hash, or the begin of one.
bool is_hash(std::string_view text) {
  return text.size() >= 7 && text.size() <= GIT_OID_HEXSZ &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::string hash_of(const git_oid* id) {
  std::string hash(GIT_OID_HEXSZ, '\0');
  git_oid_fmt(hash.data(), id);
  return hash;
}

using Progress = std::function<void(std::uint64_t done, std::uint64_t total)>;

int report_transfer(const git_indexer_progress* stats, void* progress) {
  (*static_cast<const Progress*>(progress))(stats->received_objects, stats->total_objects);
  return 0;
}

/// One repository: fetched, looked up, written out.
class Checkout {
 public:
  Checkout(const GitCheckout& wanted, const Progress& progress)
      : wanted_(wanted), progress_(progress) {}

  /// Returns the hash of the commit.
  std::string run() {
    if (mkdir(wanted_.directory.c_str(), 0755) != 0) throw_errno(wanted_.directory);
    const Remote origin = fetch();
    const GitObject commit = wanted_.commit.empty() ? find_branch(origin.get()) : find_commit();
    write_files(commit.get());
    if (wanted_.recursive) check_out_submodules();
    // What makes a submodule's directory one; there is none at the top.
    if (path_exists(wanted_.directory + "/.git")) remove_tree(wanted_.directory + "/.git");
    return hash_of(git_object_id(commit.get()));
  }

 private:
  void check(int status, const char* doing) const {
    if (status >= 0) return;
    throw Error("{}: {} failed: {}", wanted_.url, doing, last_git_message());
  }

  /// Objects lie apart from the files.
  Remote fetch() {
    const std::string place =
        fmt::format("{}/{}.git", wanted_.repositories, list_directory(wanted_.repositories).size());
    git_repository* repository = nullptr;
    check(git_repository_init(&repository, place.c_str(), 1), "creating a repository");
    repository_.reset(repository);
    check(git_repository_set_workdir(repository_.get(), wanted_.directory.c_str(), 0),
          "preparing the checkout");
    git_remote* remote = nullptr;
    check(git_remote_create(&remote, repository_.get(), "origin", wanted_.url.c_str()),
          "reading the address");
    Remote origin(remote);
    git_fetch_options options = GIT_FETCH_OPTIONS_INIT;
    options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_ALL;
    options.proxy_opts.type = GIT_PROXY_AUTO;
    options.callbacks.transfer_progress = report_transfer;
    options.callbacks.payload = const_cast<Progress*>(&progress_);
    check(git_remote_fetch(origin.get(), nullptr, &options, nullptr), "fetching");
    return origin;
  }

  GitObject find_commit() {
    for (const std::string& revision : {"refs/tags/" + wanted_.commit, wanted_.commit}) {
      const bool is_tag = revision.size() != wanted_.commit.size();
      if (!is_tag && !is_hash(revision)) continue;
      if (GitObject commit = look_up(revision)) return commit;
    }
    // What 'git describe' prints ends in the begin of a hash.
    const std::size_t end = wanted_.commit.rfind("-g");
    if (end != std::string::npos && is_hash(wanted_.commit.substr(end + 2)))
      if (GitObject commit = look_up(wanted_.commit.substr(end + 2))) return commit;
    throw Error("{} has no commit or tag '{}'", wanted_.url, wanted_.commit);
  }

  GitObject find_branch(git_remote* origin) {
    std::string branch = wanted_.branch;
    if (branch.empty()) {
      git_buf name = GIT_BUF_INIT;
      check(git_remote_default_branch(&name, origin), "finding the default branch");
      branch = std::string_view(name.ptr).substr(std::string_view("refs/heads/").size());
      git_buf_dispose(&name);
    }
    GitObject commit = look_up("refs/remotes/origin/" + branch);
    if (!commit) throw Error("{} has no branch '{}'", wanted_.url, branch);
    return commit;
  }

  /// The commit that `revision` stands for; null if it is none.
  GitObject look_up(const std::string& revision) {
    git_object* commit = nullptr;
    if (git_revparse_single(&commit, repository_.get(), (revision + "^{commit}").c_str()) < 0)
      return nullptr;
    return GitObject(commit);
  }

  void write_files(git_object* commit) {
    git_checkout_options options = GIT_CHECKOUT_OPTIONS_INIT;
    options.checkout_strategy = GIT_CHECKOUT_FORCE;
    check(git_checkout_tree(repository_.get(), commit, &options), "writing the files");
    // Submodules are those of the head.
    check(git_repository_set_head_detached(repository_.get(), git_object_id(commit)),
          "writing the files");
  }

  void check_out_submodules() {
    for (const std::string& name : submodule_names()) check_out_submodule(name);
  }

  std::vector<std::string> submodule_names() {
    std::vector<std::string> names;
    auto note = [](git_submodule*, const char* name, void* names) {
      static_cast<std::vector<std::string>*>(names)->emplace_back(name);
      return 0;
    };
    check(git_submodule_foreach(repository_.get(), note, &names), "reading the submodules");
    std::sort(names.begin(), names.end());
    return names;
  }

  void check_out_submodule(const std::string& name) {
    git_submodule* found = nullptr;
    check(git_submodule_lookup(&found, repository_.get(), name.c_str()), "reading a submodule");
    const Submodule submodule(found);
    const git_oid* commit = git_submodule_head_id(submodule.get());
    const char* address = git_submodule_url(submodule.get());
    if (commit == nullptr || address == nullptr)
      throw Error("{}: the submodule '{}' has no commit or no address", wanted_.url, name);

    GitCheckout wanted = wanted_;
    git_buf url = GIT_BUF_INIT;
    check(git_submodule_resolve_url(&url, repository_.get(), address), "reading a submodule");
    wanted.url = url.ptr;
    git_buf_dispose(&url);
    wanted.commit = hash_of(commit);
    const std::string path = git_submodule_path(submodule.get());
    if (!stays_below(path)) throw Error("{}: bad path of a submodule, '{}'", wanted_.url, path);
    wanted.directory = wanted_.directory + "/" + path;
    if (path_exists(wanted.directory)) remove_tree(wanted.directory);
    Checkout(wanted, progress_).run();
  }

  const GitCheckout& wanted_;
  const Progress& progress_;
  GitRepository repository_;
};

}  // namespace

std::string check_out(const GitCheckout& checkout, const Progress& progress) {
  GitLibrary library;
  return Checkout(checkout, progress).run();
}

}  // namespace nacre
