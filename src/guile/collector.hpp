// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace nacre::guile {

/// Has the garbage collector wait until its heap is of 5 MiB, which is more than most commands
/// need; from then on it goes by its own rules. Call before Guile is initialized.
void delay_collections();

}  // namespace nacre::guile
