// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// How the reporters write numbers, bars and foreign text. Pure functions, but for the one that
/// looks at the environment.
namespace nacre::progress_text {

std::string duration(std::chrono::milliseconds time);  ///< "3.2 s", "1m03s", "2h05m"
std::string elapsed(std::chrono::milliseconds time);   ///< the same in whole seconds: "3s", "1m03s"
std::string byte_count(std::uint64_t bytes);           ///< "512 B", "12.3 MB"
std::string byte_count(std::uint64_t done, std::uint64_t total);  ///< "1.5/12.3 MB"

/// One line that is safe on any terminal: no control characters and escape sequences, tabs as
/// spaces, what is not valid UTF-8 (or, without `utf8`, not ASCII) as "?".
std::string sanitize(std::string_view line, bool utf8);

std::size_t columns(std::string_view text);  ///< of sanitized text: one for each code point
/// The first columns of sanitized text, with a mark at the end where something was cut off.
std::string truncate(std::string_view text, std::size_t width, bool utf8);

/// `width` columns, filled in the proportion done/total.
std::string bar(std::uint64_t done, std::uint64_t total, std::size_t width, bool utf8);

/// Whether the user's locale, by LC_ALL, LC_CTYPE and LANG, is one of UTF-8.
bool locale_is_utf8();

}  // namespace nacre::progress_text
