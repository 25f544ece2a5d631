// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

/// What programs of the language read while they are evaluated: with that, the result of an
/// evaluation can be kept, and is good as long as nothing of it has changed. Main thread only.
namespace nacre::guile {

/// How a file was looked at, and so which changes of it matter.
enum class InputKind {
  contents,  ///< of a file, to which links lead
  status,    ///< of what a name leads to: whether it is there, and what `stat` returns
  link,      ///< where a symbolic link leads, if it is one
  names,     ///< those in a directory
  tree,      ///< a file, or everything below a directory
};

struct Inputs {
  std::set<std::pair<InputKind, std::string>> files;            ///< by absolute name
  std::map<std::string, std::optional<std::string>> variables;  ///< of the environment
  bool working_directory = false;                               ///< whether its name was read
  /// What was done that can have another result each time, such as running a program; "" if
  /// nothing.
  std::string unrepeatable;
};

/// Starts to note what is read, but for files below `ignored`: those of the engine and the channel,
/// the store, which never changes. Before the channel's modules are loaded.
void record_inputs(std::vector<std::string> ignored);

/// What was noted until now, and ends it.
Inputs take_inputs();

/// For native procedures: notes a file that they read. A relative name is one in the working
/// directory. Nothing happens while nothing is recorded.
void note_input(InputKind kind, const std::string& file);

}  // namespace nacre::guile
