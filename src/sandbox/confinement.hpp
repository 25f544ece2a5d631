// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace nacre {

/// Takes all capabilities from this process and its later children, and what programs could get
/// them by; and the calls by which a program types into its terminal, where a shell outside would
/// read it. Error if that fails.
void confine_to_container();

}  // namespace nacre
