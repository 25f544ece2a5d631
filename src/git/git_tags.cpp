// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/git_tags.hpp"

#include <algorithm>
#include <memory>
#include <string_view>

#include "base/error.hpp"
#include "git/git_library.hpp"

namespace nacre {
namespace {

using Remote = std::unique_ptr<git_remote, FreeWith<git_remote_free>>;

void check(int status, const std::string& url, const char* doing) {
  if (status < 0) throw Error("{}: {} failed: {}", url, doing, last_git_message());
}

}  // namespace

std::vector<std::string> list_git_tags(const std::string& url) {
  GitLibrary library;
  git_remote* created = nullptr;
  check(git_remote_create_detached(&created, url.c_str()), url, "reading the address");
  const Remote remote(created);
  git_proxy_options proxy = GIT_PROXY_OPTIONS_INIT;
  proxy.type = GIT_PROXY_AUTO;
  check(git_remote_connect(remote.get(), GIT_DIRECTION_FETCH, nullptr, &proxy, nullptr), url,
        "connecting");
  const git_remote_head** heads = nullptr;
  std::size_t count = 0;
  check(git_remote_ls(&heads, &count, remote.get()), url, "listing the references");
  std::vector<std::string> tags;
  for (std::size_t i = 0; i < count; ++i) {
    constexpr std::string_view prefix = "refs/tags/";
    const std::string_view name = heads[i]->name;
    // What an annotated tag leads to is listed as "TAG^{}", too.
    if (name.starts_with(prefix) && !name.ends_with("^{}"))
      tags.emplace_back(name.substr(prefix.size()));
  }
  std::sort(tags.begin(), tags.end());
  return tags;
}

}  // namespace nacre
