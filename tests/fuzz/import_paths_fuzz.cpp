// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/error.hpp"
#include "base/files.hpp"
#include "store/export.hpp"
#include "store/local_store.hpp"

namespace {

/// A stream is refused, or its items are valid and can be exported again; either way nothing is
/// left beside the store.
void import_and_export(std::string_view stream) {
  static const nacre::TemporaryDirectory directory("import-paths-fuzz");
  static const auto store =
      nacre::LocalStore::open(nacre::StoreLayout::under(directory.path() + "/root"));
  nacre::StringSource source(stream);
  try {
    auto paths = nacre::import_paths(*store, source, [](const std::string&, const nacre::Hash&) {});
    for (const auto& path : paths)
      if (!store->is_valid(path)) abort();
    nacre::NullSink sink;
    nacre::export_paths(*store, paths, sink, {});
  } catch (const nacre::Error&) {
    // Refused.
  }
  if (nacre::list_directory(directory.path()).size() != 1) abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  import_and_export({reinterpret_cast<const char*>(data), size});
  return 0;
}
