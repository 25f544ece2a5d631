// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.hpp"
#include "base/files.hpp"
#include "pack/distribution/deb_archive.hpp"
#include "pack/pack.hpp"
#include "pack/pack_stream.hpp"

// A pack in one Debian package.

namespace nacre {
namespace {

/// The control file: the one given, or the derivation's text and what only the files tell.
std::string control_text(const BuiltinContext& context, const PackInput& input) {
  if (auto file = context.derivation.variable("control-file"))
    return read_file(context.input(*file));
  std::uint64_t size = closure_size(context, input);
  if (input.local_state) size += input.local_state->database.size();
  return context.variable("control") + fmt::format("Installed-Size: {}\n", kibibytes(size));
}

}  // namespace

void build_deb_pack(const BuiltinContext& context) {
  const PackInput input = read_pack_input(context);
  DebPackage package;
  package.control = read_deb_scripts(context);
  package.control.insert(package.control.begin(), {"control", control_text(context, input)});
  package.about = closure_size(context, input);
  package.add_files = [&](TarWriter& tar) {
    add_closure(tar, context, input, LinkTargets::absolute, 0555);
  };
  NewFile file(context.outputs.at("out"));
  write_deb(file, context, input, package);
  file.finish();
}

}  // namespace nacre
