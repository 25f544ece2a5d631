// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/pack_input.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <set>

#include "base/error.hpp"
#include "builds/environment.hpp"
#include "profile/profile.hpp"

namespace nacre {
namespace {

PackSymlink parse_symlink(const std::string& line) {
  constexpr std::string_view arrow = " -> ";
  std::size_t at = line.find(arrow);
  if (at == std::string::npos)
    throw Error("bad symbolic link '{}': it has the form SOURCE -> TARGET", line);
  PackSymlink link{line.substr(0, at), line.substr(at + arrow.size())};
  if (!link.source.starts_with('/') || !is_plain_name(link.source.substr(1)))
    throw Error("bad symbolic link '{}': '{}' is not an absolute file name without '..'", line,
                link.source);
  link.source.erase(0, 1);
  if (!is_plain_name(link.target))
    throw Error("bad symbolic link '{}': '{}' is not a file name relative to the profile", line,
                link.target);
  if (is_within(link.source, store_directory.substr(1)) ||
      is_within(store_directory.substr(1), link.source))
    throw Error("bad symbolic link '{}': it would hide the store", line);
  if (link.source == "tmp") throw Error("bad symbolic link '{}': /tmp is a directory", line);
  return link;
}

std::vector<PackSymlink> read_symlinks(const BuiltinContext& context, const StorePath& profile) {
  StoreFiles files(context.store);
  std::vector<PackSymlink> links;
  for (const std::string& line : variable_lines(context.derivation, "symlinks")) {
    links.push_back(parse_symlink(line));
    check_in_profile(files, profile, links.back().target,
                     "the symbolic link /" + links.back().source);
  }
  std::sort(links.begin(), links.end(),
            [](const auto& one, const auto& other) { return one.source < other.source; });
  for (const PackSymlink& one : links)
    for (const PackSymlink& other : links)
      if (&one != &other && is_within(other.source, one.source))
        throw Error("the symbolic links /{} and /{} exclude each other", one.source, other.source);
  return links;
}

/// Error if one of the links or entries is where the local state is.
void keep_from_local_state(const std::vector<PackSymlink>& links,
                           const std::vector<RootEntry>& entries) {
  const auto refuse = [](std::string_view what, const std::string& name) {
    throw Error("bad {} /{}: /var/guix is the store's own", what, name)
        .hint("leave it out, or --localstatedir");
  };
  for (const PackSymlink& link : links)
    if (is_within(link.source, "var/guix") || is_within("var/guix", link.source))
      refuse("symbolic link", link.source);
  for (const RootEntry& entry : entries)
    if (is_within(entry.name, "var/guix") || is_within("var/guix", entry.name))
      refuse("file", entry.name);
}

void add_parents(const std::string& name, std::set<std::string>& directories) {
  for (std::size_t end = name.find('/'); end != std::string::npos; end = name.find('/', end + 1))
    directories.insert(name.substr(0, end));
}

}  // namespace

bool is_plain_name(std::string_view path) {
  for (;;) {
    const std::size_t end = path.find('/');
    const std::string_view part = path.substr(0, end);
    if (part.empty() || part == "." || part == "..") return false;
    if (end == std::string_view::npos) return true;
    path.remove_prefix(end + 1);
  }
}

bool is_within(std::string_view path, std::string_view directory) {
  return path.starts_with(directory) &&
         (path.size() == directory.size() || path[directory.size()] == '/');
}

PackInput read_pack_input(const BuiltinContext& context, const std::string& profile_variable) {
  StorePath profile(context.variable(profile_variable));
  StorePathSet closure = context.store.requisites({profile});
  for (const StorePath& path : closure) context.input(path.text());
  Compression compression = parse_compression(context.variable("compression"));
  std::optional<int> level;
  if (auto text = context.derivation.variable("compression-level"))
    level = parse_number("compression-level", *text, 0, 100);
  Codecs codecs;
  if (compression != Compression::none)
    codecs = {context.input(context.variable("codecs")), context.variable("codecs")};
  std::vector<PackSymlink> symlinks = read_symlinks(context, profile);
  std::vector<RootEntry> entries = read_root_entries(context, profile, symlinks);
  std::optional<LocalState> state = read_local_state(context, profile, closure);
  if (state) keep_from_local_state(symlinks, entries);
  return {profile,           std::move(closure),  compression,        level,
          std::move(codecs), std::move(symlinks), std::move(entries), std::move(state)};
}

int parse_number(std::string_view what, const std::string& text, int lowest, int highest) {
  int number = 0;
  auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc{} || end != text.data() + text.size() || number < lowest ||
      number > highest)
    throw Error("bad {} '{}': it is a number from {} to {}", what, text, lowest, highest);
  return number;
}

void check_in_profile(const StoreFiles& files, const StorePath& profile, const std::string& path,
                      std::string_view what) {
  if (!files.resolve(profile.text() + "/" + path))
    throw Error("{} needs '{}', which does not exist in the profile", what, path)
        .hint("the profile is " + profile.text());
}

std::string link_contents(const PackInput& input, const PackSymlink& link, LinkTargets targets) {
  if (targets == LinkTargets::absolute) return input.profile.text() + "/" + link.target;
  std::filesystem::path target(archive_name(input.profile) + "/" + link.target);
  return target.lexically_relative(std::filesystem::path(link.source).parent_path()).string();
}

void add_root_files(TarWriter& tar, const PackInput& input, const std::set<std::string>& present,
                    LinkTargets targets) {
  std::set<std::string> directories;
  for (const PackSymlink& link : input.symlinks) add_parents(link.source, directories);
  for (const RootEntry& entry : input.root_entries) {
    add_parents(entry.name, directories);
    if (entry.is_directory()) directories.insert(entry.name);
  }
  if (input.local_state)
    for (const std::string& directory : input.local_state->directories)
      directories.erase(directory);
  for (const std::string& directory : directories) {
    const RootEntry* entry = find_entry(input.root_entries, directory);
    if (entry)
      tar.add_directory(directory, entry->mode, entry->owner);
    else if (!present.contains(directory))
      tar.add_directory(directory);
  }
  for (const PackSymlink& link : input.symlinks)
    tar.add_symlink(link.source, link_contents(input, link, targets));
  for (const RootEntry& entry : input.root_entries)
    if (!entry.is_directory())
      tar.add_file_from(entry.name, entry.contents, entry.mode, entry.owner);
}

}  // namespace nacre
