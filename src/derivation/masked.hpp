// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <set>
#include <string>

#include "derivation/derivation.hpp"

namespace nacre {

/// The text form with `inputs` (hash in base 16 → outputs) in place of the derivation's own.
std::string write_masked_derivation(const Derivation& derivation,
                                    const std::map<std::string, std::set<std::string>>& inputs,
                                    Paths paths);

}  // namespace nacre
