// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "store/local_store.hpp"
#include "store/sqlite.hpp"

/// Which files the packages in the store have.
namespace nacre::cli {

/// An SQLite database of the files of store items. Items never change: it only has to follow which
/// there are. Not thread-safe; several processes may use one.
class FileIndex {
 public:
  /// Creates the file if it is missing, with directories that nobody else may read.
  explicit FileIndex(const std::string& file);

  /// Adds those of `items` that are missing, and forgets what is not in the store any more.
  void update(const LocalStore& store, const StorePathSet& items);
  void clear();

  struct Match {
    StorePath item;
    std::string package;  ///< NAME@VERSION or NAME@VERSION:OUTPUT
    std::string file;     ///< its absolute name
  };
  /// Files called `name`, or that end in it if it holds a slash: "bin/ls"; if `is_glob`, the last
  /// part is a pattern. In the order of their packages.
  std::vector<Match> find(const std::string& name, bool is_glob);

  struct Counts {
    std::int64_t items;
    std::int64_t files;
  };
  Counts counts();

 private:
  void add(const LocalStore& store, const StorePath& item);

  SqliteConnection connection_;
};

}  // namespace nacre::cli
