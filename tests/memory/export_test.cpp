// SPDX-License-Identifier: GPL-3.0-or-later
// Archives of items, from one store in memory into another.
#include "store/export.hpp"

#include "build_world.hpp"

namespace nacre {
namespace {

class Export : public BuildWorld {};

TEST_F(Export, what_one_store_exports_another_imports) {
  const StorePath a = add("a");
  const StorePath b = add("b", {a});
  build({b});
  StringSink archive;
  export_paths(*store_, {output(b)}, archive, {true, [](const Hash&) { return "signed"; }});
  MemoryStore other;
  StringSource source(archive.text);
  BufferedSource buffered(source);
  import_paths(other, buffered, [](const auto&, const auto&) {});
  EXPECT_EQ(other.read_text(output(b)), "b-out");
  EXPECT_EQ(other.path_info(output(b)).nar_hash, store_->path_info(output(b)).nar_hash);
}

}  // namespace
}  // namespace nacre
