// SPDX-License-Identifier: GPL-3.0-or-later
#include "profile/manifest_file.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "base/error.hpp"
#include "base/files.hpp"
#include "store/store_path.hpp"

namespace nacre {
namespace {

/// Of lists in lists: each package that is propagated lies in the one that propagates it.
constexpr std::size_t max_depth = 1000;
constexpr std::int64_t newest_version = 4;

constexpr std::string_view empty_manifest = "(manifest (version 4) (packages ()))";

/// The name and version that a store item's name ends with: "glib-2.72.3" has "glib" and "2.72.3".
std::pair<std::string, std::string> split_name(const std::string& item) {
  const std::string name =
      StorePath::is_valid(item) ? std::string(StorePath(item).name()) : base_name(item);
  for (std::size_t dash = name.find('-'); dash != std::string::npos;
       dash = name.find('-', dash + 1))
    if (dash + 1 < name.size() && name[dash + 1] >= '0' && name[dash + 1] <= '9')
      return {name.substr(0, dash), name.substr(dash + 1)};
  return {name, ""};
}

}  // namespace

/// Reads one manifest. Recursion is bounded by the depth of the data.
class ManifestReader {
 public:
  explicit ManifestReader(ManifestFile& manifest)
      : text_(manifest.text_), entries_(manifest.entries_), top_(manifest.top_) {}

  void read() {
    const Datum& manifest = text_.only();
    if (!manifest.is_list_of("manifest")) throw malformed(manifest);
    read_version(manifest);
    const Datum* packages = field(manifest.elements(), "packages");
    if (!packages || !packages->is_list()) throw malformed(manifest);
    for (const Datum& entry : packages->elements()) top_.push_back(read_entry(entry));
  }

 private:
  Error malformed(const Datum& datum) const {
    return text_.error_at(datum, "the manifest of a profile is malformed");
  }

  /// The second element of the list (NAME VALUE) among `elements`.
  static const Datum* field(std::span<const Datum> elements, std::string_view name) {
    for (const Datum& element : elements)
      if (element.is_list_of(name) && element.elements().size() >= 2) return &element.elements()[1];
    return nullptr;
  }

  void read_version(const Datum& manifest) {
    const Datum* version = field(manifest.elements(), "version");
    if (!version || !version->is(DatumKind::integer)) throw malformed(manifest);
    version_ = version->integer();
    if (version_ < 0 || version_ > newest_version)
      throw text_
          .error_at(*version, fmt::format("version {} of manifests is not supported", version_))
          .hint("a newer nacre made this profile: use it to change the profile");
  }

  using Key = std::tuple<std::string, std::string, std::string>;
  static Key key(const ManifestFile::Entry& entry) {
    return {entry.name, entry.version, entry.item};
  }

  std::size_t add(ManifestFile::Entry entry) {
    const std::size_t index = entries_.size();
    known_[key(entry)] = index;
    entries_.push_back(std::move(entry));
    return index;
  }

  std::string string_at(const Datum& list, std::size_t index) const {
    if (!list.elements()[index].is_string()) throw malformed(list);
    return std::string(list.elements()[index].text());
  }

  std::size_t read_repeated(const Datum& datum) const {
    if (datum.elements().size() != 4) throw malformed(datum);
    const auto known = known_.find({string_at(datum, 1), string_at(datum, 2), string_at(datum, 3)});
    if (known == known_.end())
      throw text_.error_at(datum, "an entry is repeated that did not occur before");
    return known->second;
  }

  /// (NAME VERSION OUTPUT ITEM FIELD…), or (repeated NAME VERSION ITEM).
  std::size_t read_entry(const Datum& datum) {
    if (datum.is_list_of("repeated")) return read_repeated(datum);
    if (!datum.is_list() || datum.elements().size() < 4) throw malformed(datum);
    ManifestFile::Entry entry{string_at(datum, 0),
                              string_at(datum, 1),
                              string_at(datum, 2),
                              string_at(datum, 3),
                              {},
                              {},
                              {}};
    const std::span<const Datum> fields = datum.elements().subspan(4);
    if (version_ == 1 && !fields.empty())
      read_old_dependencies(fields[0], entry);
    else if (const Datum* dependencies = field(fields, "propagated-inputs"))
      read_dependencies(*dependencies, entry);
    if (const Datum* paths = field(fields, "search-paths"))
      for (const Datum& path : paths->elements())
        entry.search_paths.push_back(read_search_path(path));
    for (const Datum& element : fields)
      if (element.is_list_of("properties")) read_properties(element, entry);
    return add(std::move(entry));
  }

  void read_dependencies(const Datum& list, ManifestFile::Entry& entry) {
    if (!list.is_list()) throw malformed(list);
    if (version_ == 2) return read_old_dependencies(list, entry);
    for (const Datum& dependency : list.elements())
      entry.dependencies.push_back(read_entry(dependency));
  }

  /// Until version 2, a dependency is the name of a store item, once with a label before it.
  void read_old_dependencies(const Datum& list, ManifestFile::Entry& entry) {
    if (!list.is_list()) throw malformed(list);
    for (const Datum& dependency : list.elements()) {
      const Datum& item = dependency.is_list() && !dependency.elements().empty()
                              ? dependency.elements().back()
                              : dependency;
      if (!item.is_string()) throw malformed(list);
      std::string path(item.text());
      auto [name, version] = split_name(path);
      entry.dependencies.push_back(
          add({std::move(name), std::move(version), "out", std::move(path), {}, {}, {}}));
    }
  }

  /// (VARIABLE FILES SEPARATOR TYPE PATTERN); SEPARATOR and PATTERN may be #f.
  SearchPath read_search_path(const Datum& datum) const {
    const std::span<const Datum> fields = datum.elements();
    if (!datum.is_list() || fields.size() != 5 || !fields[1].is_list()) throw malformed(datum);
    SearchPath path;
    path.variable = fields[0].text();
    for (const Datum& file : fields[1].elements()) path.files.emplace_back(file.text());
    path.separator = fields[2].text();
    const auto type = parse_file_type(fields[3].text());
    if (!type) throw malformed(datum);
    path.type = *type;
    path.pattern = fields[4].text();
    check_search_path(path, "bad search path in the manifest of a profile");
    return path;
  }

  /// Version 3 has them beside the word `properties`, version 4 in a list of their own.
  static void read_properties(const Datum& datum, ManifestFile::Entry& entry) {
    for (const Datum& element : datum.elements().subspan(1)) {
      if (element.elements().empty()) continue;
      if (element.elements()[0].is(DatumKind::symbol))
        entry.properties.push_back(element);
      else
        for (const Datum& property : element.elements()) entry.properties.push_back(property);
    }
  }

  const DataText& text_;
  std::vector<ManifestFile::Entry>& entries_;
  std::vector<std::size_t>& top_;
  std::int64_t version_ = 0;
  std::map<Key, std::size_t> known_;
};

ManifestFile::ManifestFile(std::string file, std::string text)
    : text_(std::move(file), std::move(text), {.depth = max_depth}) {
  ManifestReader(*this).read();
}

ManifestFile ManifestFile::of_profile(const std::string& profile) {
  const std::string file = profile + "/manifest";
  if (!path_exists(file)) return {file, std::string(empty_manifest)};
  return {file, read_file(file)};
}

std::vector<std::size_t> ManifestFile::transitive() const {
  std::vector<std::size_t> result;
  std::vector<bool> seen(entries_.size());
  std::vector<std::size_t> queue = top_;
  for (std::size_t next = 0; next < queue.size(); ++next) {
    const std::size_t index = queue[next];
    if (seen[index]) continue;
    seen[index] = true;
    result.push_back(index);
    const std::vector<std::size_t>& dependencies = entries_[index].dependencies;
    queue.insert(queue.end(), dependencies.begin(), dependencies.end());
  }
  return result;
}

std::vector<SearchPath> ManifestFile::search_paths() const {
  std::vector<SearchPath> paths{{"PATH", ":", FileType::directory, {"bin", "sbin"}, ""}};
  for (const std::size_t index : transitive())
    for (const SearchPath& path : entries_[index].search_paths)
      if (std::find(paths.begin(), paths.end(), path) == paths.end()) paths.push_back(path);
  return paths;
}

}  // namespace nacre
