// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/layout.hpp"
#include "store/staging.hpp"
#include "store/store.hpp"

namespace nacre {

class Database;
class DeferredTexts;
class DerivationCheck;
struct Registration;
class TempRoots;

/// What a builder has made of an output, on its way into the store.
struct MadeOutput {
  StorePath path;
  std::string tree;  ///< where it lies now: in the store's file system, out of the builder's reach
};

/// A store that is a directory of this machine, with its database. Several processes may have it
/// open at once: readers never wait, writers wait for each other.
class LocalStore final : public Store {
 public:
  /// Opens the store, creating what does not exist yet. Error with a hint when that is not allowed.
  static std::shared_ptr<LocalStore> open(const StoreLayout& layout);
  ~LocalStore() override;

  // --- as any store
  using Store::add_nar;
  std::vector<StorePath> add_texts(const std::vector<Text>& texts) override;
  StorePath defer_text(Text text) override;
  void flush() override;
  StorePath add_tree(std::string_view name, const SourceTree& tree, bool recursive = true,
                     HashAlgorithm algorithm = HashAlgorithm::sha256) override;
  StorePath add_nar(Source& nar, const DescribeNar& describe,
                    Existing existing = Existing::keep) override;
  bool is_valid(const StorePath& path) const override;
  std::vector<bool> are_valid(const std::vector<StorePath>& paths) const override;
  bool is_present(const StorePath& path) const override;
  std::vector<bool> are_present(const std::vector<StorePath>& paths) const override;
  void check_derivation(const StorePath& path) const override;
  std::optional<PathInfo> query_path_info(const StorePath& path) const override;
  StorePathSet all_valid_paths() const override;
  StorePathSet references(const StorePath& path) const override;
  StorePathSet referrers(const StorePath& path) const override;
  StorePathSet derivers(const StorePath& path) const override;
  std::map<std::string, StorePath> derivation_outputs(const StorePath& derivation) const override;
  std::optional<StorePath> find_by_hash_part(std::string_view hash_part) const override;
  StorePathSet requisites(const StorePathSet& paths) const override;
  StorePathSet all_referrers(const StorePathSet& paths) const override;
  std::string read_text(const StorePath& path) const override;
  void dump(const StorePath& path, Sink& sink) const override;
  void add_temp_roots(const std::vector<StorePath>& paths) override;

  // --- as a directory; HACKING.md lists who uses these two outside of store/, and why
  const StoreLayout& layout() const { return layout_; }
  /// Where the files of `path`, which is or lies below a store path, are.
  std::string physical(const StorePath& path) const;
  std::string physical(std::string_view path) const;

  /// The directory of its keys, and of who may sign what is imported.
  const std::string& configuration() const { return layout_.configuration; }

  // --- making outputs
  /// Makes outputs of `deriver` valid, all in one transaction: canonical, owned by nobody else
  /// (files of anybody but `owner` are refused), deduplicated, hashed, with those of `candidates`
  /// and of themselves as references that occur in them. `accept` sees what will be registered; it
  /// throws to refuse it all, and takes out what is to stay as it is. The trees are moved to their
  /// places; what lay there is where they were. The caller holds the locks of the paths.
  using AcceptOutputs = std::function<void(std::vector<PathInfo>&)>;
  void add_outputs(const std::vector<MadeOutput>& outputs, const StorePathSet& candidates,
                   const StorePath& deriver, std::optional<uid_t> owner,
                   const AcceptOutputs& accept);
  /// Where trees are made that go into the store, in its file system.
  Staging& staging() { return *staging_; }
  /// Registers items whose files are in place: makes them canonical, deduplicates, and registers
  /// them in one transaction. Paths may refer to each other. Files must lie at physical(path).
  void register_paths(const std::vector<PathInfo>& infos);

  // --- roots
  /// Gives up all temporary roots that this object has; nothing may be building by it.
  void release_temp_roots();
  /// Makes the symbolic link `link` to `path` and notes it under gcroots/auto; the path lives as
  /// long as the link does.
  void add_indirect_root(const std::string& link, const StorePath& path);
  /// Notes an existing symbolic link, as `add-indirect-root` of the worker protocol does.
  void note_indirect_root(const std::string& link);
  /// Makes `link` (under gcroots) to `path`; without a name, the link has the item's own.
  void add_permanent_root(const std::string& link, const StorePath& path);
  void add_permanent_root(const StorePath& path);
  /// All roots: the link or process that holds it, and what it holds.
  std::vector<std::pair<std::string, StorePath>> find_roots() const;

  // --- contents
  /// Takes a path and its log out of the store if nothing valid refers to it; false otherwise.
  bool invalidate(const StorePath& path);
  void set_deriver_outputs(const StorePath& derivation,
                           const std::map<std::string, StorePath>& outputs);
  /// Has equal files of `path`, a valid item, share their contents with those of others; returns
  /// the bytes saved. The item stays meanwhile.
  std::uint64_t deduplicate(const StorePath& path);
  /// Writes the database again without the room of removed rows; returns the bytes saved.
  std::uint64_t compact_database();
  /// Removes what this process has made in the store's directory for its own work, as the end of
  /// the store's life does.
  void tidy();

 private:
  friend class GarbageCollector;
  friend class Verifier;
  explicit LocalStore(StoreLayout layout);

  /// The database, everything that was deferred being in it.
  Database& asked() const;
  // The same questions from within, which wait for nothing.
  bool has(const StorePath& path) const;
  bool has_files(const StorePath& path) const;
  std::vector<bool> have(const std::vector<StorePath>& paths) const;

  /// Error unless all that is referred to (reference → a path that does) is valid.
  void require_valid(const std::map<StorePath, StorePath>& referrers) const;
  using Outputs = std::map<std::string, StorePath>;
  Outputs checked_outputs(const PathInfo& info, const std::string& file) const;
  Registration describe(const Text& text, const StorePath& path) const;
  std::vector<StorePath> write_texts(const std::vector<Text>& texts);
  std::vector<std::size_t> likely_missing(const std::vector<StorePath>& paths) const;
  void restore_lost_texts(const std::vector<Text>& texts, const std::vector<StorePath>& paths);
  void install_text(std::string_view text, const StorePath& path);
  void make_canonical(const std::string& tree) const;
  void sync_if_valid(const StorePath& path) const;
  /// Moves the trees, one for each of `infos`, to their places, and registers them; or nothing.
  void install(const std::vector<PathInfo>& infos, const std::map<StorePath, std::string>& trees);

  StoreLayout layout_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<TempRoots> temp_roots_;
  std::unique_ptr<Staging> staging_;
  std::unique_ptr<DerivationCheck> derivation_check_;
  std::unique_ptr<DeferredTexts> deferred_;
};

}  // namespace nacre
