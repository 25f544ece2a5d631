// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>

#include "git/libgit2.hpp"

namespace nacre {

/// libgit2, while it is in use, with no configuration but a repository's own. Main thread only.
class GitLibrary {
 public:
  GitLibrary();
  ~GitLibrary() { git_libgit2_shutdown(); }
  GitLibrary(const GitLibrary&) = delete;
  GitLibrary& operator=(const GitLibrary&) = delete;
};

using GitRepository = std::unique_ptr<git_repository, FreeWith<git_repository_free>>;
using GitObject = std::unique_ptr<git_object, FreeWith<git_object_free>>;

/// What the library says of its last failure.
std::string last_git_message();

}  // namespace nacre
