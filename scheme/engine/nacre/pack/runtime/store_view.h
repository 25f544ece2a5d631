// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "failure.h"

/// Makes the directory `store`, an absolute name without symbolic links, appear at /gnu/store to
/// this process and to those that it starts, and to nobody else: in a mount name space of its own,
/// and in a user name space if it takes one. Everything else of the file system stays where it is,
/// as do the process, its user and its working directory. No file is written anywhere.
///
/// Returns 0; or -1, and `failure` says why. Then this process is of no more use: its name spaces
/// may have been left half-made. Only for a process with one thread.
int enter_store_view(const char* store, struct failure* failure);

/// What comes first in that: a mount name space of one's own, and the privilege to mount in it.
int enter_namespaces(struct failure* failure);

/// Whether enter_store_view would work, which is tried in a child. Returns 0, or -1 and says why
/// not.
int try_store_view(const char* store, struct failure* failure);
