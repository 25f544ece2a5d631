// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "guile/guile.hpp"

namespace nacre::guile {

/// Where our own channel and its compiled modules lie: beside the program in a build directory
/// (`scheme-source`, a link to the sources, and `scheme-ccache`), else where `make install` puts
/// them (PREFIX/share/nacre/scheme, PREFIX/lib/nacre/ccache). Error when there is neither.
Setup channel_setup();
/// The file in which the build wrote down which commit of which repository that channel is; it may
/// be missing.
std::string channel_record();

}  // namespace nacre::guile
