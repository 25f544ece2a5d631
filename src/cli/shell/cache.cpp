// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/shell/cache.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/hash.hpp"
#include "cli/shell/profile_variables.hpp"
#include "cli/user_directories.hpp"

namespace nacre::cli {

namespace {

constexpr std::string_view first_line = "nacre environment 1";
constexpr std::string_view profile_suffix = ".profile";
constexpr std::string_view shell_suffix = ".shell";
constexpr std::string_view held_prefix = "held-";
constexpr std::string_view retired_prefix = "retired-";

/// With 'sudo', HOME may be somebody else's, and what others can write is not to be trusted.
bool is_ours(const std::string& directory) {
  struct stat status {};
  return lstat(directory.c_str(), &status) == 0 && S_ISDIR(status.st_mode) &&
         status.st_uid == geteuid() && (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

std::string take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) throw Error("it ends in the middle of a line");
  std::string line(text.substr(0, end));
  text.remove_prefix(end + 1);
  return line;
}

/// When the process began, in the kernel's ticks since the machine did; "" if it does not run.
std::string start_of_process(const std::string& pid) {
  try {
    const std::string text = read_file("/proc/" + pid + "/stat");
    std::size_t begin = text.rfind(')');  // the program's name may hold anything
    constexpr int fields_between = 20;
    for (int field = 0; field < fields_between && begin != std::string::npos; ++field)
      begin = text.find(' ', begin + 1);
    if (begin == std::string::npos) return "";
    return text.substr(begin + 1, text.find(' ', begin + 1) - begin - 1);
  } catch (const SystemError&) {
    return "";
  }
}

/// Whether the process that a name "held-PID-START.profile" describes still runs.
bool is_still_held(const std::string& name) {
  const std::size_t pid = held_prefix.size();
  const std::size_t start = name.find('-', pid);
  if (start == std::string::npos) return false;
  const std::string present = start_of_process(name.substr(pid, start - pid));
  return !present.empty() && present == name.substr(start + 1, name.find('.') - start - 1);
}

bool contains(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

void remove_file(const std::string& file) {
  if (unlink(file.c_str()) != 0 && errno != ENOENT) throw_errno(fmt::format("removing {}", file));
}

}  // namespace

std::string write_environment(const ResolvedEnvironment& environment) {
  std::string text = fmt::format("profile {}\nshell {}\n", environment.profile, environment.shell);
  for (const std::string& item : environment.items) text += "item " + item + "\n";
  return text + "\n";
}

namespace {

/// Reads up to the empty line.
ResolvedEnvironment take_environment(std::string_view& text) {
  ResolvedEnvironment environment;
  for (std::string line = take_line(text); !line.empty(); line = take_line(text)) {
    const std::size_t space = line.find(' ');
    const std::string word = line.substr(0, space);
    std::string value = space == std::string::npos ? "" : line.substr(space + 1);
    if (word == "profile")
      environment.profile = std::move(value);
    else if (word == "shell")
      environment.shell = std::move(value);
    else if (word == "item")
      environment.items.push_back(std::move(value));
    else
      throw Error("'{}' does not belong there", line);
  }
  StorePath(environment.profile);
  if (!environment.shell.empty()) StorePath(environment.shell);
  for (const std::string& item : environment.items)
    StorePath(fmt::format("{}/{}", store_directory, item));
  return environment;
}

}  // namespace

ResolvedEnvironment read_environment(std::string_view text) {
  return take_environment(text);
}

void RequestKey::add(std::string_view label, std::string_view value) {
  text_ += fmt::format("{}:{}:", label, value.size());
  text_ += value;
}

std::string RequestKey::digest() const {
  return hash_bytes(HashAlgorithm::sha256, text_).nix_base32();
}

EnvironmentCache::EnvironmentCache(const StoreLocation& location) : location_(location) {
  if (auto cache = user_directory("XDG_CACHE_HOME", ".cache"))
    directory_ = *cache + "/nacre/environments";
}

/// Whether the link is there, leads to `path`, which is there too, and is one of the store's roots.
bool EnvironmentCache::is_root(const std::string& link, const std::string& path) const {
  const std::string noted =
      fmt::format("{}/var/guix/gcroots/auto/{}", location_.root,
                  hash_bytes(HashAlgorithm::sha1, absolute_path(link)).nix_base32());
  return path_exists(noted) && path_exists(link) && read_link(link) == path &&
         path_exists(location_.outside(path));
}

std::optional<ResolvedEnvironment> EnvironmentCache::find(const std::string& key) const {
  if (!directory_ || !is_ours(*directory_)) return std::nullopt;
  try {
    const std::string entry = read_file(file(key));
    std::string_view text = entry;
    if (take_line(text) != first_line) return std::nullopt;
    ResolvedEnvironment environment = take_environment(text);
    if (!is_root(file(key).append(profile_suffix), environment.profile)) return std::nullopt;
    if (!environment.shell.empty() && !is_root(file(key).append(shell_suffix), environment.shell))
      return std::nullopt;
    while (!text.empty())
      if (!is_unchanged(read_dependency(take_line(text)))) return std::nullopt;
    utimensat(AT_FDCWD, file(key).c_str(), nullptr, AT_SYMLINK_NOFOLLOW);
    return environment;
  } catch (const Error&) {
    return std::nullopt;  // nothing was kept, or it was damaged
  }
}

void EnvironmentCache::make_directory() const {
  constexpr mode_t own = 0700;
  const std::string parent = directory_name(*directory_);
  make_directories(directory_name(parent), own);
  make_directories(*directory_, own);
  if (!is_ours(*directory_))
    throw Error("'{}' does not belong to this user alone", *directory_)
        .hint("remove it, or set XDG_CACHE_HOME");
}

/// Programs that run in the environment that `link` leads to keep it.
void EnvironmentCache::retire(LocalStore& store, const std::string& link,
                              const std::string& successor) const {
  if (!path_exists(link)) return;
  const std::string path = read_link(link);
  if (path == successor || !StorePath::is_valid(path) || !store.is_valid(StorePath(path))) return;
  const std::string name =
      fmt::format("{}{}{}", retired_prefix, StorePath(path).base_name(), profile_suffix);
  store.add_indirect_root(file(name), StorePath(path));
}

void EnvironmentCache::save(LocalStore& store, const std::string& key,
                            const ResolvedEnvironment& environment,
                            const std::vector<Dependency>& dependencies,
                            const std::vector<std::string>& used) const {
  if (!directory_) return;
  make_directory();
  const std::string link = file(key).append(profile_suffix);
  if (path_exists(link) && contains(used, read_link(link)))
    retire(store, link, environment.profile);
  store.add_indirect_root(link, StorePath(environment.profile));
  if (!environment.shell.empty())
    store.add_indirect_root(file(key).append(shell_suffix), StorePath(environment.shell));
  std::string text = fmt::format("{}\n{}", first_line, write_environment(environment));
  for (const Dependency& dependency : dependencies) text += write_dependency(dependency) + "\n";
  constexpr mode_t own_file = 0600;
  write_file_atomically(file(key), text, own_file);
}

void EnvironmentCache::hold(LocalStore& store, const ResolvedEnvironment& environment,
                            pid_t pid) const {
  if (!directory_) return;
  make_directory();
  const std::string number = std::to_string(pid);
  const std::string name = fmt::format("{}{}-{}", held_prefix, number, start_of_process(number));
  store.add_indirect_root(file(name).append(profile_suffix), StorePath(environment.profile));
  if (!environment.shell.empty())
    store.add_indirect_root(file(name).append(shell_suffix), StorePath(environment.shell));
}

void EnvironmentCache::remove_unused(const std::vector<std::string>& used) const {
  if (!directory_ || !is_ours(*directory_)) return;
  for (const std::string& name : list_directory(*directory_)) {
    const bool is_used = name.starts_with(held_prefix)      ? is_still_held(name)
                         : name.starts_with(retired_prefix) ? contains(used, read_link(file(name)))
                                                            : true;
    if (!is_used) remove_file(file(name));
  }
}

std::size_t EnvironmentCache::remove(std::size_t kept, const std::vector<std::string>& used) const {
  if (!directory_ || !is_ours(*directory_)) return 0;
  std::vector<std::pair<timespec, std::string>> entries;
  for (const std::string& name : list_directory(*directory_)) {
    if (name.find('.') != std::string::npos || name.starts_with(held_prefix)) continue;
    entries.emplace_back(lstat_file(file(name)).st_mtim, name);
  }
  std::sort(entries.begin(), entries.end(), [](const auto& left, const auto& right) {
    return std::pair(left.first.tv_sec, left.first.tv_nsec) >
           std::pair(right.first.tv_sec, right.first.tv_nsec);
  });
  std::size_t removed = 0;
  for (std::size_t i = std::min(kept, entries.size()); i < entries.size(); ++i) {
    const std::string entry = file(entries[i].second);
    const std::string link = std::string(entry).append(profile_suffix);
    if (path_exists(link) && contains(used, read_link(link))) continue;
    remove_file(entry);  // first: without links it would be no entry any more
    remove_file(link);
    remove_file(std::string(entry).append(shell_suffix));
    ++removed;
  }
  return removed;
}

namespace {

/// The value of a variable in a process's environment, in which each ends with a NUL.
std::string find_variable(const std::string& text, std::string_view name) {
  const std::string start = fmt::format("{}=", name);
  std::size_t begin = 0;
  while (begin < text.size() && text.compare(begin, start.size(), start) != 0) {
    begin = text.find('\0', begin);
    if (begin == std::string::npos) return "";
    ++begin;
  }
  if (begin >= text.size()) return "";
  begin += start.size();
  return text.substr(begin, text.find('\0', begin) - begin);
}

bool is_number(const std::string& name) {
  return std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::vector<std::string> environments_in_use() {
  std::vector<std::string> found;
  for (const std::string& name : list_directory("/proc")) {
    if (!is_number(name)) continue;
    try {
      const std::string text = read_file("/proc/" + name + "/environ");
      for (std::string_view variable : {environment_variable, linked_environment_variable})
        if (std::string value = find_variable(text, variable); !value.empty())
          found.push_back(std::move(value));
    } catch (const SystemError&) {
      continue;  // it has ended, or is somebody else's
    }
  }
  return found;
}

}  // namespace nacre::cli
