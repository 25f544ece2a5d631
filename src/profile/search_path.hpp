// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "profile/store_files.hpp"

namespace nacre {

/// What kind of file a search path collects. Only `symlink` looks at links themselves.
enum class FileType { directory, regular, symlink };

/// Guix's search-path-specification: an environment variable, and the files of a profile that its
/// value names if they exist.
struct SearchPath {
  std::string variable;
  std::string separator;  ///< empty: the variable holds one file only, the first
  FileType type = FileType::directory;
  std::vector<std::string> files;  ///< relative to the profile
  std::string pattern;  ///< if not empty: of what lies below `files`, base names that match

  bool operator==(const SearchPath&) const = default;
};

/// Error, which begins with `what`, unless the fields of the search path are what they may be: a
/// variable's name, files that are relative and plain.
void check_search_path(const SearchPath& path, std::string_view what);

/// "directory", "regular" or "symlink"; nothing for any other text.
std::optional<FileType> parse_file_type(std::string_view text);

/// Reads the lines that docs/contract.md describes. Error, quoting the line, for any other.
std::vector<SearchPath> parse_search_paths(std::string_view text);

/// A variable for which a profile has something.
struct ProfileVariable {
  std::string name;
  std::string separator;
  std::vector<std::string> files;  ///< relative to the profile, in order; never empty

  /// Its value for the profile at `profile`.
  std::string value(std::string_view profile) const;
};

/// Looks for the files of each search path in the profile at `profile`. Search paths of one
/// variable are joined; variables come in the order of their first search path.
std::vector<ProfileVariable> evaluate_search_paths(const StoreFiles& files,
                                                   std::string_view profile,
                                                   const std::vector<SearchPath>& search_paths);

/// What becomes of the value that a variable has: it is replaced, or the profile's comes before or
/// after it.
enum class DefinitionKind { exact, prefix, suffix };

/// The shell command that sets a variable; without a separator it is replaced in any case.
std::string shell_definition(std::string_view name, std::string_view separator,
                             std::string_view value, DefinitionKind kind);

/// The text of `etc/profile`.
std::string shell_profile(std::string_view profile, const std::vector<ProfileVariable>& variables);

}  // namespace nacre
