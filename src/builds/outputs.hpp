// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>

#include "builds/closure.hpp"
#include "derivation/derivation.hpp"

namespace nacre {

/// Checks a fixed output before anything changes it: the kind of file, and its hash. The Error
/// shows the hash that was expected and the one that was found. Outputs that are not fixed pass.
void check_fixed_output(const Derivation& derivation, const std::string& output,
                        const std::string& physical_path);

/// Checks the references of all outputs (`infos`, by name) against what the derivation allows:
/// allowedReferences, allowedRequisites, disallowedReferences, disallowedRequisites.
void check_references(const Derivation& derivation, const std::map<std::string, PathInfo>& infos,
                      ClosureCache& closures);

/// Of the first file in which two trees differ, the name relative to them, and in what ("" if they
/// are the same): "/bin/hello (contents, from byte 17 on)". Archives are looked into.
std::string first_difference(const std::string& left, const std::string& right);

}  // namespace nacre
