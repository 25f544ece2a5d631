// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <linux/filter.h>
#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace nacre {

/// One step on the way from the host's view of the file system to the builder's.
struct SetupStep {
  enum class Kind {
    mount,           ///< mount(source, target, type, flags, data)
    make_directory,  ///< at target
    make_file,       ///< at target, holding data
    make_symlink,    ///< at target, to source
  };
  Kind kind;
  std::string source;
  std::string target;
  std::string type;
  unsigned long flags = 0;
  std::string data;
};

/// A user and group of the host or of the enclosing namespace.
struct Identity {
  uid_t uid;
  gid_t gid;
};

/// Everything about a builder's process, worked out before it is born.
struct SpawnPlan {
  int namespaces = 0;            ///< CLONE_NEW… flags
  std::vector<SetupStep> steps;  ///< in the new namespaces, still under the old root
  std::string root;              ///< becomes the root of the file system, unless it is empty
  std::string directory;         ///< working directory, under the new root
  bool has_own_network = false;  ///< bring its loopback up
  std::string host_name;         ///< empty: leave it

  /// With CLONE_NEWUSER: the builder's identity inside; outside it is that of this process.
  std::optional<Identity> mapped_identity;
  /// Without: what to become before the builder starts, in this user namespace (-1: in ours;
  /// borrowed).
  std::optional<Identity> final_identity;
  int user_namespace = -1;

  std::string program;
  std::vector<std::string> arguments;  ///< with argument zero
  std::map<std::string, std::string> environment;
  unsigned long personality = 0;  ///< bits to add
  int input = -1;                 ///< standard input; borrowed; -1: /dev/null
  int output = -1;                ///< standard output and error; borrowed
  int side = -1;                  ///< becomes side_descriptor; borrowed; -1: none
  static constexpr int side_descriptor = 3;
  const std::vector<sock_filter>* filter = nullptr;
  /// Where the kernel can (Landlock since Linux 6.12), no signals and no connections through
  /// abstract local sockets to anybody but its own children.
  bool keeps_to_itself = false;
};

/// A step of the child that failed. what() says which.
class SpawnError : public SystemError {
 public:
  SpawnError(int code, std::string_view what, bool in_namespaces)
      : SystemError(code, what), in_namespaces_(in_namespaces) {}
  /// Whether it had to do with making namespaces, not with the program.
  bool in_namespaces() const { return in_namespaces_; }

 private:
  bool in_namespaces_;
};

/// Starts the process and returns its id once it runs its program; SpawnError otherwise. The child
/// leads a session of its own, sees no file of ours, and is killed when the calling thread
/// ends, so the caller waits for it.
///
/// The child shares our memory until it runs its program (as with vfork): nothing of this process,
/// which may be large, is copied. That is why it finds everything prepared, allocates nothing,
/// throws nothing and changes only its own stack and the record of its failure.
pid_t spawn(const SpawnPlan& plan);

}  // namespace nacre
