// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "archive/nar.hpp"
#include "base/error.hpp"
#include "base/files.hpp"

namespace {

/// Archives are either refused, and leave nothing, or canonical: dumping gives them back.
void restore_and_dump(std::string_view archive) {
  static const nacre::TemporaryDirectory directory("restore-nar-fuzz");
  const std::string path = directory.path() + "/tree";
  nacre::StringSource source(archive);
  try {
    nacre::restore_nar(source, path);
  } catch (const nacre::Error&) {
    if (!nacre::list_directory(directory.path()).empty()) abort();
    return;
  }
  nacre::StringSink sink;
  nacre::dump_nar(path, sink);
  nacre::remove_tree(path);
  if (!archive.starts_with(sink.text)) abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  restore_and_dump({reinterpret_cast<const char*>(data), size});
  return 0;
}
