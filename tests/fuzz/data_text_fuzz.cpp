// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/error.hpp"
#include "datum/data_text.hpp"

namespace {

using nacre::Datum;

/// Data lie in order, within what holds them.
void check_places(std::span<const Datum> data, std::uint32_t begin, std::uint32_t end) {
  for (const Datum& datum : data) {
    if (datum.begin() < begin || datum.end() < datum.begin() || datum.end() > end) abort();
    check_places(datum.elements(), datum.begin(), datum.end());
    begin = datum.end();
  }
}

/// A text is either refused, or each of its data is read again from its own part of the text.
void read_twice(std::string_view bytes) {
  try {
    const nacre::DataText text("fuzz.scm", std::string(bytes));
    check_places(text.data(), 0, static_cast<std::uint32_t>(bytes.size()));
    // Directives change what follows them.
    if (bytes.find("#!") != std::string_view::npos) return;
    for (const Datum& datum : text.data()) {
      const nacre::DataText again("fuzz.scm", std::string(text.source(datum)));
      if (again.only().kind() != datum.kind()) abort();
    }
  } catch (const nacre::Error&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  read_twice({reinterpret_cast<const char*>(data), size});
  return 0;
}
