// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/error.hpp"
#include "registry/answer.hpp"
#include "registry/artefact.hpp"
#include "registry/challenge.hpp"
#include "registry/credentials.hpp"
#include "registry/reference.hpp"
#include "registry/url.hpp"

namespace {

using namespace nacre::registry;

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

template <typename Parse>
void parse(Parse parse) {
  try {
    parse();
  } catch (const nacre::Error&) {
  }
}

/// What a registry answers is refused, or harmless: on a terminal, in a header, in an address.
void read(std::string_view text) {
  if (has_control(error_text(text))) abort();
  if (has_control(parse_token(text))) abort();
  parse_range(text);
  for (const Challenge& challenge : parse_challenges(text))
    if (challenge.scheme.empty()) abort();
  parse([&] {
    for (const auto& [key, credentials] : parse_auth_file(text).credentials)
      if (has_control(credentials.user) || has_control(credentials.password)) abort();
  });
  parse([&] {
    const Reference reference = parse_reference(text);
    if (has_control(reference.name()) || reference.name().find("..") != std::string::npos) abort();
  });
  parse([&] {
    const Url url = Url("https://registry.example.org/v2/a/").resolve(std::string(text));
    if (has_control(url.text())) abort();
    if (url.origin().scheme != "https" && url.origin().scheme != "http") abort();
  });
  parse([&] {
    const Artefact artefact{"a/x", "a/y", "contents", {}};
    const Document manifest = artefact_manifest(artefact, Document::of(oci_manifest_type, "{}"));
    const std::string index = add_referrer(std::string(text), artefact, manifest);
    if (index.find(manifest.digest) == std::string::npos) abort();
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  read({reinterpret_cast<const char*>(data), size});
  return 0;
}
