// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/progress.hpp"
#include "derivation/derivation.hpp"
#include "store/local_store.hpp"

namespace nacre {

/// What a built-in builder sees: the derivation, where to write, and whom to tell. It runs in a
/// process of its own, in the host's namespaces (so it must write nothing but its outputs), its
/// standard output and error going to the build log.
struct BuiltinContext {
  const Derivation& derivation;
  LocalStore& store;                           ///< read-only use
  std::map<std::string, std::string> outputs;  ///< output name → physical path to create
  std::string directory;                       ///< a scratch directory, removed afterwards
  unsigned cores;
  /// The closure of the derivation's inputs, which is what it may read.
  StorePathSet input_closure;
  /// Reports progress to the parent process: bytes or items done of a total.
  std::function<void(std::uint64_t done, std::uint64_t total)> progress;
  /// True for --check and --rounds: cached results must not be reused.
  bool is_compared = false;

  /// The variable's value; Error if it is not set.
  const std::string& variable(const std::string& name) const;
  /// The physical path of an input, checked to be in the input closure.
  std::string input(std::string_view path) const;
};

using BuiltinBuilder = void (*)(const BuiltinContext&);

/// What builds derivations whose builder is "builtin:NAME".
struct Builtin {
  std::string_view name;
  BuiltinBuilder run;
  /// What the variable builtin-version of its derivations has to be: another one for other bytes.
  /// Empty: a hash, or its inputs alone, say what it makes.
  std::string_view version = {};
  Reporter::Unit unit = Reporter::Unit::none;  ///< of its progress
  bool is_download = false;                    ///< waits for others rather than works
};

/// Called from main only (see cli/main.cpp), before any build. `builtins` has to stay.
void register_builtins(std::span<const Builtin> builtins);
/// That of a derivation; null if its builder is a program, or none of ours.
const Builtin* find_builtin(const Derivation& derivation);
/// In alphabetical order.
std::vector<std::string_view> builtin_names();

/// Error if the derivation wants another version of the builder.
void check_builtin_version(const Builtin& builtin, const BuiltinContext& context);

/// The builders of this folder: "download", "git-download" and "unpack-deb".
void register_base_builtins();

}  // namespace nacre
