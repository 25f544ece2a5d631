// SPDX-License-Identifier: GPL-3.0-or-later
#include "profile/generations.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

#include "base/durable_file.hpp"
#include "base/error.hpp"
#include "base/files.hpp"

namespace nacre {
namespace {

constexpr std::string_view suffix = "-link";

bool leads_somewhere(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0;
}

/// The target of a link; nothing if `path` is not a link, or does not exist.
std::optional<std::string> target(const std::string& path) {
  const auto status = try_lstat(path);
  if (!status || !S_ISLNK(status->st_mode)) return {};
  return read_link(path);
}

/// Puts a link to `target` at `path`, in one step. The name of the link that is renamed is the same
/// each time, so that a process that was killed leaves one at most; the profile's lock is held.
void replace_link(const std::string& target, const std::string& path) {
  const auto present = try_lstat(path);
  if (present && !S_ISLNK(present->st_mode))
    throw Error("'{}' exists, and is not a symbolic link", path)
        .hint("a profile is a symbolic link: remove the file, or name another profile");
  const std::string temporary = path + ".new";
  if (unlink(temporary.c_str()) != 0 && errno != ENOENT)
    throw_errno(fmt::format("removing '{}'", temporary));
  create_symlink(target, temporary);
  rename_file(temporary, path);
  sync_directory(directory_name(path));
}

}  // namespace

Generations::Generations(std::string profile)
    : profile_(std::move(profile)),
      directory_(directory_name(profile_)),
      prefix_(base_name(profile_) + "-") {}

std::string Generations::link(GenerationNumber number) const {
  return fmt::format("{}-{}{}", profile_, number, suffix);
}

bool Generations::exists() const {
  return leads_somewhere(profile_);
}

bool Generations::exists(GenerationNumber number) const {
  return leads_somewhere(link(number));
}

std::optional<GenerationNumber> Generations::parse_link_name(std::string_view name) const {
  if (!name.starts_with(prefix_) || !name.ends_with(suffix)) return {};
  name.remove_prefix(prefix_.size());
  if (name.size() <= suffix.size()) return {};
  name.remove_suffix(suffix.size());
  GenerationNumber number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error != std::errc() || end != name.data() + name.size()) return {};
  if (name.size() > 1 && name.front() == '0') return {};  // link() would not find it again
  return number;
}

GenerationNumber Generations::number_of(const std::string& link) const {
  const auto name = target(link);
  return name ? parse_link_name(base_name(*name)).value_or(0) : 0;
}

std::vector<GenerationNumber> Generations::numbers() const {
  std::vector<GenerationNumber> numbers;
  if (!path_exists(directory_)) return numbers;
  for (const std::string& name : list_directory(directory_))
    if (const auto number = parse_link_name(name)) numbers.push_back(*number);
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

std::optional<GenerationNumber> Generations::relative(std::int64_t shift) const {
  const std::vector<GenerationNumber> all = numbers();
  const auto here = std::find(all.begin(), all.end(), current());
  if (here == all.end()) return {};
  const auto index = static_cast<std::int64_t>(here - all.begin());
  const auto count = static_cast<std::int64_t>(all.size());
  if (shift < -index || shift >= count - index) return {};
  return all[static_cast<std::size_t>(index + shift)];
}

GenerationNumber Generations::previous() const {
  return relative(-1).value_or(0);
}

std::time_t Generations::time(GenerationNumber number) const {
  return lstat_file(link(number)).st_mtime;
}

std::optional<StorePath> Generations::item(GenerationNumber number) const {
  const auto path = target(link(number));
  if (!path || !StorePath::is_valid(*path)) return {};
  return StorePath(*path);
}

void Generations::set(GenerationNumber number, const StorePath& item) const {
  replace_link(item.text(), link(number));
}

void Generations::check(GenerationNumber number) const {
  if (exists(number)) return;
  const std::vector<GenerationNumber> all = numbers();
  throw Error("profile '{}' has no generation {}", profile_, number)
      .hint(all.empty() ? "it has none at all"
                        : fmt::format("its generations are: {}", fmt::join(all, ", ")));
}

void Generations::switch_to(GenerationNumber number) const {
  check(number);
  replace_link(base_name(link(number)), profile_);
}

void Generations::remove(GenerationNumber number) const {
  if (number == current())
    throw Error("generation {} of profile '{}' is the current one", number, profile_)
        .hint("switch to another generation first");
  const std::string file = link(number);
  if (unlink(file.c_str()) != 0) {
    if (errno == ENOENT) check(number);
    throw_errno(fmt::format("removing '{}'", file));
  }
  sync_directory(directory_);
}

}  // namespace nacre
