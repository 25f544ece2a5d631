// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

#include "build/spawn.hpp"
#include "store/layout.hpp"
#include "store/store_path.hpp"

namespace nacre {

/// The directories that a build writes to, all of them empty at first and removed at the end:
///
///     STORE/HASH-NAME.drv.chroot/       ours alone
///       store/                          where outputs are made; the builder's /gnu/store
///       root/                           where the builder's root is put together, in its mount
///       namespace scratch                         a link to the other directory, for whoever
///       cleans up after a kill
///     TMPDIR/nacre-build-XXXXXX/        ours alone
///       tmp/                            the builder's /tmp
///         guix-build-NAME.drv-0/        its working directory
///
/// What the builder may write lies below a directory that nobody but us may enter, so nobody can
/// reach what it makes before it is done. The caller holds the locks of the derivation's outputs.
class Workspace {
 public:
  /// `builder` owns the working directory and may create outputs; nothing: this process's user.
  Workspace(const StoreLayout& layout, const StorePath& derivation,
            const std::optional<Identity>& builder);
  ~Workspace();
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  std::string store() const { return chroot_ + "/store"; }
  std::string root() const { return chroot_ + "/root"; }
  std::string tmp() const { return scratch_ + "/tmp"; }
  std::string build_directory() const { return tmp() + "/" + build_name_; }
  /// Where the builder sees its working directory.
  std::string inner_build_directory() const { return "/tmp/" + build_name_; }
  /// Where an output, or a mount point, lies in store().
  std::string in_store(const StorePath& path) const;

  /// Moves the working directory to where the user finds it and tells where that is.
  std::string keep_build_directory();

  /// Removes what a killed process left of an earlier build of this derivation.
  static void remove_stale(const StoreLayout& layout, const StorePath& derivation);

 private:
  void make_scratch();
  void remove_all();

  std::string chroot_;
  std::string scratch_;
  std::string build_name_;
};

}  // namespace nacre
