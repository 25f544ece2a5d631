// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace nacre::guile {

/// Makes the signals that the engine notes (base/interrupt.hpp) also stop Scheme code: they raise
/// `signal`, as SIGINT does in Guile's own interpreter, and come out of `call` as Interrupted.
void deliver_interrupts();

/// From now on SIGINT ends only what is going on, and the next one is a first one again.
void survive_interrupts();

/// Called when an interrupt is about to become a Scheme exception.
void interrupt_raised();

}  // namespace nacre::guile
