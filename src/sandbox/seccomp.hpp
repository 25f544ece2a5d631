// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <linux/filter.h>

#include <vector>

namespace nacre {

/// The program that filters a builder's system calls: no set-uid or set-gid bits, no extended
/// attributes, no keys, no sockets but those of local, IP and route families, and none of the newer
/// calls that would be ways around it. With `network`, which is the host's, no local sockets
/// either: nothing can hand a descriptor to another process. Each is compiled once in a process;
/// Error if that fails. Thread-safe.
const std::vector<sock_filter>& builder_filter(bool network);

/// The program that keeps a process from typing into its terminal (TIOCSTI, TIOCLINUX). Compiled
/// once in a process; Error if that fails. Thread-safe.
const std::vector<sock_filter>& terminal_filter();

}  // namespace nacre
