// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Programs of a pack, started by the pack's own dynamic linker where they were unpacked: that finds
// their libraries with nacre-audit.so, and their own calls with names of files go to
// nacre-preload.so.

/// Where a pack's store is, absolute and without symbolic links, and which of its items has the two
/// libraries: a name without slashes.
struct pack {
  const char* store;
  const char* libraries;
};

/// What tells those libraries where they are, and what file the program is.
#define LIBRARIES_VARIABLE "NACRE_PACK_LIBRARIES"
#define PROGRAM_VARIABLE "NACRE_PACK_PROGRAM"

/// What the dynamic linker is told to load; nacre-audit.so knows where it is.
#define PRELOAD_NAME "nacre-preload.so"

/// Executes `file`, a physical name. `is_relocated` says whether that is the pack's dynamic linker,
/// and not just any program. Returns -1 with errno, or what it likes.
typedef int start_function(void* context, const char* file, char* const* arguments,
                           char* const* environment, int is_relocated);

/// Calls `run` with what execve needs to run the program or script `file` as if the pack's store
/// were at /gnu/store. Returns what that does, or -1 with errno. It may be called in a child that
/// shares its parent's memory.
int start_program(const struct pack* pack, const char* file, char* const* arguments,
                  char* const* environment, start_function* run, void* context);
