// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.hpp"
#include "store/store.hpp"
#include "store/store_path.hpp"

namespace nacre {

/// One output of a derivation. A fixed output has the hash of its contents; "r:" in the text form
/// says that the hash is that of the NAR.
struct DerivationOutput {
  std::optional<StorePath> path;  ///< absent only while the derivation is being made
  std::optional<Hash> hash;
  bool recursive = false;
};

/// A build action: what to run, on what, to make which outputs. A value.
struct Derivation {
  std::string name;  ///< without ".drv"
  std::map<std::string, DerivationOutput> outputs;
  std::map<StorePath, std::set<std::string>>
      inputs;  ///< derivation → the outputs of it that are used
  StorePathSet sources;
  std::string system;
  std::string builder;  ///< a store path, or "builtin:NAME"
  std::vector<std::string> arguments;
  std::map<std::string, std::string> environment;

  bool is_fixed_output() const;  ///< exactly one output, "out", with a hash
  bool is_builtin() const { return builtin_name().has_value(); }
  /// NAME, if the builder is "builtin:NAME".
  std::optional<std::string_view> builtin_name() const;
  const StorePath& output_path(
      const std::string& output = "out") const;  ///< Error if there is none
  /// The variable's value, nothing if it is not set.
  std::optional<std::string> variable(const std::string& name) const;
};

/// The text form of a `.drv` file (ATerm), byte for byte as Guix writes it. docs/formats.md.
std::string write_derivation(const Derivation& derivation);
/// Error, with the position, for anything that write_derivation would not have written.
Derivation parse_derivation(std::string_view text, std::string_view name);

/// Whether the paths of a derivation's own outputs, which may not be known yet, are left empty.
enum class Paths { shown, hidden };

/// Reads `.drv` files of a store. Remembers the hash of each derivation for good, and the
/// derivations that were met last: a graph of any size takes little memory. Thread-safe.
class DerivationCache {
 public:
  explicit DerivationCache(std::shared_ptr<Store> store);
  ~DerivationCache();
  Store& store() const { return *store_; }

  std::shared_ptr<const Derivation> read(const StorePath& path);
  /// Makes a derivation whose output paths were computed, or checked, known without reading it.
  void insert(const StorePath& path, const std::shared_ptr<const Derivation>& derivation);
  bool is_checked(const StorePath& path) const;
  /// Error unless the outputs of the derivation are its own: the store may hold some that nobody
  /// checked. Done once for each.
  void check(const StorePath& path);
  /// SHA-256 of the derivation with its inputs replaced by their own hashes, modulo fixed outputs:
  /// what its output paths are computed from.
  Hash hash_modulo(const StorePath& path);
  Hash hash_modulo(const Derivation& derivation, Paths paths = Paths::shown);

 private:
  std::shared_ptr<const Derivation> find(const StorePath& path);

  struct Entry;
  std::shared_ptr<Store> store_;
  struct State;
  std::unique_ptr<State> state_;
};

/// Fills in the output paths of `derivation` (and the variables named after the outputs), which
/// has none yet. Inputs must be readable through the cache.
void compute_output_paths(Derivation& derivation, DerivationCache& cache);

/// Adds the `.drv` file to the store and returns its path. Output paths must be there.
StorePath add_derivation(const Derivation& derivation, DerivationCache& cache);
/// The same for many, each after its inputs, in one transaction.
std::vector<StorePath> add_derivations(const std::vector<Derivation>& derivations,
                                       DerivationCache& cache);
/// The same, which the store may write later (Store::defer_text).
StorePath defer_derivation(std::shared_ptr<const Derivation> derivation, DerivationCache& cache);
/// The path that add_derivation would return.
StorePath derivation_path(const Derivation& derivation);

}  // namespace nacre
