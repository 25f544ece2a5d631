// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <string>

namespace nacre::cli {

/// Runs `work` in a child, which shares nothing with this process afterwards: what it starts,
/// enters and allocates goes away with it. Returns what `work` returned; nothing, and the exit
/// status, if the child failed: an exception leaves run_in_child in the child, which is to report
/// it and to end as this process would. Signals that would end this process end the child. This
/// process must have one thread.
std::optional<std::string> run_in_child(const std::function<std::string()>& work, int& status);

}  // namespace nacre::cli
