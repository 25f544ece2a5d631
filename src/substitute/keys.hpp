// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "store/export.hpp"
#include "substitute/signature.hpp"

/// The keys of a store, in its directory `configuration` (StoreLayout::configuration):
/// `signing-key.pub`, `signing-key.sec`, and `acl`, the list of those whose signatures are
/// accepted.
namespace nacre {

/// The store's own key. Error with a hint if it has none, or if others could read the secret half.
SigningKey load_signing_key(const std::string& configuration);
/// Makes it. Error if there is one.
void generate_signing_key(const std::string& configuration);

/// Who may sign what this store takes: what `acl` says; without that file, the store's own key.
AccessList load_access_list(const std::string& configuration);
/// Adds a key to `acl`.
void authorize_key(const std::string& configuration, const Sexp& public_key);

/// What export_paths and import_paths of this store take. The files are read now, once.
SignHash store_signer(const std::string& configuration);
CheckSignature store_signature_check(const std::string& configuration);

}  // namespace nacre
