// SPDX-License-Identifier: GPL-3.0-or-later
#include "inspect/tree.hpp"

#include "base/error.hpp"
#include "inspect/profile_manifest.hpp"
#include "store/store_path.hpp"

namespace nacre {

namespace {

constexpr std::string_view store_prefix = "gnu/store/";
constexpr std::string_view whiteout = ".wh.";

bool leads_upwards(const std::string& path) {
  return ("/" + path + "/").find("/../") != std::string::npos;
}

/// "HASH-NAME" of a file in the store, or "".
std::string_view store_entry(const std::string& path) {
  if (!path.starts_with(store_prefix) || leads_upwards(path)) return {};
  const std::string_view below = std::string_view(path).substr(store_prefix.size());
  return below.substr(0, below.find('/'));
}

std::string in_store(std::string_view entry) {
  return std::string(store_directory) + "/" + std::string(entry);
}

/// Where the version begins in "NAME-VERSION": after the first hyphen that a digit follows.
std::size_t version_start(std::string_view name) {
  for (std::size_t i = 1; i + 1 < name.size(); ++i)
    if (name[i] == '-' && name[i + 1] >= '0' && name[i + 1] <= '9') return i + 1;
  return std::string_view::npos;
}

/// Whether it is a file, as far as counting goes.
bool counts(const ArchiveFile& file) {
  return file.type == ArchiveFile::Type::regular || file.type == ArchiveFile::Type::symlink;
}

InspectedItem describe_item(const std::string& path) {
  InspectedItem item;
  item.path = path;
  item.name = StorePath(path).name();
  const std::size_t start = version_start(item.name);
  if (start == std::string_view::npos) return item;
  item.version = item.name.substr(start);
  item.name.resize(start - 1);
  return item;
}

}  // namespace

void FileTree::add(const ArchiveFile& file, std::size_t max_items) {
  const std::string_view entry = store_entry(file.path);
  if (file.path == ".wh.gnu" || file.path == "gnu/.wh.store" ||
      file.path == "gnu/store/.wh..wh..opq") {
    removes_all_ = true;
  } else if (entry.starts_with(whiteout)) {
    removed_.insert(in_store(entry.substr(whiteout.size())));
  } else if (!entry.empty() && StorePath::is_valid(in_store(entry))) {
    Item& item = items_[in_store(entry)];
    item.size += file.size;
    if (counts(file)) ++item.files;
  } else if (counts(file)) {
    other_size_ += file.size;
    ++other_files_;
  }
  if (items_.size() + removed_.size() > max_items)
    throw Error("it holds more than {} store items", max_items);
}

std::string FileTree::manifest_owner(const ArchiveFile& file) {
  const std::string_view entry = store_entry(file.path);
  const bool is_manifest =
      file.type == ArchiveFile::Type::regular &&
      file.path == std::string(store_prefix) + std::string(entry) + "/manifest";
  return is_manifest && StorePath::is_valid(in_store(entry)) ? in_store(entry) : "";
}

void FileTree::add_manifest(const std::string& item, std::string text) {
  manifests_[item] = std::move(text);
}

void FileTree::erase(const std::string& item) {
  items_.erase(item);
  manifests_.erase(item);
}

void FileTree::add_layer(const FileTree& layer) {
  if (layer.removes_all_) {
    items_.clear();
    manifests_.clear();
  }
  for (const std::string& item : layer.removed_) erase(item);
  for (const auto& [path, added] : layer.items_) {
    Item& item = items_[path];
    item.size += added.size;
    item.files += added.files;
  }
  for (const auto& [item, text] : layer.manifests_) manifests_[item] = text;
  other_size_ += layer.other_size_;
  other_files_ += layer.other_files_;
}

void FileTree::describe(InspectedImage& image) const {
  for (const auto& [path, found] : items_) {
    InspectedItem item = describe_item(path);
    item.size = found.size;
    item.files = found.files;
    image.closure_size += item.size;
    image.items.push_back(std::move(item));
  }
  for (const auto& [item, text] : manifests_) {
    try {
      image.profiles.push_back(parse_profile_manifest(text));
      image.profiles.back().item = item;
    } catch (const Error&) {
      // Other things have files of that name.
    }
  }
  image.other_size = other_size_;
  image.other_files = other_files_;
}

}  // namespace nacre
