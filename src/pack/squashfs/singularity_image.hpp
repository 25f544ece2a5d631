// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "builds/builtin.hpp"
#include "pack/new_file.hpp"
#include "pack/pack_input.hpp"

namespace nacre {

/// Writes the file system that Singularity and Apptainer run at the end of `file`.
void write_singularity_image(NewFile& file, const BuiltinContext& context, const PackInput& input);

}  // namespace nacre
