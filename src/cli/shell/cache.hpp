// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/shell/dependencies.hpp"
#include "sandbox/relocation.hpp"
#include "store/local_store.hpp"

/// The environments that `nacre shell` made before, so that making one again takes neither Guile
/// nor the database. docs/shell.md says what an entry depends on; docs/formats.md how it lies on
/// disk.
namespace nacre::cli {

/// What a request comes to.
struct ResolvedEnvironment {
  std::string profile;             ///< a store path
  std::string shell;               ///< of the container's /bin/sh, a store path; "" without one
  std::vector<std::string> items;  ///< with a container: base names of all that these need, sorted

  bool operator==(const ResolvedEnvironment&) const = default;
};

/// Lines of text for it, as entries and descriptions of launches have them; and back. Error for
/// other text.
std::string write_environment(const ResolvedEnvironment& environment);
ResolvedEnvironment read_environment(std::string_view text);

/// Collects what a request consists of. The order of calls matters.
class RequestKey {
 public:
  void add(std::string_view label, std::string_view value);
  /// A digest, fit for a file name.
  std::string digest() const;

 private:
  std::string text_;
};

class EnvironmentCache {
 public:
  /// The cache of this user for one store. Without a home directory, or in one of somebody else's,
  /// nothing is kept.
  explicit EnvironmentCache(const StoreLocation& location);

  /// The environment that was kept for `key`, if all that it depends on is as it was and the
  /// garbage collector has left it. Marks it as used. Never an Error: what cannot be read is not
  /// there.
  std::optional<ResolvedEnvironment> find(const std::string& key) const;

  /// Keeps the environment, which is then a root of the garbage collector. Whoever reads the cache
  /// meanwhile, or after a kill, finds the former entry, this one, or none. `used` are the
  /// environments that programs run in (environments_in_use): one that this replaces stays a root.
  void save(LocalStore& store, const std::string& key, const ResolvedEnvironment& environment,
            const std::vector<Dependency>& dependencies,
            const std::vector<std::string>& used) const;

  /// Makes the environment a root for as long as process `pid`, or the program that it becomes,
  /// runs.
  void hold(LocalStore& store, const ResolvedEnvironment& environment, pid_t pid) const;

  /// Removes the roots of what was replaced or held and is not used any more.
  void remove_unused(const std::vector<std::string>& used) const;

  /// Removes all entries but the `kept` that were used last and those of environments in `used`;
  /// returns how many.
  std::size_t remove(std::size_t kept, const std::vector<std::string>& used) const;

  const std::optional<std::string>& directory() const { return directory_; }

 private:
  std::string file(const std::string& key) const { return *directory_ + "/" + key; }
  bool is_root(const std::string& link, const std::string& path) const;
  void retire(LocalStore& store, const std::string& link, const std::string& successor) const;
  void make_directory() const;

  StoreLocation location_;
  std::optional<std::string> directory_;  ///< nothing: no cache
};

/// The profiles of the environments that programs of this user run in, by their variables. To be
/// called before a name space is entered, from which the processes of others cannot be seen.
std::vector<std::string> environments_in_use();

}  // namespace nacre::cli
