// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/root_entries.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <regex>

#include "base/error.hpp"
#include "builds/environment.hpp"
#include "pack/pack_input.hpp"

namespace nacre {
namespace {

constexpr int octal = 8;

template <typename Number>
Number to_number(const std::string& digits, int base = 10) {
  Number number = 0;
  const auto [end, failure] =
      std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
  if (failure != std::errc{} || end != digits.data() + digits.size())
    throw Error("'{}' is too great a number", digits);
  return number;
}

/// Where the contents of a file are: in an input of the derivation, or in the profile.
std::string physical_contents(const BuiltinContext& context, const StorePath& profile,
                              const std::string& source) {
  const StoreFiles files(context.store);
  const bool is_input = source.starts_with('/');
  if (is_input) context.input(source);
  if (!is_input && !is_plain_name(source))
    throw Error("'{}' is not a file name relative to the profile", source);
  const auto file = files.resolve(is_input ? source : profile.text() + "/" + source);
  if (!file) throw Error("'{}' does not exist in the profile", source);
  std::string physical = files.physical(*file);
  struct stat status {};
  if (lstat(physical.c_str(), &status) != 0 || !S_ISREG(status.st_mode))
    throw Error("'{}' is not a regular file", source);
  return physical;
}

RootEntry parse_entry(const BuiltinContext& context, const StorePath& profile,
                      const std::string& line) {
  static const std::regex form("(directory|file) ([0-7]{3,4}) ([0-9]+):([0-9]+) (/.*?)( -> (.*))?");
  std::smatch match;
  if (!std::regex_match(line, match, form) || (match[1] == "file") != match[6].matched)
    throw Error("it has the form KIND MODE USER:GROUP NAME [-> CONTENTS]");
  RootEntry entry;
  entry.name = match[5].str().substr(1);
  entry.mode = to_number<unsigned>(match[2], octal);
  entry.owner = {to_number<std::uint32_t>(match[3]), to_number<std::uint32_t>(match[4])};
  if (!is_plain_name(entry.name))
    throw Error("'/{}' is not an absolute file name without '..'", entry.name);
  const std::string_view store = store_directory.substr(1);
  if (is_within(entry.name, store) || is_within(store, entry.name))
    throw Error("it would hide the store");
  if (entry.name == "tmp") throw Error("there is a /tmp already");
  if (match[6].matched) entry.contents = physical_contents(context, profile, match[7]);
  return entry;
}

/// Error if two of the names exclude each other: both are the same, or one is below another that
/// is not a directory.
void check_names(const std::vector<RootEntry>& entries, const std::vector<PackSymlink>& symlinks) {
  for (const RootEntry& entry : entries) {
    for (const RootEntry& other : entries)
      if (&entry != &other && is_within(other.name, entry.name) &&
          (other.name == entry.name || !entry.is_directory()))
        throw Error("the files /{} and /{} exclude each other", entry.name, other.name);
    for (const PackSymlink& link : symlinks)
      if (is_within(entry.name, link.source) ||
          (is_within(link.source, entry.name) && !entry.is_directory()))
        throw Error("the file /{} and the symbolic link /{} exclude each other", entry.name,
                    link.source);
  }
}

}  // namespace

std::vector<RootEntry> read_root_entries(const BuiltinContext& context, const StorePath& profile,
                                         const std::vector<PackSymlink>& symlinks) {
  std::vector<RootEntry> entries;
  for (const std::string& line : variable_lines(context.derivation, "root-entries")) {
    try {
      entries.push_back(parse_entry(context, profile, line));
    } catch (const Error& error) {
      throw error.in(fmt::format("bad root entry '{}'", line));
    }
  }
  std::sort(entries.begin(), entries.end(),
            [](const RootEntry& one, const RootEntry& other) { return one.name < other.name; });
  check_names(entries, symlinks);
  return entries;
}

const RootEntry* find_entry(const std::vector<RootEntry>& entries, std::string_view name) {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const RootEntry& entry) { return entry.name == name; });
  return found == entries.end() ? nullptr : &*found;
}

}  // namespace nacre
