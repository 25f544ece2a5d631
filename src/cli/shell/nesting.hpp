// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cli/shell/container_plan.hpp"

namespace nacre::cli {

/// Has nacre itself in the container: the whole store, to write to; the program, its modules and
/// caches; and, since it is a program of this machine, the machine's libraries, to read only.
void add_nacre(EnvironmentContainer& container, const StoreLocation& location);

}  // namespace nacre::cli
