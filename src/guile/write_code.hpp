// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <libguile.h>

#include <string>

namespace nacre::guile {

/// The text of `code` byte for byte as Guile's `write` prints it, in UTF-8. Error when it is nested
/// deeper than a builder could read, as data that contains itself is.
std::string write_code(SCM code);

}  // namespace nacre::guile
