// SPDX-License-Identifier: GPL-3.0-or-later
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.hpp"
#include "builds/debian_mirror.hpp"
#include "builds/fetcher.hpp"
#include "git/git_checkout.hpp"
#include "git/git_tags.hpp"
#include "guile/convert.hpp"
#include "guile/native.hpp"
#include "guile/native/modules.hpp"

namespace nacre::guile {
namespace {

/// Why `address` did not give `file`; nothing if it did.
std::string fetch_one(Fetcher& fetcher, const std::string& address, const std::string& file) {
  constexpr std::string_view debian = "mirror://debian/";
  if (!address.starts_with(debian)) return fetcher.fetch(address, file);
  return fetch_from_debian(std::string_view(address).substr(debian.size()), file,
                           [&](const std::string& other) { return fetcher.fetch(other, file); });
}

/// (fetch-file ADDRESSES FILE) writes what the first of ADDRESSES that works has to FILE. No hash
/// is known, so servers have to show who they are.
SCM fetch_file(SCM addresses, SCM file) {
  const std::string name = string_from(file);
  Fetcher fetcher([](std::uint64_t, std::uint64_t) {}, Certificates::verified);
  std::string failures;
  bool is_fetched = false;
  for_each(addresses, [&](SCM item) {
    if (is_fetched) return;
    const std::string address = string_from(item);
    const std::string failure = fetch_one(fetcher, address, name);
    is_fetched = failure.empty();
    if (is_fetched) return;
    unlink(name.c_str());
    failures += fmt::format("{}{}: {}", failures.empty() ? "" : "; ", address, failure);
  });
  if (!is_fetched) throw Error("{}", failures.empty() ? "there is no address" : failures);
  return SCM_UNSPECIFIED;
}

/// (check-out-git URL KIND TEXT RECURSIVE? DIRECTORY) writes the files of a commit to
/// DIRECTORY/files and returns the commit's hash. KIND is 'commit, TEXT being a hash or a tag,
/// 'branch, or 'head, the default branch. DIRECTORY is an empty directory of the caller's.
SCM check_out_git(SCM url, SCM kind, SCM text, SCM recursive, SCM directory) {
  const std::string which = symbol_from(kind);
  GitCheckout checkout;
  checkout.url = string_from(url);
  if (which == "commit")
    checkout.commit = string_from(text);
  else if (which == "branch")
    checkout.branch = string_from(text);
  else if (which != "head")
    throw Error("'{}' is not a kind of Git reference", which);
  checkout.recursive = scm_is_true(recursive);
  checkout.directory = string_from(directory) + "/files";
  checkout.repositories = string_from(directory) + "/repositories";
  if (mkdir(checkout.repositories.c_str(), 0700) != 0) throw_errno(checkout.repositories);
  return make_string(check_out(checkout, [](std::uint64_t, std::uint64_t) {}));
}

/// (git-tags URL): the names of the tags of a repository, sorted.
SCM git_tags(SCM url) {
  return make_list(list_git_tags(string_from(url)),
                   [](const std::string& tag) { return make_string(tag); });
}

void definitions() {
  define_native<&fetch_file>("fetch-file");
  define_native<&check_out_git>("check-out-git");
  define_native<&git_tags>("git-tags");
}

}  // namespace

void define_fetch_module() {
  define_native_module("nacre fetch", definitions);
}

}  // namespace nacre::guile
