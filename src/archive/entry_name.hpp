// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace nacre {

/// Error unless `name` can be the name of a file in an archive: relative, without NUL and without
/// empty, "." and ".." components. `kind` says in which: "a tar archive".
void check_entry_name(std::string_view name, std::string_view kind);

}  // namespace nacre
