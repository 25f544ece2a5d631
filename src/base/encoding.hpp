// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

/// Text forms of bytes. Bytes are held in std::string. Decoders throw Error on bad input. All
/// functions are pure.
namespace nacre {

std::string base16_encode(std::string_view bytes);  ///< lower case
std::string base16_decode(std::string_view text);   ///< either case

/// Nix's base 32: alphabet without e, o, u, t; most significant digit first, of the bytes read as
/// a little-endian number. docs/formats.md.
std::string nix_base32_encode(std::string_view bytes);
std::string nix_base32_decode(std::string_view text);

/// RFC 4648, in lower case, without padding.
std::string base32_encode(std::string_view bytes);

std::string base64_encode(std::string_view bytes);
std::string base64_decode(std::string_view text);

}  // namespace nacre
