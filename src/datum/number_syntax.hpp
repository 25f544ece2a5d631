// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace nacre {

/// Whether Guile's string->number takes `token`, in radix 10 and without a prefix, for a number:
/// integers, fractions, decimals, infinities, complex numbers. What is none is a symbol. Pure.
bool is_decimal_number(std::string_view token);

}  // namespace nacre
