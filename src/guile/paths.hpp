// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "guile/guile.hpp"

namespace nacre::guile {

/// Where our own channel and its compiled modules lie: beside the program in a build directory
/// (`scheme-source`, a link to the sources, and `scheme-ccache`), else where `make install` puts
/// them (PREFIX/share/nacre/scheme, PREFIX/lib/nacre/ccache). Error when there is neither.
Setup channel_setup();

}  // namespace nacre::guile
