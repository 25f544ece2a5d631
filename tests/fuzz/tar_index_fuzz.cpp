// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "archive/tar_index.hpp"
#include "base/error.hpp"

namespace {

/// Whatever the bytes are, nothing lies outside of them.
void index(const char* data, std::size_t size) {
  auto read = [&](std::uint64_t offset, char* bytes, std::size_t count) {
    if (offset > size || count > size - offset) abort();
    std::memcpy(bytes, data + offset, count);
  };
  try {
    for (const auto& [name, extent] : nacre::index_tar(read, size))
      if (extent.offset > size || extent.size > size - extent.offset) abort();
  } catch (const nacre::Error&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  index(reinterpret_cast<const char*>(data), size);
  return 0;
}
