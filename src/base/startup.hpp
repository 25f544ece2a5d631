// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace nacre {

/// Makes the process safe to work in, whatever its parent left it. Call first in main.
///
/// - Descriptors 0, 1 and 2 that are closed are occupied, so that no file of ours gets their
///   number. Reading from or writing to them fails.
/// - A write to a pipe that nobody reads fails with EPIPE instead of ending the process. Programs
///   that we run get the default action again.
/// - An exception that nothing catches is reported before the process aborts.
void prepare_process();

}  // namespace nacre
