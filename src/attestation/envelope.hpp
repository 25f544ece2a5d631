// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "substitute/signature.hpp"

/// Signed statements, in the envelopes of DSSE (Dead Simple Signing Envelope) 1.0;
/// docs/provenance.md.
namespace nacre {

inline constexpr std::string_view statement_type = "application/vnd.in-toto+json";

/// SHA-256 of a public key in its canonical form, in base 16.
std::string key_id(const Sexp& public_key);

/// A statement and a signature of it, as JSON in one line.
std::string seal_statement(std::string_view statement, const SigningKey& key);

struct OpenedEnvelope {
  std::string statement;
  std::string key_id;  ///< of the key whose signature counted
};

/// What an envelope holds, once one of its signatures is found to be by one of the `accepted` keys.
/// The text is foreign: Error if it is no envelope of a statement, or if no signature counts.
OpenedEnvelope open_envelope(std::string_view text, const AccessList& accepted);

}  // namespace nacre
