// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "sandbox/spawn.hpp"

/// Containers for programs that a user runs, as any user. A container has user, mount, process, IPC
/// and host name spaces of its own, and a network that leads nowhere, unless it has the host's.
/// What it sees of the host is what its plan says.
namespace nacre {

/// A file or directory of the host that is seen in a container, with what is mounted below it.
struct ContainerMapping {
  std::string source;  ///< an absolute name; links are followed
  std::string target;  ///< an absolute name in the container; links are not followed
  bool writable = false;
  bool optional = false;  ///< left out if the source does not exist
};

/// How the root of a container looks. Parts are made in the order of the members; later ones cover
/// earlier ones.
struct ContainerPlan {
  std::string store;               ///< the directory that is /gnu/store
  std::vector<std::string> items;  ///< base names of what is seen of it, to read only
  bool network = false;            ///< the host's

  std::vector<std::string> directories;                         ///< empty ones
  std::vector<std::string> temporary;                           ///< empty ones to write to
  std::vector<std::pair<std::string, std::string>> files;       ///< name and text
  std::vector<std::pair<std::string, std::string>> links;       ///< name and target
  std::vector<ContainerMapping> mappings;                       ///< what users share, too
  std::vector<std::pair<std::string, std::string>> last_links;  ///< below what is mapped, too

  /// What else is to be done in the container, before its root is read-only, and a name that
  /// distinguishes one such work from another.
  std::function<void()> complete;
  std::string completed_as;
  bool writable_root = false;
  bool inner_containers = false;  ///< root, too, can make containers and run builds in this one
  Identity identity;              ///< what this process's user and group are in the container
};

/// Runs `command` in a new container, in a process whose return value, if it returns one, is its
/// exit status. Returns the exit status, 128 + N after signal N. The container is over when
/// `command` is, and when this process is killed.
///
/// The command has this process's terminal and is in its process group, so that keys reach it as
/// without a container. Signals that others send to this process are forwarded to it. An init,
/// which is process 1 there, reaps what it leaves behind. It has no capabilities and cannot get
/// any.
///
/// This process must have one thread. Error if the container cannot be made.
int run_container(const ContainerPlan& plan, const std::function<int()>& command);

}  // namespace nacre
