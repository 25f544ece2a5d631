// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace nacre {

/// Takes all capabilities from this process and its later children, and what programs could get
/// them by; and the calls by which a program types into its terminal, where a shell outside would
/// read it. Error if that fails.
///
/// With `inner_containers`, root keeps the one capability (CAP_SETFCAP) without which the kernel
/// does not let it be root in an inner user name space; others need none for that.
void confine_to_container(bool inner_containers);

}  // namespace nacre
