// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/find/index_cache.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <utility>

#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/interrupt.hpp"
#include "guile/paths.hpp"

namespace nacre::cli {

namespace {

constexpr std::size_t kept_files = 16;

std::string cache_directory() {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  if (cache != nullptr && *cache == '/') return std::string(cache) + "/nacre/packages";
  const char* home = std::getenv("HOME");
  if (home == nullptr || *home != '/') return {};
  return std::string(home) + "/.cache/nacre/packages";
}

using Identity = std::pair<dev_t, ino_t>;

/// Calls `visit` with each Scheme file below `directory`, relative to it, in the order of names.
/// Links are followed, but not back to a directory on the way.
void visit_files(const std::string& directory, const std::string& relative,
                 std::vector<Identity>& above,
                 const std::function<void(const std::string&, const struct stat&)>& visit) {
  check_interrupted();
  const std::string here = relative.empty() ? directory : directory + "/" + relative;
  for (const std::string& name : list_directory(here)) {
    if (name.starts_with(".")) continue;
    const std::string file = relative.empty() ? name : relative + "/" + name;
    struct stat status {};
    if (stat((directory + "/" + file).c_str(), &status) != 0) continue;
    const Identity identity(status.st_dev, status.st_ino);
    if (S_ISDIR(status.st_mode) && std::find(above.begin(), above.end(), identity) == above.end()) {
      above.push_back(identity);
      visit_files(directory, file, above, visit);
      above.pop_back();
    } else if (S_ISREG(status.st_mode) && name.ends_with(".scm")) {
      visit(file, status);
    }
  }
}

void visit_files(const std::string& directory,
                 const std::function<void(const std::string&, const struct stat&)>& visit) {
  std::vector<Identity> above;
  if (path_exists(directory)) visit_files(directory, "", above, visit);
}

bool is_older(const timespec& a, const timespec& b) {
  return std::pair(a.tv_sec, a.tv_nsec) <= std::pair(b.tv_sec, b.tv_nsec);
}

std::string index_file(const guile::ModuleRoot& channel) {
  return channel.compiled + "/gnu/packages.index";
}

void add_directory(HashSink& hash, const std::string& directory) {
  hash.write(fmt::format("directory {}\n", directory));
  visit_files(directory, [&](const std::string& file, const struct stat&) {
    try {
      hash.write(fmt::format("file {} {}\n", file,
                             hash_file(HashAlgorithm::sha256, directory + "/" + file).base16()));
    } catch (const SystemError& error) {
      hash.write(fmt::format("unreadable {} {}\n", file, error.code()));
    }
  });
}

/// What an index of packages in `directories` depends on.
std::string content_key(std::vector<std::string> directories) {
  const guile::Setup setup = guile::language_setup();
  directories.push_back(setup.engine.sources);
  struct utsname machine {};
  uname(&machine);
  HashSink hash(HashAlgorithm::sha256);
  hash.write(fmt::format("nacre {} {}\n", NACRE_VERSION, machine.machine));
  for (const std::string& directory : directories) add_directory(hash, directory);
  return hash.finish().nix_base32();
}

void remove_all_but_newest(const std::string& directory) {
  std::vector<std::pair<std::time_t, std::string>> files;
  for (const std::string& name : list_directory(directory)) {
    const std::string file = directory + "/" + name;
    if (const auto status = try_lstat(file)) files.emplace_back(status->st_mtime, file);
  }
  std::sort(files.rbegin(), files.rend());
  for (std::size_t i = kept_files; i < files.size(); ++i) unlink(files[i].second.c_str());
}

}  // namespace

std::optional<std::string> installed_index(const guile::ModuleRoot& channel) {
  const std::string file = index_file(channel);
  if (channel.compiled.empty() || !path_exists(file)) return {};
  return read_file(file);
}

bool describes(const PackageIndex& index, const guile::ModuleRoot& channel) {
  const struct stat made = lstat_file(index_file(channel));
  const std::string prefix = "gnu/packages/";
  std::vector<std::string> files;
  bool is_current = true;
  visit_files(channel.sources + "/gnu/packages", [&](const std::string& file, const auto& status) {
    files.push_back(prefix + file);
    is_current &= is_older(status.st_mtim, made.st_mtim);
  });
  std::vector<std::string> indexed(index.files().begin(), index.files().end());
  std::sort(files.begin(), files.end());
  std::sort(indexed.begin(), indexed.end());
  return is_current && files == indexed;
}

IndexCache::IndexCache(const std::vector<std::string>& directories) {
  const std::string directory = cache_directory();
  if (!directory.empty()) file_ = directory + "/" + content_key(directories);
}

std::optional<std::string> IndexCache::read() const {
  if (file_.empty() || !path_exists(file_)) return {};
  try {
    const UniqueFd fd = open_file(file_, O_RDONLY | O_NOFOLLOW);
    struct stat status {};
    // With 'sudo', HOME may be another user's.
    if (fstat(fd.get(), &status) != 0 || status.st_uid != geteuid()) return {};
    return read_fd(fd.get());
  } catch (const Error&) {
    return {};
  }
}

void IndexCache::write(const std::string& text) const noexcept {
  if (file_.empty()) return;
  try {
    make_directories(directory_name(file_), 0700);
    write_file_atomically(file_, text, 0600);
    remove_all_but_newest(directory_name(file_));
  } catch (const std::exception&) {
    // The next run makes it again.
  }
}

}  // namespace nacre::cli
