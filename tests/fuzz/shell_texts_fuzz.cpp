// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/error.hpp"
#include "cli/shell/cache.hpp"
#include "cli/shell/cdi.hpp"
#include "cli/shell/profile_variables.hpp"

namespace {

template <typename Read>
void try_to(Read read) {
  try {
    read();
  } catch (const nacre::Error&) {
    // It says so.
  }
}

}  // namespace

/// A profile's etc/profile, a description of a device, an entry of the cache and one of its lines:
/// each is read, or an Error; what was read and is written can be read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nacre::cli;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try_to([&] { parse_profile_variables(text, "/gnu/store/p"); });
  bool found = false;
  try_to([&] { read_device(text, "a/b", "c", found); });
  try_to([&] {
    const ResolvedEnvironment environment = read_environment(text);
    if (!(read_environment(write_environment(environment)) == environment)) std::abort();
  });
  try_to([&] {
    const Dependency dependency = read_dependency(text);
    if (!(read_dependency(write_dependency(dependency)) == dependency)) std::abort();
  });
  return 0;
}
