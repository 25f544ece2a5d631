// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace nacre::guile {

/// Has the garbage collector wait, each time, until 5 MiB have been allocated; from when its heap
/// is larger than that, it goes by its own rules. Most commands end before that is so. Call before
/// Guile is initialized.
void delay_collections();

}  // namespace nacre::guile
