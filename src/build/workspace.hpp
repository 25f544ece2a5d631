// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/files.hpp"
#include "build/spawn.hpp"
#include "store/layout.hpp"
#include "store/store_path.hpp"

namespace nacre {

/// The directories that a build writes to:
///
///     STORE/.builds/PID-N/              under lock as long as somebody uses it
///       store/                          where outputs are made; the builder's /gnu/store
///       root/                           where the builder's root is put together, in its mount
///                                       namespace
///       scratch                         a link to the other directory, for whoever cleans up
///     TMPDIR/nacre-build-XXXXXXXX/
///       tmp/                            the builder's /tmp
///         guix-build-NAME.drv-0/        its working directory
///
/// What the builder may write lies below directories that nobody but us may enter (.builds and the
/// last but two), so nobody can reach what it makes before it is done. A workspace serves one
/// build after the other: file systems can be slow at removing directories, and what builds need is
/// mostly the same. Removed when this goes away; what a killed process leaves, the next one
/// removes.
class Workspace {
 public:
  explicit Workspace(StoreLayout layout);
  ~Workspace();
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  /// Readies the working directory, which must be clean, for a derivation and for its owner;
  /// nothing: this process's user.
  void adopt(const StorePath& derivation, const std::optional<Identity>& builder);
  /// Makes mount points for `inputs` in store(), and removes others.
  void set_inputs(const StorePathSet& inputs);
  /// Makes sure that there is nothing where `output` will be.
  void make_room(const StorePath& output);
  /// Removes what a build left. False if that could not be done: it is of no further use then.
  bool clean();

  std::string store() const { return directory_ + "/store"; }
  std::string root() const { return directory_ + "/root"; }
  std::string tmp() const { return scratch_ + "/tmp"; }
  std::string build_directory() const { return tmp() + "/" + build_name_; }
  /// Where the builder sees its working directory.
  std::string inner_build_directory() const { return "/tmp/" + build_name_; }
  /// Where an output, or an input's mount point, lies in store().
  std::string in_store(const StorePath& path) const;
  /// Base names of the inputs that have to be mounted; the others are links.
  std::vector<std::string> mount_points() const;

  /// Moves the working directory to where the user finds it and tells where that is.
  std::string keep_build_directory();

  /// Removes the workspaces of processes that are gone.
  static void remove_stale(const StoreLayout& layout);

 private:
  enum class Kind { directory, file, link };

  void make_directory();
  void make_scratch();
  void make_input(const std::string& name);
  void remove_input(const std::string& name);
  void remove_all();

  StoreLayout layout_;
  std::string directory_;
  UniqueFd lock_;  ///< the directory, locked
  std::string scratch_;
  std::string build_name_;
  std::map<std::string, Kind, std::less<>> inputs_;  ///< by base name
};

/// Workspaces that are not in use. Thread-safe; outlives what it gives.
class WorkspacePool {
 public:
  explicit WorkspacePool(StoreLayout layout) : layout_(std::move(layout)) {}

  struct Return {
    WorkspacePool* pool;
    void operator()(Workspace* workspace) const { pool->give_back(workspace); }
  };
  using Lease = std::unique_ptr<Workspace, Return>;
  /// A clean workspace, which comes back by itself.
  Lease take();

 private:
  void give_back(Workspace* workspace);

  StoreLayout layout_;
  std::mutex mutex_;
  bool removed_stale_ = false;
  std::vector<std::unique_ptr<Workspace>> free_;
};

}  // namespace nacre
