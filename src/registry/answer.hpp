// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nacre::registry {

/// What a registry says went wrong, in one line that is safe on a terminal: of its error document,
/// or of whatever else `body` is; empty if that says nothing.
std::string error_text(std::string_view body);

/// How many bytes a registry has of an upload, as its header "Range: 0-LAST" says. "0-0" is what
/// some say for none. Nothing if the header is malformed.
std::optional<std::uint64_t> parse_range(std::string_view header);

/// The token in a token server's answer; empty if there is none that can go into a header.
std::string parse_token(std::string_view body);

/// "sha256:" and 64 digits.
bool is_sha256_digest(std::string_view text);

/// Text that others wrote, as one line of a reasonable length that is safe on a terminal.
std::string one_line(std::string_view text);

}  // namespace nacre::registry
