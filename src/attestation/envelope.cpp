// SPDX-License-Identifier: GPL-3.0-or-later
#include "attestation/envelope.hpp"

#include <nlohmann/json.hpp>
#include <optional>

#include "base/encoding.hpp"
#include "base/error.hpp"

namespace nacre {
namespace {

using Json = nlohmann::json;

/// What is signed: type and contents, so that neither can be taken for something else.
Hash signed_hash(std::string_view statement) {
  return hash_bytes(HashAlgorithm::sha256,
                    fmt::format("DSSEv1 {} {} {} {}", statement_type.size(), statement_type,
                                statement.size(), statement));
}

std::string text_of(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_string())
    throw Error("not a signed statement: it has no '{}'", key);
  return found->get<std::string>();
}

Json parse_envelope(std::string_view text) {
  Json envelope = Json::parse(text, nullptr, false);
  if (!envelope.is_object()) throw Error("not a signed statement: it is not a JSON object");
  return envelope;
}

/// The key that a signature of ours names.
std::optional<std::string> signer(const std::string& signature) {
  try {
    const auto key = Sexp::parse(signature).child("public-key");
    if (key) return key_id(*key);
  } catch (const Error&) {
    // That of another kind of key.
  }
  return {};
}

}  // namespace

std::string key_id(const Sexp& public_key) {
  return hash_bytes(HashAlgorithm::sha256, public_key.canonical()).base16();
}

std::string seal_statement(std::string_view statement, const SigningKey& key) {
  const std::string signature = sign(signed_hash(statement), key);
  const Json envelope{
      {"payloadType", statement_type},
      {"payload", base64_encode(statement)},
      {"signatures",
       Json::array({{{"keyid", key_id(key.public_key)}, {"sig", base64_encode(signature)}}})}};
  return envelope.dump() + "\n";
}

OpenedEnvelope open_envelope(std::string_view text, const AccessList& accepted) {
  const Json envelope = parse_envelope(text);
  const std::string type = text_of(envelope, "payloadType");
  if (type != statement_type) throw Error("it holds no in-toto statement, but '{}'", type);
  const std::string statement = base64_decode(text_of(envelope, "payload"));
  const auto signatures = envelope.find("signatures");
  if (signatures == envelope.end() || !signatures->is_array() || signatures->empty())
    throw Error("it is not signed");
  std::optional<Error> refusal;
  for (const Json& entry : *signatures) {
    try {
      if (!entry.is_object()) throw Error("a signature is malformed");
      const std::string signature = base64_decode(text_of(entry, "sig"));
      const auto key = signer(signature);
      if (!key) throw Error("it is signed by a key of another kind than those of stores");
      check_signature(signature, signed_hash(statement), accepted);
      return {statement, *key};
    } catch (const Error& error) {
      if (!refusal) refusal = error;
    }
  }
  throw Error(*refusal);
}

}  // namespace nacre
