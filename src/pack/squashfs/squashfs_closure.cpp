// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/squashfs/squashfs_closure.hpp"

#include <algorithm>

#include "pack/pack_input.hpp"

namespace nacre {
namespace {

constexpr std::uint64_t progress_step = 1024 * 1024;

}  // namespace

void add_closure(SquashfsWriter& image, const BuiltinContext& context,
                 const StorePathSet& closure) {
  std::uint64_t total = 0;
  for (const StorePath& path : closure) total += context.store.path_info(path).nar_size;
  std::uint64_t done = 0;
  std::uint64_t reported = 0;
  const auto progress = [&](std::size_t count) {
    done += count;
    if (done - reported < progress_step) return;
    reported = done;
    context.progress(std::min(done, total), total);
  };
  for (const StorePath& path : closure)
    image.add_tree(archive_name(path), context.store.physical(path), progress);
  context.progress(total, total);
}

}  // namespace nacre
