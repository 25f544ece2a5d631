// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstddef>
#include <cstdint>

#include "attestation/envelope.hpp"
#include "attestation/statement.hpp"
#include "base/error.hpp"

/// Nobody is trusted, so that no envelope may open; a statement is read or refused.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  try {
    nacre::open_envelope(text, {});
    __builtin_trap();
  } catch (const nacre::Error&) {
  }
  try {
    nacre::summarize_statement(text);
  } catch (const nacre::Error&) {
  }
  return 0;
}
