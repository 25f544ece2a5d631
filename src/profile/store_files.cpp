// SPDX-License-Identifier: GPL-3.0-or-later
#include "profile/store_files.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/files.hpp"

namespace nacre {
namespace {

constexpr int most_links = 40;  // as many as the kernel follows

/// Puts the components of `path` on the stack, the first one on top.
void push_components(std::vector<std::string>& stack, std::string_view path) {
  std::size_t bottom = stack.size();
  while (!path.empty()) {
    std::size_t length = std::min(path.find('/'), path.size());
    if (length > 0 && path.substr(0, length) != ".") stack.emplace_back(path.substr(0, length));
    path.remove_prefix(std::min(length + 1, path.size()));
  }
  std::reverse(stack.begin() + static_cast<std::ptrdiff_t>(bottom), stack.end());
}

bool is_store_or_above(std::string_view path) {
  return store_directory == path ||
         (store_directory.starts_with(path) && store_directory[path.size()] == '/');
}

/// Whether `path`, which has no component "..", is a store item or lies below one.
bool is_in_store(std::string_view path) {
  if (!path.starts_with(store_directory) || path.size() <= store_directory.size() + 1) return false;
  std::size_t end = path.find('/', store_directory.size() + 1);
  return StorePath::is_valid(path.substr(0, end));
}

}  // namespace

void StoreFiles::place(const StorePath& path, std::string physical) {
  placed_ = path.text();
  placed_at_ = std::move(physical);
}

std::string StoreFiles::physical(std::string_view path) const {
  if (!placed_.empty() && path.starts_with(placed_) &&
      (path.size() == placed_.size() || path[placed_.size()] == '/'))
    return placed_at_ + std::string(path.substr(placed_.size()));
  return store_.physical(path);
}

std::optional<std::string> StoreFiles::resolve(std::string_view path) const {
  std::vector<std::string> rest;
  push_components(rest, path);
  std::string here;
  int links = 0;
  while (!rest.empty()) {
    std::string component = std::move(rest.back());
    rest.pop_back();
    if (component == "..") {
      here.resize(here.empty() ? 0 : here.rfind('/'));
      continue;
    }
    std::string next = here + "/" + component;
    if (is_store_or_above(next)) {
      here = std::move(next);
      continue;
    }
    if (!is_in_store(next)) return std::nullopt;
    auto status = try_lstat(physical(next));
    if (!status || (!rest.empty() && S_ISREG(status->st_mode))) return std::nullopt;
    if (!S_ISLNK(status->st_mode)) {
      here = std::move(next);
      continue;
    }
    if (++links > most_links) return std::nullopt;
    std::string target = read_link(physical(next));
    if (target.starts_with('/')) here.clear();
    push_components(rest, target);
  }
  if (!is_in_store(here)) return std::nullopt;
  return here;
}

std::optional<struct stat> StoreFiles::status(std::string_view path) const {
  auto resolved = resolve(path);
  return resolved ? try_lstat(physical(*resolved)) : std::nullopt;
}

bool StoreFiles::is_directory(std::string_view path) const {
  auto found = status(path);
  return found && S_ISDIR(found->st_mode);
}

std::vector<std::string> StoreFiles::list(std::string_view path) const {
  auto resolved = resolve(path);
  if (!resolved) throw Error("'{}' does not exist", path);
  return list_directory(physical(*resolved));
}

}  // namespace nacre
