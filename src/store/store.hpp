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
#include "store/store_path.hpp"

namespace nacre {

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

/// The hash by which a tree is added: of its NAR, or, not recursive, of the contents of a file.
Hash hash_source(const SourceTree& tree, bool recursive, HashAlgorithm algorithm);

/// A store that can be asked and added to: a directory of this machine (LocalStore),
/// one in memory, another process's. Every path that a call returns or registers is a temporary
/// root of this process: no garbage collector takes it before the process ends. A derivation
/// enters, by whatever way, only if it passes the registered check (store/derivation_check.hpp).
/// What is valid but has lost its files is made again when it is added. Thread-safe. A call that
/// fails leaves the store as before. Paths that are asked about need not exist unless said
/// otherwise.
class Store {
 public:
  Store() = default;
  virtual ~Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // --- adding; each returns the path, which is valid and a temporary root afterwards
  struct Text {
    std::string name;
    std::string text;
    StorePathSet references;
    /// Of a derivation whose output paths were computed in this process: it is not checked again.
    std::map<std::string, StorePath> outputs = {};
  };
  /// Several texts in one transaction, in order.
  virtual std::vector<StorePath> add_texts(const std::vector<Text>& texts) = 0;
  StorePath add_text(std::string_view name, std::string_view text,
                     const StorePathSet& references = {});
  /// The same, but a store may write it later, with others in one transaction: before it answers
  /// the next question, at the latest. The call that writes it reports what then fails, and what
  /// was deferred with it is forgotten. A process that is killed before leaves it out.
  virtual StorePath defer_text(Text text) { return add_texts({std::move(text)}).front(); }
  /// Returns when all that was deferred is in the store: for who shows its paths to others.
  virtual void flush() {}
  /// A tree, by the hash of its NAR; flat (not recursive), a regular file by that of its contents.
  virtual StorePath add_tree(std::string_view name, const SourceTree& tree, bool recursive = true,
                             HashAlgorithm algorithm = HashAlgorithm::sha256) = 0;
  /// The same for the file or tree at `source`, of which `filter`, asked once about each path, says
  /// what belongs to it. Links to a file that is added flat are followed.
  StorePath add_path(std::string_view name, const std::string& source, bool recursive = true,
                     HashAlgorithm algorithm = HashAlgorithm::sha256,
                     const PathFilter& filter = {});
  /// An archive from elsewhere that is described only after it was read: `describe` gets its hash
  /// and size, and returns what to register; it throws to refuse it.
  using DescribeNar = std::function<PathInfo(const NarHash&)>;
  virtual StorePath add_nar(Source& nar, const DescribeNar& describe,
                            Existing existing = Existing::keep) = 0;
  /// The same, checked against `info`; it is read to its end in any case.
  void add_nar(const PathInfo& info, Source& nar, Existing existing = Existing::keep);

  // --- asking
  virtual bool is_valid(const StorePath& path) const = 0;
  virtual std::vector<bool> are_valid(const std::vector<StorePath>& paths) const = 0;
  /// Valid, and its files were not lost.
  virtual bool is_present(const StorePath& path) const = 0;
  virtual std::vector<bool> are_present(const std::vector<StorePath>& paths) const = 0;
  /// Error, which tells why, unless the valid derivation would be let into the store today.
  virtual void check_derivation(const StorePath& path) const = 0;
  virtual std::optional<PathInfo> query_path_info(const StorePath& path) const = 0;
  PathInfo path_info(const StorePath& path) const;  ///< Error if it is not valid
  virtual StorePathSet all_valid_paths() const = 0;
  virtual StorePathSet references(const StorePath& path) const;  ///< Error if it is not valid
  virtual StorePathSet referrers(const StorePath& path) const = 0;
  /// The valid derivations that have `path` as an output.
  virtual StorePathSet derivers(const StorePath& path) const = 0;
  /// Outputs of the valid derivation at `derivation` as registered, by name.
  virtual std::map<std::string, StorePath> derivation_outputs(
      const StorePath& derivation) const = 0;
  virtual std::optional<StorePath> find_by_hash_part(std::string_view hash_part) const = 0;
  /// The closure of `paths` under references, or under referrers.
  virtual StorePathSet requisites(const StorePathSet& paths) const = 0;
  virtual StorePathSet all_referrers(const StorePathSet& paths) const = 0;
  /// `paths` (all valid) with each one after its references.
  std::vector<StorePath> topologically_sorted(const StorePathSet& paths) const;

  // --- contents
  /// The bytes of an item that is a regular file. Error if it is not there.
  virtual std::string read_text(const StorePath& path) const = 0;
  /// The item as a NAR. Error if it is not there.
  virtual void dump(const StorePath& path, Sink& sink) const = 0;

  // --- roots
  virtual void add_temp_roots(const std::vector<StorePath>& paths) = 0;
  void add_temp_root(const StorePath& path) { add_temp_roots({path}); }
};

}  // namespace nacre
