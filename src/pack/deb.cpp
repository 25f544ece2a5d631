// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/ar.hpp"
#include "archive/tar.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "pack/compressor.hpp"
#include "pack/new_file.hpp"
#include "pack/pack.hpp"
#include "pack/pack_input.hpp"
#include "pack/pack_stream.hpp"

// A Debian package, deb(5): an ar archive of a version, a tar archive of what dpkg is told, and one
// of the files.

namespace nacre {
namespace {

/// What dpkg goes by. Error if it does not know the compression.
std::string member_name(std::string_view base, Compression compression) {
  auto named = [&](std::string_view ending) { return fmt::format("{}.tar{}", base, ending); };
  switch (compression) {
    case Compression::none:
      return named("");
    case Compression::gzip:
      return named(".gz");
    case Compression::zstd:
      return named(".zst");
    case Compression::xz:
      return named(".xz");
    case Compression::bzip2:
      return named(".bz2");
    case Compression::lzip:
      break;
  }
  throw Error("Debian packages are not compressed by {}", to_string(compression));
}

/// Installed size in KiB, as dpkg shows it: Debian's policy counts each file in whole ones.
std::uint64_t installed_kibibytes(const PackInput& input, const Store& store) {
  std::uint64_t size = 0;
  for (const StorePath& path : input.closure) size += store.path_info(path).nar_size;
  if (input.local_state) size += input.local_state->database.size();
  return (size + 1023) / 1024;
}

/// The control file: the one given, or the derivation's text and what only the files tell.
std::string control_text(const BuiltinContext& context, const PackInput& input) {
  if (auto file = context.derivation.variable("control-file"))
    return read_file(context.input(*file));
  return context.variable("control") +
         fmt::format("Installed-Size: {}\n", installed_kibibytes(input, context.store));
}

void add_script(TarWriter& tar, const BuiltinContext& context, const std::string& name,
                const std::string& variable, unsigned mode) {
  if (auto file = context.derivation.variable(variable))
    tar.add_file(name, read_file(context.input(*file)), mode);
}

std::string control_archive(const BuiltinContext& context, const PackInput& input) {
  StringSink archive;
  const auto gzip = make_gzip_compressor(9, 1, archive);
  TarWriter tar(*gzip);
  tar.add_file("control", control_text(context, input));
  add_script(tar, context, "postinst", "postinst-file", 0755);
  add_script(tar, context, "triggers", "triggers-file", 0644);
  tar.finish();
  gzip->finish();
  return std::move(archive.text);
}

/// The size of the files is known once they are compressed: their header is written twice.
void write_data(NewFile& file, const BuiltinContext& context, const PackInput& input) {
  const std::string name = member_name("data", input.compression);
  const std::uint64_t header = file.size();
  file.write(ar_header(name, 0));
  const std::uint64_t begin = file.size();
  write_closure_tar(context, input, file, LinkTargets::absolute);
  const std::uint64_t size = file.size() - begin;
  file.write(ar_padding(size));
  file.overwrite(header, ar_header(name, size));
}

}  // namespace

void build_deb_pack(const BuiltinContext& context) {
  const PackInput input = read_pack_input(context);
  const std::string control = control_archive(context, input);
  NewFile file(context.outputs.at("out"));
  file.write(ar_magic);
  write_ar_member(file, "debian-binary", "2.0\n");
  write_ar_member(file, "control.tar.gz", control);
  write_data(file, context, input);
  file.finish();
}

}  // namespace nacre
