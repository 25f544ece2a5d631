// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/error.hpp"
#include "substitute/signature.hpp"

namespace {

/// A list that can be read prints as one that reads the same, in both forms.
void read_and_print(const std::string& text) {
  try {
    nacre::Sexp list = nacre::Sexp::parse(text);
    const std::string canonical = list.canonical();
    if (nacre::Sexp::parse(canonical).canonical() != canonical) abort();
    for (std::size_t i = 0; i < list.size(); ++i)
      if (list.list_at(i) && list.atom_at(i)) abort();
    nacre::AccessList accepted = nacre::AccessList::parse(text);
    if (nacre::AccessList::parse(accepted.text()).text() != accepted.text()) abort();
  } catch (const nacre::Error&) {
    // Refused.
  }
}

/// Whoever does not have the key cannot sign; the text may claim what it likes.
void check(const std::string& text) {
  static const nacre::SigningKey key = nacre::make_signing_key();
  static const nacre::AccessList accepted({key.public_key});
  static const nacre::Hash hash = nacre::hash_bytes(nacre::HashAlgorithm::sha256, "this");
  const std::string mark = "KEY";
  std::string claim = text;
  if (std::size_t at = claim.find(mark); at != std::string::npos)
    claim.replace(at, mark.size(), key.public_key.advanced());
  try {
    nacre::check_signature(claim, hash, accepted);
  } catch (const nacre::Error&) {
    return;
  }
  abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  read_and_print(text);
  check(text);
  return 0;
}
