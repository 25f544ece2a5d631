// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstddef>
#include <cstdint>

#include "base/error.hpp"
#include "inspect/inspect.hpp"
#include "inspect/profile_manifest.hpp"

namespace {

/// Whatever the bytes are, they are told of or refused.
void inspect(std::string_view bytes) {
  nacre::InspectLimits limits;
  limits.entries = 10'000;
  limits.document = 1 << 16;
  limits.documents = 1 << 20;
  limits.store_items = 1'000;
  try {
    nacre::inspect_bytes(bytes, limits);
  } catch (const nacre::Error&) {
  }
  try {
    nacre::parse_profile_manifest(bytes);
  } catch (const nacre::Error&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  inspect({reinterpret_cast<const char*>(data), size});
  return 0;
}
