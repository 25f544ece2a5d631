// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <map>

#include "archive/sif_format.hpp"
#include "base/error.hpp"
#include "base/hash.hpp"
#include "pack/new_file.hpp"
#include "pack/pack.hpp"
#include "pack/pack_input.hpp"
#include "pack/squashfs/singularity_image.hpp"

// The Singularity Image Format, version 1: a header; a table of descriptors, most of them free, for
// signatures to come; the data, here one file system, from which the program starts. Numbers are
// little-endian, and nothing is aligned but the table and the data.

namespace nacre {
namespace {

constexpr std::size_t header_size = 128;
constexpr unsigned descriptor_count = 48;
constexpr std::size_t table_offset = 4096;
constexpr std::size_t data_offset = 32768;
static_assert(table_offset + descriptor_count * sif::descriptor_size <= data_offset);

constexpr std::uint64_t store_time = 1;

constexpr std::uint32_t first_object = 1;
constexpr std::uint32_t first_group = 0xf0000001;

/// Fields one after the other.
class FieldWriter {
 public:
  template <typename Number>
  FieldWriter& number(Number value) {
    for (std::size_t i = 0; i < sizeof value; ++i)
      bytes_ += static_cast<char>(value >> 8 * i & 0xff);
    return *this;
  }
  /// Padded with zeros.
  FieldWriter& text(std::string_view value, std::size_t size) {
    bytes_ += value.substr(0, size);
    bytes_.append(size - std::min(size, value.size()), '\0');
    return *this;
  }
  /// All of them, which have to be so many.
  std::string finish(std::size_t size) {
    if (bytes_.size() != size)
      throw Error("a record of {} bytes came out {} bytes long", size, bytes_.size());
    return std::move(bytes_);
  }

 private:
  std::string bytes_;
};

/// What the format calls the machines that a system's programs run on.
std::string architecture(const std::string& system) {
  static const std::map<std::string, std::string> codes{
      {"i686-linux", "01"},    {"x86_64-linux", "02"},      {"armhf-linux", "03"},
      {"aarch64-linux", "04"}, {"powerpc64le-linux", "06"}, {"mips64el-linux", "10"},
      {"riscv64-linux", "12"}};
  const auto code = codes.find(system);
  if (code == codes.end())
    throw Error("the format sif has no name for {}", system)
        .hint("choose another --format, such as squashfs");
  return code->second;
}

/// The image's identity. Where it lies says all that it was made from, and so what it holds.
std::string uuid(const StorePath& path) {
  constexpr std::size_t size = 16;
  std::string bytes = hash_bytes(HashAlgorithm::sha256, "sif:" + path.text()).bytes.substr(0, size);
  bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x80);  // version 8: made in a way of our own
  bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);
  return bytes;
}

std::string header(const std::string& code, const StorePath& path, std::uint64_t data_size) {
  FieldWriter fields;
  fields.text("#!/usr/bin/env run-singularity\n", 32)
      .text(sif::magic, 10)
      .text("01", 3)
      .text(code, 3)
      .text(uuid(path), 16);
  for (const std::uint64_t number : {store_time, store_time, std::uint64_t{descriptor_count - 1},
                                     std::uint64_t{descriptor_count}, std::uint64_t{table_offset},
                                     std::uint64_t{descriptor_count * sif::descriptor_size},
                                     std::uint64_t{data_offset}, data_size})
    fields.number(number);
  return fields.finish(header_size);
}

/// Of the file system, which is the only object and so belongs to no other.
std::string descriptor(const std::string& code, const std::string& name, std::uint64_t data_size) {
  constexpr std::size_t name_size = 128, own_size = 384;
  FieldWriter own;
  own.number(sif::squashfs).number(sif::primary_system).text(code, 3);
  FieldWriter fields;
  fields.number(sif::partition).number(std::uint8_t{1}).number(first_object).number(first_group);
  fields.number(std::uint32_t{0});
  for (const std::uint64_t number : {std::uint64_t{data_offset}, data_size, data_size, store_time,
                                     store_time, std::uint64_t{0}, std::uint64_t{0}})
    fields.number(number);
  fields.text(name, name_size).text(own.finish(11), own_size);
  return fields.finish(sif::descriptor_size);
}

}  // namespace

/// The header has the size of what comes after it: it is written last.
void build_sif_pack(const BuiltinContext& context) {
  const PackInput input = read_pack_input(context);
  const std::string code = architecture(context.variable("system"));
  const StorePath path = *context.derivation.outputs.at("out").path;
  NewFile file(context.outputs.at("out"));
  file.write(std::string(data_offset, '\0'));
  write_singularity_image(file, context, input);
  const std::uint64_t size = file.size() - data_offset;
  file.overwrite(0, header(code, path, size));
  file.overwrite(table_offset, descriptor(code, "image.squashfs", size));
  file.finish();
}

}  // namespace nacre
