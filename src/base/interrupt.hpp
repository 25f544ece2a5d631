// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace nacre {

/// Installs handlers for SIGINT, SIGTERM and SIGHUP that only note the signal; a second SIGINT or
/// SIGTERM ends the program at once, for users who cannot wait. Call once, in main.
void install_interrupt_handlers();

/// The signal noted so far, 0 if none. Thread-safe.
int interrupt_signal();

/// Throws Interrupted if a signal was noted. Long loops call it; thread-safe.
void check_interrupted();

/// Takes a noted signal back: an interactive program heard it and goes on. Thread-safe.
void forget_interrupt();

/// What to write to `fd` when a second signal ends the program or exit() is called, so that a
/// terminal is left as it was found. `text` is never freed; nullptr takes it back.
void set_last_words(int fd, const char* text);

}  // namespace nacre
