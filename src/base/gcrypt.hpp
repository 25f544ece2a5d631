// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace nacre {

/// Sets libgcrypt up, which has to happen before its first use. The first call does it;
/// thread-safe.
void initialize_gcrypt();

}  // namespace nacre
