// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "datum/data_text.hpp"
#include "profile/search_path.hpp"

namespace nacre {

/// What the file `manifest` of a profile holds, as Guix has written it since 2012: versions 0 to 4
/// of its format. (guix profiles) reads the same files where Scheme needs them. Owns its text.
class ManifestFile {
 public:
  struct Entry {
    std::string name;
    std::string version;
    std::string output;
    std::string item;  ///< a store path, unless somebody has written another text
    std::vector<std::size_t> dependencies;  ///< indices in entries(): what it propagates
    std::vector<SearchPath> search_paths;
    std::vector<Datum> properties;  ///< (NAME . VALUE), each
  };

  /// Reads the text of a manifest; `file` is its name in messages. The text is foreign: Error, with
  /// its place, if it is not well-formed or of a later version.
  ManifestFile(std::string file, std::string text);
  /// The manifest of the profile at `profile`; an empty one if it has none. `profile` may be a
  /// generation's link.
  static ManifestFile of_profile(const std::string& profile);

  /// Each entry once. One that occurs twice (`repeated`) is shared.
  const std::vector<Entry>& entries() const { return entries_; }
  /// Those that the profile was asked to hold, in order.
  const std::vector<std::size_t>& top() const { return top_; }
  /// They and what they propagate, directly or not, breadth first as in (guix profiles), each once.
  std::vector<std::size_t> transitive() const;
  /// $PATH and the search paths of all of these, each once.
  std::vector<SearchPath> search_paths() const;
  /// The text that a property was read from, and errors about it.
  const DataText& text() const { return text_; }

 private:
  friend class ManifestReader;
  DataText text_;
  std::vector<Entry> entries_;
  std::vector<std::size_t> top_;
};

}  // namespace nacre
