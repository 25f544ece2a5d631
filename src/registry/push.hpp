// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "registry/artefact.hpp"
#include "registry/push_plan.hpp"
#include "registry/repository.hpp"

namespace nacre::registry {

/// Puts the image of a layout into a registry, under the reference's tag, and artefacts beside it.
/// What is there is not uploaded again; the tag is changed last, so that a push that fails or is
/// interrupted leaves it as it was. Memory does not grow with the image. Returns
/// "HOST/NAME@DIGEST". Error when the registry refuses something, or is out of reach for longer
/// than a few attempts take.
std::string push_image(Repository& repository, const ImageLayout& layout, MediaTypes types,
                       const std::vector<Artefact>& artefacts);

}  // namespace nacre::registry
