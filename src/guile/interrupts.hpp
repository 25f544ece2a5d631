// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace nacre::guile {

/// Makes SIGINT, which the engine notes (base/interrupt.hpp), also stop Scheme code: it raises
/// `signal`, as Guile's own interpreter does, and comes out of `call` as Interrupted.
void deliver_interrupts();

}  // namespace nacre::guile
