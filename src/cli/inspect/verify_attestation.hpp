// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace nacre::cli {

/// What the attestation in a file says of another file, for people or as JSON. Error unless one of
/// its statements is signed by a key that the store accepts, and names that file's SHA-256.
std::string verify_attestation(const std::string& configuration, const std::string& attestation,
                               const std::string& file, bool as_json);

}  // namespace nacre::cli
