// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/objects/places.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/error.hpp"
#include "base/files.hpp"

namespace nacre::cli {

namespace {

/// Error unless files can be made in it.
void check_directory(std::string_view option, const std::string& directory) {
  struct stat status {};
  if (stat(directory.c_str(), &status) != 0 || !S_ISDIR(status.st_mode))
    throw Error("{}: there is no directory '{}'", option, directory)
        .hint("make it, or name a file in another one");
  if (access(directory.c_str(), W_OK) != 0)
    throw Error("{}: no file can be made in '{}': {}", option, directory, std::strerror(errno))
        .hint("name a file in a directory that you may write to");
}

}  // namespace

void check_place_for_file(std::string_view option, const std::string& file) {
  const std::string path = absolute_path(file);
  check_directory(option, directory_name(path));
  const auto status = try_lstat(path);
  if (status && S_ISDIR(status->st_mode))
    throw Error("{}: '{}' is a directory", option, file).hint("name a file in it");
}

void check_place_for_root(const std::string& link) {
  const std::string path = absolute_path(link);
  std::string directory = directory_name(path);
  while (!path_exists(directory)) directory = directory_name(directory);  // it will be made
  check_directory("--root", directory);
  const auto status = try_lstat(path);
  if (status && !S_ISLNK(status->st_mode))
    throw Error("--root: '{}' exists, and is not a symbolic link", link)
        .hint("remove it, or name another file");
}

void add_roots(LocalStore& store, const std::string& link, const std::vector<StorePath>& paths) {
  const std::string base = absolute_path(link);
  for (std::size_t i = 0; i < paths.size(); ++i)
    store.add_indirect_root(i == 0 ? base : fmt::format("{}-{}", base, i), paths[i]);
}

}  // namespace nacre::cli
