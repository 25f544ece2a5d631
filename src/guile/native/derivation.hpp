// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <libguile.h>

#include <map>
#include <memory>
#include <string>

#include "derivation/derivation.hpp"

namespace nacre::guile {

struct OpenStore;

/// The variables of an alist. Error if it is none.
std::map<std::string, std::string> environment_from(SCM alist);
/// The output, without its path, that (ALGORITHM HASH RECURSIVE?) describes.
DerivationOutput output_from_fixed(SCM list);
/// Computes the paths of `derivation`, puts it on its way into the store, and returns the object
/// that stands for it.
SCM defer_derivation_object(OpenStore& store, std::shared_ptr<Derivation> derivation);

}  // namespace nacre::guile
