// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/distribution/deb_archive.hpp"

#include "archive/ar.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "pack/compression/compressor.hpp"
#include "pack/pack_stream.hpp"

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

/// By gzip, which every dpkg knows, if anything is to be compressed.
void write_control(NewFile& file, const PackInput& input,
                   const std::vector<DebControlFile>& files) {
  const bool is_plain = input.compression == Compression::none;
  const Compression compression = is_plain ? Compression::none : Compression::gzip;
  StringSink archive;
  const auto compressor = make_compressor(input.codecs, compression, is_plain ? 0 : 9, 1, archive);
  TarWriter tar(*compressor);
  for (const DebControlFile& control : files)
    tar.add_file(control.name, control.contents, control.mode);
  tar.finish();
  compressor->finish();
  write_ar_member(file, member_name("control", compression), archive.text);
}

/// The size of the files is known once they are compressed: their header is written twice.
void write_data(NewFile& file, const BuiltinContext& context, const PackInput& input,
                const DebPackage& package) {
  const std::string name = member_name("data", input.compression);
  const std::uint64_t header = file.size();
  file.write(ar_header(name, 0));
  const std::uint64_t begin = file.size();
  PackStream stream(context, input, package.about, file);
  TarWriter tar(stream);
  package.add_files(tar);
  tar.finish();
  stream.finish();
  const std::uint64_t size = file.size() - begin;
  file.write(ar_padding(size));
  file.overwrite(header, ar_header(name, size));
}

}  // namespace

void write_deb(NewFile& file, const BuiltinContext& context, const PackInput& input,
               const DebPackage& package) {
  file.write(ar_magic);
  write_ar_member(file, "debian-binary", "2.0\n");
  write_control(file, input, package.control);
  write_data(file, context, input, package);
}

std::vector<DebControlFile> read_deb_scripts(const BuiltinContext& context) {
  std::vector<DebControlFile> files;
  const auto add = [&](const char* name, const char* variable, unsigned mode) {
    if (auto file = context.derivation.variable(variable))
      files.push_back({name, read_file(context.input(*file)), mode});
  };
  add("postinst", "postinst-file", 0755);
  add("triggers", "triggers-file", 0644);
  return files;
}

std::uint64_t kibibytes(std::uint64_t bytes) {
  return (bytes + 1023) / 1024;
}

}  // namespace nacre
