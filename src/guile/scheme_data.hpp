// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <libguile.h>

#include "datum/data_text.hpp"

namespace nacre::guile {

/// A list of the data of `text`, as Guile's `read` makes them: strings are mutable, and pairs,
/// strings and all else that can have some get the source properties that it gives, with `file` as
/// their file name. Error, with its place, if a number, an array or a symbol is none. `text` may go
/// away afterwards. Never leaves by a Scheme exit, but for lack of memory.
SCM make_scheme_data(const DataText& text);

}  // namespace nacre::guile
