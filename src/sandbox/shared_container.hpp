// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>

#include "sandbox/container.hpp"

namespace nacre {

/// Like run_container, in the container of this user on this machine that is called `name`:
/// processes in it, such as the ranks of a job, see each other, share memory, and can read each
/// other's. The first caller makes it; it is over when the last one's command is. Any number of
/// callers may come at once.
///
/// A process that keeps the container, its process 1, listens on a socket in `directory`, which
/// belongs to this user alone, and hands out the name spaces. Whoever is connected is in the
/// container.
///
/// Error, too, if the container of that name was made with another plan.
int run_in_shared_container(const ContainerPlan& plan, const std::string& name,
                            const std::string& directory, const std::function<int()>& command);

}  // namespace nacre
