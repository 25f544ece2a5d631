// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/error.hpp"
#include "substitute/narinfo.hpp"

namespace {

/// A description is either refused, or says the same when it is written and read again; where its
/// archives are is refused or below the server.
void read_and_write(std::string_view text) {
  try {
    nacre::Narinfo info = nacre::parse_narinfo(text);
    std::string written = nacre::write_narinfo(info);
    if (nacre::write_narinfo(nacre::parse_narinfo(written)) != written) abort();
    for (const auto& archive : info.archives) {
      std::string address = nacre::archive_address("https://server.example.org/x", archive.url);
      bool is_absolute = archive.url.find("://") != std::string::npos;
      if (address.starts_with("file") || address.find('\n') != std::string::npos) abort();
      if (!is_absolute && !address.starts_with("https://server.example.org/x/")) abort();
    }
    nacre::check_narinfo(info, {});
  } catch (const nacre::Error&) {
    return;
  }
  abort();  // nobody's signature is accepted
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  read_and_write({reinterpret_cast<const char*>(data), size});
  return 0;
}
