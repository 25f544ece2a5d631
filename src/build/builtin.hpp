// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/progress.hpp"
#include "derivation/derivation.hpp"

namespace nacre {

/// What a built-in builder sees: the derivation, where to write, and whom to tell. It runs in a
/// process of its own, in the host's namespaces (so it must write nothing but its outputs), its
/// standard output and error going to the build log.
struct BuiltinContext {
  const Derivation& derivation;
  Store& store;                                ///< read-only use
  std::map<std::string, std::string> outputs;  ///< output name → physical path to create
  std::string directory;                       ///< a scratch directory, removed afterwards
  unsigned cores;
  /// The closure of the derivation's inputs, which is what it may read.
  StorePathSet input_closure;
  /// Reports progress to the parent process: bytes or items done of a total.
  std::function<void(std::uint64_t done, std::uint64_t total)> progress;
  /// Whether what it makes is to be compared with what another build made, from which it must then
  /// take nothing over.
  bool is_compared = false;

  /// The variable's value; Error if it is not set.
  const std::string& variable(const std::string& name) const;
  /// The physical path of an input, checked to be in the input closure.
  std::string input(std::string_view path) const;
};

using BuiltinBuilder = std::function<void(const BuiltinContext&)>;

/// Registers what builds derivations whose builder is "builtin:NAME". Called from main only
/// (see cli/main.cpp), before any build.
void register_builtin_builder(const std::string& name, BuiltinBuilder builder);
const BuiltinBuilder* find_builtin_builder(const std::string& name);
std::vector<std::string> builtin_builder_names();

/// The builders of this folder: "download", "git-download" and "unpack-deb".
void register_base_builtins();

}  // namespace nacre
