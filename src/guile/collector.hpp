// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace nacre::guile {

/// Has the garbage collector wait, each time, until 5 MiB have been allocated; from the first
/// collection on that finds the heap larger than that, it goes by its own rules. Most commands end
/// before that one. Call before Guile is initialized.
void delay_collections();

}  // namespace nacre::guile
