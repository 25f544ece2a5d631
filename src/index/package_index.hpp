// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// The packages of a channel as plain data, for commands that answer without the language.
namespace nacre {

/// Ends a line within a field.
constexpr char index_line_break = '\v';

/// One package. The views belong to the index; a field that a package lacks is empty.
struct IndexedPackage {
  std::string_view name;
  std::string_view version;
  std::string_view outputs;       ///< items "NAME SYNOPSIS", with line breaks in between
  std::string_view systems;       ///< on which it and its inputs can be built, separated by spaces
  std::string_view dependencies;  ///< "NAME@VERSION", sorted, separated by spaces
  std::string_view location;      ///< "FILE:LINE:COLUMN", FILE in the load path
  std::string_view home_page;
  std::string_view license;
  std::string_view synopsis;
  std::string_view description;  ///< plain text, one line for each paragraph
  std::string_view upstream_name;
  std::string_view superseded;  ///< the name of its successor; it is deprecated
  std::string_view hidden;      ///< "yes" if commands do not list it

  std::string full_name() const;  ///< NAME@VERSION
};

/// One output of a package.
struct IndexedOutput {
  std::string_view name;
  std::string_view synopsis;
};
/// In the package's own order.
std::vector<IndexedOutput> package_outputs(const IndexedPackage& package);

/// The parts of `text` between `separator`s; none of an empty text.
std::vector<std::string_view> split_text(std::string_view text, char separator);

/// An index in memory. Owns its text. Immutable, so threads may share it.
///
/// Its form, which docs/formats.md describes: a header, then one block of lines "FIELD VALUE" for
/// each package, with an empty line in between, then "end COUNT".
class PackageIndex {
 public:
  static constexpr std::size_t most_bytes = std::size_t{512} << 20;

  /// Error if the text is not a whole index of this version. Texts hold no control characters and
  /// are UTF-8, so that they can be shown on a terminal.
  static PackageIndex parse(std::string text);

  /// The files that define the packages, relative to the channel, in the order of their names.
  const std::vector<std::string_view>& files() const { return files_; }
  std::string_view system() const { return system_; }
  const std::vector<IndexedPackage>& packages() const { return packages_; }

  /// The packages called NAME whose version VERSION is or begins ("3" begins "3.9"); all versions
  /// if it is empty. The newest first.
  std::vector<const IndexedPackage*> find(std::string_view name,
                                          std::string_view version = {}) const;

 private:
  PackageIndex() = default;
  friend class IndexReader;

  std::unique_ptr<const std::string> text_;  ///< what the views are of
  std::vector<std::string_view> files_;
  std::string_view system_;
  std::vector<IndexedPackage> packages_;
};

/// Whether version `a` is higher than `b`: 1.10 is higher than 1.9.
bool is_newer_version(std::string_view a, std::string_view b);
/// Whether `prefix` is `version` or the first of its parts between dots.
bool is_version_prefix(std::string_view prefix, std::string_view version);

}  // namespace nacre
