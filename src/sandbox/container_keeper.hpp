// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <string>

#include "base/files.hpp"
#include "sandbox/container.hpp"

/// The two ends of the socket by which a shared container is kept and entered.
namespace nacre {

/// The kinds of name spaces, in the order in which they are handed out and entered.
inline constexpr std::array<const char*, 6> namespace_kinds{"user", "ipc", "uts",
                                                            "net",  "pid", "mnt"};

/// What stands for a plan: two that are equal have the same.
std::string plan_digest(const ContainerPlan& plan);

/// Where containers of one name meet: files in a directory that is ours alone.
class MeetingPoint {
 public:
  /// Makes the directory. Error if others can write to it, or `name` is not fit for a file name.
  MeetingPoint(const std::string& directory, const std::string& name);

  /// Waits until nobody else joins or ends the container; held until the result goes away.
  UniqueFd lock() const;
  /// The same without waiting: nothing if somebody has it.
  UniqueFd try_lock() const;

  /// A socket that listens there, in place of one that nobody listens on any more.
  UniqueFd listen() const;
  /// Connected with who listens; nothing if nobody does.
  UniqueFd connect() const;
  void remove_socket() const;

  /// Of the directory: this object's only one.
  int descriptor() const { return directory_.get(); }

 private:
  UniqueFd open_lock() const;

  UniqueFd directory_;
  std::string name_;
};

/// What the keeper sends to who connects.
struct Admission {
  std::string digest;
  std::array<UniqueFd, namespace_kinds.size()> namespaces;
};

/// Receives it; nothing if the keeper is ending.
bool receive_admission(int socket, Admission& admission);

/// Process 1 of a shared container, from the moment that its root is there: admits every process
/// that connects, until all who did are gone. `socket` listens.
[[noreturn]] void keep_container(const MeetingPoint& point, UniqueFd socket,
                                 const std::string& digest);

}  // namespace nacre
