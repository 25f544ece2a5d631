// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/progress.hpp"
#include "builds/options.hpp"
#include "derivation/derivation.hpp"
#include "guile/language.hpp"
#include "sandbox/relocation.hpp"
#include "store/local_store.hpp"

namespace nacre::cli {

/// What one run of the program works with: the options before the command's name, and the store,
/// the language and the display, each started when first asked for. Main thread only.
class Session {
 public:
  // Options common to the commands; set by the argument parser before anything is started.
  std::optional<std::string> root;
  bool debug = false;
  int verbosity = 1;  ///< 0: errors only; 1: progress; 2: builders' output too
  std::vector<std::string> load_path;
  bool no_replacements = false;  ///< packages stand for themselves
  BuildOptions build_options;
  bool records_inputs = false;  ///< what programs read is noted (guile/inputs.hpp)
  /// What follows "--", for commands that run another program.
  std::optional<std::vector<std::string>> trailing_command;

  /// Makes the store visible in this process's name space and opens it. Entering a name space takes
  /// a process with one thread: start_language() does it first.
  const std::shared_ptr<LocalStore>& store();
  const StoreLocation& location();
  /// The directory of the store's keys; the store need not be there.
  std::string configuration();
  DerivationCache& derivations();
  Reporter& reporter();
  /// Before this process becomes another program: the display ends, and nothing of the store that
  /// is in work is left.
  void end();

  /// Opens the store and starts Guile with the channel on its load path; `arguments` are what
  /// (command-line) gives.
  void start_language(std::vector<std::string> arguments = {"nacre"});
  /// The store as the language's `(guix store)` sees it.
  guile::Value store_connection();

 private:
  std::optional<StoreLocation> location_;
  std::shared_ptr<LocalStore> store_;
  std::shared_ptr<DerivationCache> derivations_;
  std::unique_ptr<Reporter> reporter_;
  std::unique_ptr<guile::Language> language_;
};

}  // namespace nacre::cli
