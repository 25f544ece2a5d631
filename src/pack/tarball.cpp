// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/new_file.hpp"
#include "pack/pack.hpp"
#include "pack/pack_input.hpp"
#include "pack/pack_stream.hpp"

namespace nacre {

void build_tarball_pack(const BuiltinContext& context) {
  PackInput input = read_pack_input(context);
  NewFile file(context.outputs.at("out"));
  write_closure_tar(context, input, file);
  file.finish();
}

}  // namespace nacre
