// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/error.hpp"
#include "profile/manifest_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const nacre::ManifestFile manifest("manifest",
                                       std::string(reinterpret_cast<const char*>(data), size));
    manifest.search_paths();
  } catch (const nacre::Error&) {
  }
  return 0;
}
