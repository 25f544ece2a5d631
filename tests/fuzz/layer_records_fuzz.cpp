// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "pack/image/layer_records.hpp"

/// Whatever a file says, reading it neither fails nor finds what would not be written so. The
/// digest at its end is set right, for it would hide the rest.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nacre;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  parse_layer_records(text);
  const std::string above = "nacre layers 1\n" + std::string(text);
  const std::string whole = above + hash_bytes(HashAlgorithm::sha256, above).base16() + "\n";
  const auto records = parse_layer_records(whole);
  if (records && write_layer_records(*records).size() > whole.size()) std::abort();
  return 0;
}
