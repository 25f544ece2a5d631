// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "guile/guile.hpp"

namespace nacre::guile {

/// Where the engine's modules and the channel's are. Both come with the program: beside it in a
/// build directory (`scheme-source`, a link to the sources, and `scheme-ccache`), else where
/// `make install` puts them (PREFIX/share/nacre/scheme, PREFIX/lib/nacre/ccache); each of these has
/// a folder `engine` and a folder `channel`. The variable NACRE_CHANNEL, DIRECTORY or
/// DIRECTORY:COMPILED, names another channel. Error when one of them is missing.
Setup language_setup();
/// The file in which the build wrote down which commit of which repository the channel is; it may
/// be missing. Empty when NACRE_CHANNEL names the channel: nothing is known about that.
std::string channel_record();

}  // namespace nacre::guile
