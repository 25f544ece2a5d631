// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>

#include "builds/closure.hpp"
#include "derivation/derivation.hpp"

namespace nacre {

/// The builder's environment variables: those of the derivation, and the ones that Guix sets for
/// every build. `directory` is the working directory as the builder sees it.
std::map<std::string, std::string> builder_environment(const Derivation& derivation,
                                                       const std::string& directory,
                                                       unsigned cores);

/// The files that `exportReferencesGraph` asks for: name → text. For each path of a closure, in
/// order, a line each for the path, its deriver (left empty), the number of its references, and
/// these. Error if the variable is malformed or names a path that is not valid.
std::map<std::string, std::string> references_graphs(const Derivation& derivation,
                                                     DerivationCache& derivations,
                                                     ClosureCache& closures);

/// Words of a variable, separated by white space; none if it is not set.
std::vector<std::string> variable_words(const Derivation& derivation, const std::string& name);
/// The lines of a variable that may be unset; none if it is empty.
std::vector<std::string> variable_lines(const Derivation& derivation, const std::string& name);

}  // namespace nacre
