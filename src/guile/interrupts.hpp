// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace nacre::guile {

/// Makes SIGINT, which the engine notes (base/interrupt.hpp), also stop Scheme code: it raises
/// `signal`, as Guile's own interpreter does, and comes out of `call` as Interrupted.
void deliver_interrupts();

/// From now on an interrupt ends only what is going on, and the next one is a first one again.
void survive_interrupts();

/// Called when an interrupt is about to become a Scheme exception.
void interrupt_raised();

}  // namespace nacre::guile
