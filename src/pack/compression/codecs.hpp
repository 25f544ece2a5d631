// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace nacre {

/// The program that compresses: an input of a pack's derivation, so that what the pack holds
/// depends on no library of this machine.
struct Codecs {
  std::string program;  ///< where it lies
  std::string name;     ///< its name in the store, which says what it was made of
};

}  // namespace nacre
