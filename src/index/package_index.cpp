// SPDX-License-Identifier: GPL-3.0-or-later
#include "index/package_index.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <optional>

#include "base/error.hpp"
#include "base/utf8.hpp"

namespace nacre {

namespace {

struct Field {
  std::string_view key;
  std::string_view IndexedPackage::*member;
};

constexpr std::array<Field, 13> fields{{{"name", &IndexedPackage::name},
                                        {"version", &IndexedPackage::version},
                                        {"outputs", &IndexedPackage::outputs},
                                        {"systems", &IndexedPackage::systems},
                                        {"dependencies", &IndexedPackage::dependencies},
                                        {"location", &IndexedPackage::location},
                                        {"homepage", &IndexedPackage::home_page},
                                        {"license", &IndexedPackage::license},
                                        {"synopsis", &IndexedPackage::synopsis},
                                        {"description", &IndexedPackage::description},
                                        {"upstream-name", &IndexedPackage::upstream_name},
                                        {"superseded", &IndexedPackage::superseded},
                                        {"hidden", &IndexedPackage::hidden}}};

constexpr std::string_view first_line = "nacre packages 1";

Error damaged(std::string_view why) {
  return Error("the index of packages is damaged: {}", why);
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != index_line_break && c != '\n') || byte == 0x7f;
}

}  // namespace

/// Takes a text apart, line by line, from its start to its end.
class IndexReader {
 public:
  explicit IndexReader(std::string text) {
    index_.text_ = std::make_unique<const std::string>(std::move(text));
    rest_ = *index_.text_;
  }

  PackageIndex read() {
    check_text();
    if (next_line() != first_line) throw damaged("it does not begin as one of this version does");
    read_header();
    while (!rest_.starts_with("end ")) read_package();
    check_end();
    return std::move(index_);
  }

 private:
  void check_text() const {
    if (rest_.size() > PackageIndex::most_bytes) throw damaged("it is too long");
    if (find_invalid_utf8(rest_) != std::string_view::npos) throw damaged("it is not UTF-8");
    if (std::any_of(rest_.begin(), rest_.end(), is_control))
      throw damaged("it holds control characters");
  }

  std::string_view next_line() {
    const std::size_t end = rest_.find('\n');
    if (end == std::string_view::npos) throw damaged("it ends early");
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return line;
  }

  void read_header() {
    for (std::string_view line = next_line(); !line.empty(); line = next_line()) {
      const auto [key, value] = split_field(line);
      if (key == "system")
        index_.system_ = value;
      else if (key == "file")
        index_.files_.push_back(value);
      else
        throw damaged(fmt::format("its header has a field '{}'", key));
    }
  }

  void read_package() {
    IndexedPackage package;
    for (std::string_view line = next_line(); !line.empty(); line = next_line()) {
      const auto [key, value] = split_field(line);
      set_field(package, key, value);
    }
    if (package.name.empty() || package.version.empty())
      throw damaged("a package has no name or no version");
    index_.packages_.push_back(package);
  }

  static std::pair<std::string_view, std::string_view> split_field(std::string_view line) {
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos || space + 1 == line.size())
      throw damaged(fmt::format("the field '{}' has no value", line));
    return {line.substr(0, space), line.substr(space + 1)};
  }

  static void set_field(IndexedPackage& package, std::string_view key, std::string_view value) {
    const auto* field = std::find_if(fields.begin(), fields.end(),
                                     [&](const Field& known) { return known.key == key; });
    if (field == fields.end()) throw damaged(fmt::format("a package has a field '{}'", key));
    std::string_view& member = package.*(field->member);
    if (!member.empty()) throw damaged(fmt::format("a package has two fields '{}'", key));
    member = value;
  }

  /// The count shows that nothing is missing.
  void check_end() {
    const std::string_view text = split_field(next_line()).second;
    std::size_t count = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (failure != std::errc{} || end != text.data() + text.size() ||
        count != index_.packages_.size() || !rest_.empty())
      throw damaged("it has not as many packages as it says");
  }

  PackageIndex index_;
  std::string_view rest_;
};

PackageIndex PackageIndex::parse(std::string text) {
  return IndexReader(std::move(text)).read();
}

std::vector<const IndexedPackage*> PackageIndex::find(std::string_view name,
                                                      std::string_view version) const {
  std::vector<const IndexedPackage*> found;
  for (const IndexedPackage& package : packages_) {
    if (package.name == name && (version.empty() || is_version_prefix(version, package.version)))
      found.push_back(&package);
  }
  std::stable_sort(found.begin(), found.end(), [](const auto* a, const auto* b) {
    return is_newer_version(a->version, b->version);
  });
  return found;
}

std::string IndexedPackage::full_name() const {
  return fmt::format("{}@{}", name, version);
}

std::vector<std::string_view> split_text(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return parts;
}

std::vector<IndexedOutput> package_outputs(const IndexedPackage& package) {
  std::vector<IndexedOutput> outputs;
  for (const std::string_view item : split_text(package.outputs, index_line_break)) {
    const std::size_t space = item.find(' ');
    outputs.push_back({item.substr(0, space), space == std::string_view::npos
                                                  ? std::string_view()
                                                  : item.substr(space + 1)});
  }
  return outputs;
}

bool is_newer_version(std::string_view a, std::string_view b) {
  return strverscmp(std::string(a).c_str(), std::string(b).c_str()) > 0;
}

bool is_version_prefix(std::string_view prefix, std::string_view version) {
  return version.starts_with(prefix) &&
         (version.size() == prefix.size() || version[prefix.size()] == '.');
}

}  // namespace nacre
