// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/embedded_squashfs.hpp"

#include <elf.h>

#include <array>
#include <cstring>
#include <string_view>
#include <utility>

#include "archive/sif_format.hpp"
#include "base/error.hpp"

namespace nacre {
namespace {

using namespace std::literals;

constexpr std::string_view squashfs_magic = "hsqs";
constexpr std::string_view appimage_magic = "AI\x02"sv;
constexpr std::size_t appimage_magic_offset = 8;

// Where a SIF file tells of its descriptors.
constexpr std::size_t sif_descriptor_count = 88;
constexpr std::size_t sif_descriptors = 96;
constexpr std::size_t sif_max_descriptors = 1024;

/// Little-endian, as all of these formats have it on machines of ours.
template <typename Number>
Number number_at(const std::string& bytes, std::size_t offset) {
  Number number{};
  if (offset + sizeof number > bytes.size()) throw Error("it ends too early");
  std::memcpy(&number, bytes.data() + offset, sizeof number);
  return number;
}

bool has_squashfs(const ByteRange& bytes, std::uint64_t offset) {
  return bytes.read(offset, squashfs_magic.size()) == squashfs_magic;
}

std::string machine_name(unsigned machine) {
  constexpr std::array<std::pair<unsigned, const char*>, 6> names{{{EM_386, "386"},
                                                                   {EM_X86_64, "amd64"},
                                                                   {EM_ARM, "arm"},
                                                                   {EM_AARCH64, "arm64"},
                                                                   {EM_PPC64, "ppc64le"},
                                                                   {EM_RISCV, "riscv64"}}};
  for (const auto& [number, name] : names)
    if (number == machine) return name;
  return "";
}

/// The program ends with its table of sections; the file system comes next.
template <typename Header>
std::uint64_t end_of_program(const std::string& head) {
  const auto header = number_at<Header>(head, 0);
  return std::uint64_t{header.e_shoff} + std::uint64_t{header.e_shentsize} * header.e_shnum;
}

EmbeddedSquashfs find_in_appimage(const ByteRange& bytes) {
  const std::string head = bytes.read(0, sizeof(Elf64_Ehdr));
  EmbeddedSquashfs found{"appimage", machine_name(number_at<std::uint16_t>(head, 18)), 0};
  found.offset = head[EI_CLASS] == ELFCLASS64 ? end_of_program<Elf64_Ehdr>(head)
                                              : end_of_program<Elf32_Ehdr>(head);
  if (!has_squashfs(bytes, found.offset))
    throw Error("the AppImage holds no SquashFS file system behind its program");
  return found;
}

/// SIF's numbers for machines, as two digits in text.
std::string sif_architecture(std::string_view digits) {
  constexpr std::array<const char*, 13> names{"",         "386",     "amd64",  "arm",    "arm64",
                                              "ppc64",    "ppc64le", "mips",   "mipsle", "mips64",
                                              "mips64le", "s390x",   "riscv64"};
  const std::string text(digits.substr(0, 2));
  if (text.size() != 2 || text[0] < '0' || text[0] > '1' || text[1] < '0' || text[1] > '9')
    return "";
  const std::size_t index =
      static_cast<std::size_t>(text[0] - '0') * 10 + static_cast<std::size_t>(text[1] - '0');
  return index < names.size() ? names[index] : "";
}

/// "Used" is one byte, so that the numbers that follow lie at odd places.
EmbeddedSquashfs find_in_sif(const ByteRange& bytes) {
  const std::string header = bytes.read(0, 128);
  const auto count = number_at<std::uint64_t>(header, sif_descriptor_count);
  const auto table = number_at<std::uint64_t>(header, sif_descriptors);
  if (count > sif_max_descriptors || table > bytes.size())
    throw Error("the header of the Singularity image is malformed");
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::string entry = bytes.read(table + i * sif::descriptor_size, sif::descriptor_size);
    if (entry.size() < sif::descriptor_size) break;
    constexpr std::size_t extra = 201;
    if (number_at<std::uint32_t>(entry, 0) != sif::partition || entry[4] == 0 ||
        number_at<std::uint32_t>(entry, extra) != sif::squashfs ||
        number_at<std::uint32_t>(entry, extra + 4) != sif::primary_system)
      continue;
    const auto offset = number_at<std::uint64_t>(entry, 17);
    if (has_squashfs(bytes, offset))
      return {"sif", sif_architecture(std::string_view(entry).substr(extra + 8, 3)), offset};
  }
  throw Error("the Singularity image holds no SquashFS file system")
      .hint("nacre reads no encrypted ones, and none of other file systems");
}

}  // namespace

std::optional<EmbeddedSquashfs> find_squashfs(const ByteRange& bytes) {
  const std::string head = bytes.read(0, 64);
  const std::string_view text = head;
  if (text.starts_with(squashfs_magic)) return EmbeddedSquashfs{"squashfs", "", 0};
  if (text.starts_with(ELFMAG) && head.size() >= 64 &&
      text.substr(appimage_magic_offset).starts_with(appimage_magic))
    return find_in_appimage(bytes);
  if (text.size() >= 64 && text.substr(sif::magic_offset).starts_with(sif::magic))
    return find_in_sif(bytes);
  return {};
}

}  // namespace nacre
