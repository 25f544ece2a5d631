// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstddef>
#include <cstdint>

#include "archive/archive_reader.hpp"
#include "archive/archive_tree.hpp"
#include "archive/nar.hpp"
#include "base/error.hpp"

namespace {

/// Whatever the bytes are, they are a tree or refused; a tree can be walked to its end.
void walk(std::string_view bytes) {
  try {
    nacre::ArchiveReader reader([&] { return std::exchange(bytes, {}); });
    const nacre::ArchiveTree tree(reader, "archive");
    nacre::NullSink nar;
    nacre::dump_nar(tree, nar);
  } catch (const nacre::Error&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  walk({reinterpret_cast<const char*>(data), size});
  return 0;
}
