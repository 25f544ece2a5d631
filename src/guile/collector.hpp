// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace nacre::guile {

/// Delays each collection until 5 MiB were allocated. Once the heap exceeds 5 MiB, the default
/// policy applies again. Most commands end before. Call before Guile is initialized.
void delay_collections();

}  // namespace nacre::guile
