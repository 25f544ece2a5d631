// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>

#include "sandbox/spawn.hpp"
#include "store/layout.hpp"

namespace nacre {

/// The identity of every builder, as it sees itself.
inline constexpr Identity build_user{30001, 30000};

/// The users of the host that builders are, each one at a time: 30001 to 30064, but for those that
/// /etc/passwd gives to somebody else.
inline constexpr unsigned build_user_count = 64;

/// A user of the host that a builder is, if we can give it one of its own: as root. A lock file of
/// the host, in /run/nacre/users (where there is no /run, in STATE/userpool), keeps other builds of
/// any store from using it meanwhile. Whichever it is, its builder sees itself as `build_user`: it
/// runs in a user namespace that exchanges the two numbers and leaves all others alone.
///
/// Its processes are those of its builder's pid namespace, which end with the build; others that
/// the host may have are none of ours and are left alone.
class BuildUser {
 public:
  /// Waits until one is free; throws Interrupted. Nothing if this process cannot change its
  /// identity: then builders have ours, under another number. Where user namespaces are forbidden,
  /// all builders share the first one.
  static std::optional<BuildUser> acquire(const StoreLayout& layout);

  const Identity& identity() const { return identity_; }
  /// The user namespace in which it is `build_user`; -1 if it is that here. Lives as long as the
  /// process.
  int user_namespace() const { return user_namespace_; }

 private:
  friend class UserPool;
  struct Release {
    void operator()(void* slot) const;
  };
  Identity identity_ = build_user;
  int user_namespace_ = -1;
  std::unique_ptr<void, Release> slot_;  ///< of the pool
};

}  // namespace nacre
