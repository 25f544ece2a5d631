// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/image/image_user.hpp"

#include <algorithm>
#include <optional>

#include "base/error.hpp"
#include "base/files.hpp"

namespace nacre {
namespace {

bool is_number(const std::string& name) {
  return std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// The image's file `name`, such as "etc/passwd"; nothing if neither an entry is one nor a link
/// leads to one.
std::optional<std::string> image_file(const StoreFiles& files, const PackInput& input,
                                      const std::string& name) {
  const RootEntry* entry = find_entry(input.root_entries, name);
  if (entry && !entry->is_directory()) return read_file(entry->contents);
  for (const PackSymlink& link : input.symlinks) {
    if (!is_within(name, link.source)) continue;
    const auto file =
        files.resolve(input.profile.text() + "/" + link.target + name.substr(link.source.size()));
    if (file && !files.is_directory(*file)) return read_file(files.physical(*file));
  }
  return {};
}

/// Whether a line of a file such as /etc/passwd begins with "NAME:".
bool has_entry(const std::string& text, const std::string& name) {
  return text.starts_with(name + ":") || text.find("\n" + name + ":") != std::string::npos;
}

void check_name(const StoreFiles& files, const PackInput& input, const std::string& what,
                const std::string& name, const std::string& file) {
  if (is_number(name)) return;
  const auto text = image_file(files, input, file);
  if (text && has_entry(*text, name)) return;
  throw Error("the {} '{}' has no entry in the image's /{}{}, so that nothing could start in it",
              what, name, file, text ? "" : ", which does not exist")
      .hint(fmt::format("give numbers, such as --user=1000:1000, or pack a package that has {0} "
                        "and add -S /{0}={0}",
                        file));
}

}  // namespace

void check_image_user(const StoreFiles& files, const PackInput& input, const std::string& user) {
  const std::size_t colon = user.find(':');
  check_name(files, input, "user", user.substr(0, colon), "etc/passwd");
  if (colon != std::string::npos)
    check_name(files, input, "group", user.substr(colon + 1), "etc/group");
}

}  // namespace nacre
