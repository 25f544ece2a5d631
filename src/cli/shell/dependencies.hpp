// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ctime>
#include <string>
#include <string_view>
#include <vector>

#include "guile/inputs.hpp"

/// What a kept environment depends on besides the request: the state, at the time of the
/// evaluation, of each file and variable that it read. Functions of the file system and of this
/// process's environment; thread-safe.
namespace nacre::cli {

struct Dependency {
  enum class Kind {
    contents,           ///< of a file
    status,             ///< what `stat` says of a file; of a directory, that it is one
    link,               ///< where a symbolic link leads
    names,              ///< those in a directory
    tree,               ///< everything below a directory
    modules,            ///< the Scheme files below a directory, links followed
    variable,           ///< of the environment
    working_directory,  ///< its name
  };
  Kind kind;
  std::string name;   ///< an absolute file name, or a variable's
  std::string state;  ///< a digest, or a few words; "-" if there is no such thing
  /// Of `contents`: which inode, of which size and times, had them. A file that still looks so need
  /// not be read.
  std::string stamp{};

  bool operator==(const Dependency&) const = default;
};

/// What is asked for at the moment. Error if the tree is too large to be watched: more than 20,000
/// files.
Dependency observe(Dependency::Kind kind, const std::string& name);

/// Whether the state is still the same.
bool is_unchanged(const Dependency& dependency);

/// The dependencies of an evaluation that began at `start` and has just ended: what it read, and
/// `more`. Error, with the reason, if its result cannot be kept: a file was changed since, or so
/// shortly before that the clock of the file system cannot tell; or the program did what can have
/// another result each time.
std::vector<Dependency> observe_inputs(const guile::Inputs& inputs,
                                       const std::vector<Dependency>& more, const timespec& start);

/// One line of text for each; and back. Error for any other text.
std::string write_dependency(const Dependency& dependency);
Dependency read_dependency(std::string_view line);

}  // namespace nacre::cli
