// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/files.hpp"
#include "sandbox/build_user.hpp"
#include "sandbox/spawn.hpp"
#include "store/layout.hpp"
#include "store/store_path.hpp"

namespace nacre {

/// The directories that a build writes to:
///
///     STORE/.builds/PID-N/              under lock as long as somebody uses it
///       store/                          where outputs are made; the builder's /gnu/store
///       root/                           where the builder's root is put together, in its mount
///                                       namespace
///       items/                          where the whole store is mounted meanwhile, read-only
///       taken/                          outputs to compare, out of their builder's reach
///       scratch                         a link to the other directory, for a later cleanup
///     TMPDIR/nacre-build-XXXXXXXX/
///       tmp/                            the builder's /tmp
///         guix-build-NAME.drv-0/        its working directory
///
/// What the builder may write lies below directories that nobody but us may enter (.builds and the
/// last but two), so nobody can reach what it makes before it is done.
///
/// A workspace serves one build after the other: file systems can be slow at removing directories,
/// and what builds need is mostly the same. What a builder can change is never there for the next
/// one: its working directory is always a new one, and so are store/ and tmp/, unless they belong
/// to another user, are sticky, and look as before once they are emptied. A builder that could have
/// kept a descriptor (one with a network) is the last one in its workspace.
///
/// Removed when this goes away; what a killed process leaves, the next one removes, or the garbage
/// collector (remove_stale).
class Workspace {
 public:
  explicit Workspace(StoreLayout layout);
  ~Workspace();
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  /// The user of the host for builders in here; nothing: they have this process's identity.
  const std::optional<BuildUser>& user() const { return user_; }

  /// Who works in a workspace.
  struct Tenant {
    bool is_other_user = false;         ///< user(), and not this process's
    bool owns_directories = false;      ///< it can change store/ and tmp/ themselves
    bool may_keep_descriptors = false;  ///< and so reach its files after its end
  };
  /// Readies the clean workspace for a derivation's builder.
  void adopt(const StorePath& derivation, const Tenant& tenant);
  /// Makes mount points for `inputs` in store(), and removes others.
  void set_inputs(const StorePathSet& inputs);
  /// Makes sure that there is nothing where `output` will be.
  void make_room(const StorePath& output);
  /// Removes what a build left. False if it is of no further use.
  bool clean();

  std::string store() const { return directory_ + "/store"; }
  std::string root() const { return directory_ + "/root"; }
  std::string all_items() const { return directory_ + "/items"; }
  std::string tmp() const { return scratch_ + "/tmp"; }
  std::string build_directory() const { return tmp() + "/" + build_name_; }
  /// Where the builder sees its working directory.
  std::string inner_build_directory() const { return "/tmp/" + build_name_; }
  /// Creates a file in the working directory, readable by everybody.
  void add_file(const std::string& name, std::string_view text);
  /// Where an output, or an input's mount point, lies in store().
  std::string in_store(const StorePath& path) const;
  /// Base names of the inputs that have to be mounted; the others are links.
  std::vector<std::string> mount_points() const;

  /// Takes an output out of the builder's reach, which must have ended: moves it to `target`, or
  /// copies it if the builder may have kept a descriptor.
  void take(const StorePath& output, const std::string& target);
  /// Whose files take() leaves.
  uid_t owner_of_outputs() const;
  /// A place for take() that is removed by clean().
  std::string taken(const StorePath& output) const;

  /// Moves the working directory to where the user finds it and tells where that is.
  std::string keep_build_directory();

  /// Removes the workspaces of processes that are gone, and what else lies where they do. Safe
  /// beside builds.
  static void remove_stale(const StoreLayout& layout);

 private:
  enum class Kind { directory, file, link };

  void make_directory();
  void make_scratch();
  void make_shared_directories();
  bool clean_shared_directories();
  void make_input(const std::string& name);
  void remove_input(const std::string& name);
  uid_t tenant_uid() const;
  void remove_all();

  StoreLayout layout_;
  std::optional<BuildUser> user_;
  std::string directory_;
  UniqueFd lock_;  ///< the directory, locked
  std::string scratch_;
  std::string build_name_;
  Tenant tenant_;
  bool has_shared_directories_ = false;  ///< store/ and tmp/
  struct stat store_before_ {};          ///< store/ as the tenant found it
  struct stat tmp_before_ {};
  std::map<std::string, Kind, std::less<>> inputs_;  ///< by base name
};

/// Moves the file or tree at `from`, which may be read-only, to `to` in the same file system. Never
/// follows a link.
void move_tree(const std::string& from, const std::string& to);

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
