// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace nacre {

/// Fetches `path` of Debian's archive (such as "pool/main/h/hello/…") into `file`: from the mirrors
/// that $NACRE_DEBIAN_MIRROR names, by `fetch`, which returns why it failed or nothing; if it is
/// not set, from where this machine's apt gets its packages, by apt's own means. Returns why that
/// failed, or nothing. Error with a hint if there is neither.
std::string fetch_from_debian(std::string_view path, const std::string& file,
                              const std::function<std::string(const std::string&)>& fetch);

}  // namespace nacre
