// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/new_file.hpp"
#include "pack/pack.hpp"
#include "pack/pack_input.hpp"
#include "pack/pack_stream.hpp"

namespace nacre {
namespace {

/// An ordinary user who unpacked a pack must be able to remove it, and to unpack another over it,
/// which may have the same items: tar replaces the files in a directory that is there.
constexpr unsigned directory_mode = 0755;

}  // namespace

void build_tarball_pack(const BuiltinContext& context) {
  const PackInput input = read_pack_input(context);
  NewFile file(context.outputs.at("out"));
  PackStream stream(context, input, closure_size(context, input), file);
  TarWriter tar(stream);
  add_closure(tar, context, input, LinkTargets::relative, directory_mode);
  tar.finish();
  stream.finish();
  file.finish();
}

}  // namespace nacre
