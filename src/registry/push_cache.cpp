// SPDX-License-Identifier: GPL-3.0-or-later
#include "registry/push_cache.hpp"

#include <unistd.h>

#include <cstdlib>
#include <ctime>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/hash.hpp"

namespace nacre::registry {
namespace {

constexpr std::time_t longest_age = 30 * 24 * 3600;

std::string cache_directory() {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  if (cache != nullptr && *cache == '/') return std::string(cache) + "/nacre/push";
  const char* home = std::getenv("HOME");
  if (home == nullptr || *home != '/') return {};
  return std::string(home) + "/.cache/nacre/push";
}

void remove_old(const std::string& directory) {
  for (const std::string& name : list_directory(directory)) {
    const std::string file = directory + "/" + name;
    const auto status = try_lstat(file);
    if (status && status->st_mtime < std::time(nullptr) - longest_age) unlink(file.c_str());
  }
}

std::string below(const std::string& directory, const char* name) {
  return directory.empty() ? "" : directory + "/" + name;
}

}  // namespace

PushCache::PushCache() : PushCache(cache_directory()) {}

PushCache::PushCache(const std::string& directory)
    : uploads(below(directory, "uploads")), places(below(directory, "places")) {}

Notes::Notes(std::string directory) : directory_(std::move(directory)) {
  try {
    if (!directory_.empty() && path_exists(directory_)) remove_old(directory_);
  } catch (const Error&) {
    directory_.clear();
  }
}

std::string Notes::file(const std::string& name) const {
  return directory_ + "/" + hash_bytes(HashAlgorithm::sha256, name).base16();
}

std::optional<std::string> Notes::find(const std::string& name) const {
  if (directory_.empty()) return {};
  try {
    return read_file(file(name));
  } catch (const Error&) {
    return {};
  }
}

void Notes::remember(const std::string& name, const std::string& text) const noexcept {
  if (directory_.empty()) return;
  try {
    make_directories(directory_, 0700);
    write_file_atomically(file(name), text, 0600);
  } catch (const std::exception&) {
    // The next run has to do without.
  }
}

void Notes::forget(const std::string& name) const noexcept {
  if (directory_.empty()) return;
  try {
    unlink(file(name).c_str());
  } catch (const std::exception&) {
    // A note that is out of date does no harm: readers find out.
  }
}

}  // namespace nacre::registry
