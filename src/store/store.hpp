// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "archive/nar.hpp"
#include "base/hash.hpp"
#include "base/sink.hpp"
#include "store/layout.hpp"
#include "store/store_path.hpp"

namespace nacre {

class Database;
class DerivationCheck;
class Staging;
struct Registration;
class TempRoots;

/// What the database knows of a valid path.
struct PathInfo {
  explicit PathInfo(StorePath path) : path(std::move(path)) {}

  StorePath path;
  Hash nar_hash;
  std::uint64_t nar_size = 0;
  StorePathSet references;
  std::optional<StorePath> deriver;
  std::int64_t registration_time = 0;
};

/// What becomes of an item that is in the store already when it is added again: it stays, or the
/// new files take its place in one step.
enum class Existing { keep, replace };

/// A store, opened in this process. Several processes may have it open at once: readers never wait,
/// writers wait for each other. Every path that a call returns or registers is a temporary root of
/// this process, so that no garbage collector takes it before the process ends. A derivation
/// enters, by whatever way, only if it passes the registered check (store/derivation_check.hpp).
/// What is valid but has lost its files is made again when it is added. Thread-safe. A call that
/// fails leaves the store as before. Paths that are asked about need not exist unless said
/// otherwise.
class Store {
 public:
  /// Opens the store, creating what does not exist yet. Error with a hint when that is not allowed.
  static std::shared_ptr<Store> open(const StoreLayout& layout);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  const StoreLayout& layout() const { return layout_; }
  /// Where the files of `path` lie.
  std::string physical(const StorePath& path) const;
  /// The same for a path that is or lies below a store path.
  std::string physical(std::string_view path) const;

  /// Removes what this process has made in the store's directory for its own work, as the end of
  /// the store's life does.
  void tidy();

  // --- adding; each returns the path, which is valid and a temporary root afterwards
  StorePath add_text(std::string_view name, std::string_view text,
                     const StorePathSet& references = {});
  /// Several texts in one transaction, in order.
  struct Text {
    std::string name;
    std::string text;
    StorePathSet references;
    /// Of a derivation whose output paths were computed in this process: it is not checked again.
    std::map<std::string, StorePath> outputs = {};
  };
  std::vector<StorePath> add_texts(const std::vector<Text>& texts);
  /// The file or tree at `source`; flat (not recursive) takes a regular file only.
  StorePath add_path(std::string_view name, const std::string& source, bool recursive = true,
                     HashAlgorithm algorithm = HashAlgorithm::sha256,
                     const PathFilter& filter = {});
  /// A NAR from elsewhere, checked against `info`; it is read to its end in any case.
  void add_nar(const PathInfo& info, Source& nar, Existing existing = Existing::keep);
  /// The same for an archive that is described only after it was read: `describe` gets its hash
  /// and size, and returns what to register; it throws to refuse it.
  using DescribeNar = std::function<PathInfo(const NarHash&)>;
  StorePath add_nar(Source& nar, const DescribeNar& describe, Existing existing = Existing::keep);

  /// Registers outputs whose files are in place: makes them canonical, deduplicates, and enters
  /// them in one transaction. Paths may refer to each other. Files must lie at physical(path).
  void register_paths(const std::vector<PathInfo>& infos);
  /// The same, files being canonical and deduplicated already.
  void register_canonical_paths(const std::vector<PathInfo>& infos);
  /// Puts the canonical tree at `tree`, made by staging(), in place of the files of `info.path`, in
  /// one step, and registers it; `tree` is what lay there afterwards. The caller holds the path's
  /// lock.
  void replace(const PathInfo& info, const std::string& tree);
  Staging& staging() { return *staging_; }

  // --- asking
  bool is_valid(const StorePath& path) const;
  std::vector<bool> are_valid(const std::vector<StorePath>& paths) const;
  /// Valid, and its files were not lost.
  bool is_present(const StorePath& path) const;
  std::vector<bool> are_present(const std::vector<StorePath>& paths) const;
  /// Error, which tells why, unless the valid derivation would be let into the store today.
  void check_derivation(const StorePath& path) const;
  std::optional<PathInfo> query_path_info(const StorePath& path) const;
  PathInfo path_info(const StorePath& path) const;  ///< Error if it is not valid
  StorePathSet all_valid_paths() const;
  StorePathSet references(const StorePath& path) const;  ///< Error if it is not valid
  StorePathSet referrers(const StorePath& path) const;
  /// The valid derivations that have `path` as an output.
  StorePathSet derivers(const StorePath& path) const;
  /// Outputs of the valid derivation at `derivation` as registered, by name.
  std::map<std::string, StorePath> derivation_outputs(const StorePath& derivation) const;
  std::optional<StorePath> find_by_hash_part(std::string_view hash_part) const;
  /// The closure of `paths` under references, or under referrers.
  StorePathSet requisites(const StorePathSet& paths) const;
  StorePathSet all_referrers(const StorePathSet& paths) const;
  /// `paths` (all valid) with each one after its references.
  std::vector<StorePath> topologically_sorted(const StorePathSet& paths) const;

  // --- roots
  void add_temp_root(const StorePath& path);
  /// Gives up all temporary roots that this object has; nothing may be building by it.
  void release_temp_roots();
  /// Makes the symbolic link `link` to `path` and notes it under gcroots/auto; the path lives as
  /// long as the link does.
  void add_indirect_root(const std::string& link, const StorePath& path);
  /// Notes an existing symbolic link, as `add-indirect-root` of the worker protocol does.
  void note_indirect_root(const std::string& link);
  /// Makes `link` (under gcroots) to `path`.
  void add_permanent_root(const std::string& link, const StorePath& path);
  /// All roots: the link or process that holds it, and what it holds.
  std::vector<std::pair<std::string, StorePath>> find_roots() const;

  // --- contents
  /// Takes a path and its log out of the store if nothing valid refers to it; false otherwise.
  bool invalidate(const StorePath& path);
  void set_deriver_outputs(const StorePath& derivation,
                           const std::map<std::string, StorePath>& outputs);

 private:
  friend class GarbageCollector;
  friend class Verifier;
  explicit Store(StoreLayout layout);
  /// Error unless all that is referred to (reference → a path that does) is valid.
  void require_valid(const std::map<StorePath, StorePath>& referrers) const;
  using Outputs = std::map<std::string, StorePath>;
  Outputs checked_outputs(const PathInfo& info, const std::string& file) const;
  Registration describe(const Text& text, const StorePath& path) const;
  void enter(const PathInfo& info, Outputs outputs);
  std::vector<std::size_t> likely_missing(const std::vector<StorePath>& paths) const;
  void restore_lost_texts(const std::vector<Text>& texts, const std::vector<StorePath>& paths);
  void install_text(std::string_view text, const StorePath& path);

  StoreLayout layout_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<TempRoots> temp_roots_;
  std::unique_ptr<Staging> staging_;
  std::unique_ptr<DerivationCheck> derivation_check_;
};

}  // namespace nacre
