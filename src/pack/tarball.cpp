// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/tar.hpp"
#include "pack/pack.hpp"
#include "pack/pack_file.hpp"
#include "pack/pack_input.hpp"

namespace nacre {

void build_tarball_pack(const BuiltinContext& context) {
  PackInput input = read_pack_input(context);
  std::uint64_t total = 0;
  for (const StorePath& path : input.closure)
    total += tar_tree_size(archive_name(path), context.store.physical(path));

  PackFile file(context, input, total);
  TarWriter tar(file);
  tar.add_directory("gnu");
  tar.add_directory("gnu/store");
  for (const StorePath& path : input.closure)
    tar.add_tree(archive_name(path), context.store.physical(path));
  add_symlinks(tar, input, {"gnu"});
  tar.finish();
  file.finish();
}

}  // namespace nacre
