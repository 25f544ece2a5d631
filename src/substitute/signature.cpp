// SPDX-License-Identifier: GPL-3.0-or-later
#include "substitute/signature.hpp"

#include <gcrypt.h>

#include <cassert>

#include "base/error.hpp"
#include "base/gcrypt.hpp"

namespace nacre {
namespace {

constexpr std::string_view import_tag = "(tag(guix import))";

Error gcrypt_error(std::string_view what, gcry_error_t error) {
  return Error("{}: {}", what, gcry_strerror(error));
}

/// On one line.
std::string brief(const Sexp& expression) {
  std::string text;
  for (char c : expression.advanced()) {
    bool is_space = c == ' ' || c == '\n';
    bool is_superfluous = is_space && (text.empty() || text.back() == ' ' || text.back() == '(');
    if (!is_superfluous) text += is_space ? ' ' : c;
  }
  for (std::size_t at = 0; (at = text.find(" )", at)) != std::string::npos;) text.erase(at, 1);
  while (text.ends_with(' ')) text.pop_back();
  return text;
}

/// What is signed: a hash, and how the kind of key turns it into a number.
Sexp hash_data(const Hash& hash, const Sexp& key) {
  assert(hash.algorithm == HashAlgorithm::sha256);
  auto algorithm = key.list_at(1);
  std::string flags = algorithm && algorithm->is("rsa") ? "pkcs1" : "rfc6979";
  return Sexp::parse(fmt::format("(data (flags {}) (hash sha256 #{}#))", flags, hash.base16()));
}

/// The hash that a signature's `(data …)` names.
std::optional<std::string> signed_hash(const Sexp& data) {
  auto hash = data.child("hash");
  if (!hash || hash->size() != 3 || hash->atom_at(1) != "sha256") return {};
  return hash->atom_at(2);
}

Sexp parse_signature(const std::string& text) {
  try {
    return Sexp::parse(text);
  } catch (const Error& error) {
    throw error.in("its signature is corrupt");
  }
}

}  // namespace

SigningKey make_signing_key() {
  Sexp parameters = Sexp::parse("(genkey (ecdsa (curve Ed25519) (flags rfc6979)))");
  gcry_sexp_t pair = nullptr;
  if (gcry_error_t error = gcry_pk_genkey(&pair, parameters.get()); error != 0)
    throw gcrypt_error("a key cannot be made", error);
  Sexp keys = Sexp::adopt(pair);
  auto secret_key = keys.child("private-key");
  auto public_key = keys.child("public-key");
  assert(secret_key && public_key);
  return {*secret_key, *public_key};
}

AccessList::AccessList(const std::vector<Sexp>& public_keys) {
  for (const auto& key : public_keys) keys_.insert(key.canonical());
}

AccessList AccessList::parse(std::string_view text) {
  Sexp list = Sexp::parse(text);
  if (!list.is("acl")) throw Error("not an access-control list");
  const std::string tag = Sexp::parse(import_tag).canonical();
  AccessList result;
  for (std::size_t i = 1; i < list.size(); ++i) {
    auto entry = list.list_at(i);
    auto key = entry && entry->is("entry") ? entry->list_at(1) : std::nullopt;
    auto purpose = key ? entry->list_at(2) : std::nullopt;
    if (!key || !key->is("public-key") || !purpose || entry->size() != 3)
      throw Error("entry {} of the access-control list is malformed", i);
    if (purpose->canonical() == tag) result.keys_.insert(key->canonical());
  }
  return result;
}

bool AccessList::contains(const Sexp& public_key) const {
  return keys_.contains(public_key.canonical());
}

AccessList AccessList::with(const Sexp& public_key) const {
  AccessList result = *this;
  result.keys_.insert(public_key.canonical());
  return result;
}

std::string AccessList::text() const {
  std::string entries;
  for (const auto& key : keys_)
    entries += fmt::format("(entry {} {})", Sexp::parse(key).advanced(), import_tag);
  return Sexp::parse(fmt::format("(acl {})", entries)).advanced();
}

std::string sign(const Hash& hash, const SigningKey& key) {
  Sexp data = hash_data(hash, key.public_key);
  gcry_sexp_t value = nullptr;
  if (gcry_error_t error = gcry_pk_sign(&value, data.get(), key.secret_key.get()); error != 0)
    throw gcrypt_error("the key cannot sign", error);
  return Sexp::parse(fmt::format("(signature {} {} {})", data.advanced(),
                                 Sexp::adopt(value).advanced(), key.public_key.advanced()))
      .advanced();
}

void check_signature(const std::string& text, const Hash& hash, const AccessList& accepted) {
  Sexp signature = parse_signature(text);
  auto data = signature.child("data");
  auto value = signature.child("sig-val");
  auto key = signature.child("public-key");
  if (!signature.is("signature") || signature.size() != 4 || !data || !value || !key)
    throw Error("its signature is corrupt: it lacks a part");
  if (!accepted.contains(*key))
    throw Error("it is signed by an unauthorized public key: {}", brief(*key))
        .hint("authorize the key if you trust whoever has its secret half");
  if (signed_hash(*data) != hash.bytes)
    throw Error("it is corrupt, or its signature is for something else");
  // What is verified is our own idea of what was signed.
  if (gcry_error_t error = gcry_pk_verify(value->get(), hash_data(hash, *key).get(), key->get());
      error != 0)
    throw gcrypt_error("its signature is invalid", error);
}

}  // namespace nacre
