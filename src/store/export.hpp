// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/sink.hpp"
#include "store/store.hpp"

/// Store items as a stream that another store can read, the one of `guix archive --export`;
/// docs/formats.md. Keys and signatures are somebody else's (substitute/): here they are texts.
namespace nacre {

/// Makes the signature of a hash.
using SignHash = std::function<std::string(const Hash& hash)>;
/// Throws Error unless the signature is good, is one of this hash, and by somebody who may sign.
using CheckSignature = std::function<void(const std::string& signature, const Hash& hash)>;

struct ExportOptions {
  bool with_requisites = false;  ///< what the paths refer to, directly or not, goes along
  SignHash sign;                 ///< nothing: the items are not signed
};

/// Writes the items, each after those of its references that are written too, otherwise in the
/// order of `paths`. Error if one is not valid, or if its files are not those that were registered.
void export_paths(const Store& store, const std::vector<StorePath>& paths, Sink& sink,
                  const ExportOptions& options);

/// Reads a stream, and no byte past its end; adds its items and returns them in order. The stream
/// is foreign: every item must have a signature that `check` lets pass. Error for the first that is
/// refused; those before it are in the store then.
std::vector<StorePath> import_paths(Store& store, Source& source, const CheckSignature& check);

}  // namespace nacre
