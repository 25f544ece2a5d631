// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes are refused as an Error, or are the one text of the derivation that they are read as.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/error.hpp"
#include "derivation/derivation.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    nacre::Derivation derivation = nacre::parse_derivation(text, "fuzz");
    if (nacre::write_derivation(derivation) != text) std::abort();
  } catch (const nacre::Error&) {
  }
  return 0;
}
