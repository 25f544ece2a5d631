// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/hash.hpp"
#include "substitute/sexp.hpp"

/// Who vouches for what comes from elsewhere: keys and signatures as Guix has them,
/// docs/formats.md.
namespace nacre {

/// A key and its public half, each `(private-key …)` and `(public-key …)`.
struct SigningKey {
  Sexp secret_key;
  Sexp public_key;
};

/// A fresh key (ECDSA on Ed25519).
SigningKey make_signing_key();

/// The keys whose signatures are accepted. A value.
class AccessList {
 public:
  AccessList() = default;
  explicit AccessList(const std::vector<Sexp>& public_keys);
  /// Reads `(acl (entry (public-key …) (tag (guix import))) …)`; Error if it is something else.
  static AccessList parse(std::string_view text);

  bool contains(const Sexp& public_key) const;
  /// A list with one more key.
  AccessList with(const Sexp& public_key) const;
  std::string text() const;

 private:
  std::set<std::string> keys_;  ///< canonical
};

/// `(signature (data … (hash sha256 …)) (sig-val …) (public-key …))`, as text.
std::string sign(const Hash& hash, const SigningKey& key);

/// Throws Error unless `text` is a signature of exactly `hash` by a key of `accepted`. The text is
/// foreign; nothing of it but the key's name for itself and the signature's numbers is believed.
void check_signature(const std::string& text, const Hash& hash, const AccessList& accepted);

}  // namespace nacre
