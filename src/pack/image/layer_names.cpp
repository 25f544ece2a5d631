// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/image/layer_names.hpp"

#include <algorithm>
#include <filesystem>

#include "base/error.hpp"
#include "base/interrupt.hpp"

namespace nacre {
namespace {

constexpr std::string_view whiteout = ".wh.";

/// Appends the names, at /gnu/store, of the files of `item` that a layer cannot hold.
void add_whiteouts(const LocalStore& store, const StorePath& item,
                   std::vector<std::string>& names) {
  const std::filesystem::path physical = store.physical(item);
  if (!std::filesystem::is_directory(std::filesystem::symlink_status(physical))) return;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(physical)) {
    if (!entry.path().filename().native().starts_with(whiteout)) continue;
    names.push_back(item.text() + "/" + entry.path().lexically_relative(physical).string());
  }
}

bool has_whiteout(const std::string& path) {
  return path.starts_with(whiteout) || path.find("/.wh.") != std::string::npos;
}

[[noreturn]] void refuse(const std::string& name, std::size_t others) {
  throw Error("{}{} cannot be in an image: in its layers, '.wh.NAME' means that NAME is deleted",
              name, others == 0 ? "" : fmt::format(" (and {} more)", others))
      .hint("choose another --format, such as tarball or squashfs, or leave the package out");
}

}  // namespace

void check_layer_names(const LocalStore& store, const PackInput& input) {
  for (const PackSymlink& link : input.symlinks)
    if (has_whiteout(link.source)) refuse("/" + link.source, 0);
  for (const RootEntry& entry : input.root_entries)
    if (has_whiteout(entry.name)) refuse("/" + entry.name, 0);
  std::vector<std::string> names;
  for (const StorePath& item : input.closure) {
    check_interrupted();
    // The profile has nothing but links to what the others have.
    if (item != input.profile) add_whiteouts(store, item, names);
  }
  if (names.empty()) add_whiteouts(store, input.profile, names);
  if (names.empty()) return;
  refuse(*std::min_element(names.begin(), names.end()), names.size() - 1);
}

}  // namespace nacre
