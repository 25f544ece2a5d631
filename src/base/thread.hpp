// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <thread>

namespace nacre {

/// A thread in which all signals are blocked: they stay with the threads that look for them.
std::thread start_thread(std::function<void()> body);

}  // namespace nacre
