// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/tar_index.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <string_view>

#include "archive/tar_format.hpp"
#include "base/error.hpp"
#include "base/interrupt.hpp"

namespace nacre {
namespace {

using tar_format::Header;
using tar_format::record_size;

constexpr std::size_t most_files = 100'000;

template <std::size_t size>
std::string_view text_of(const char (&field)[size]) {
  return {field, strnlen(field, size)};
}

/// Octal digits that a NUL or a space ends, or big-endian bytes after 0x80.
template <std::size_t size>
std::optional<std::uint64_t> number_of(const char (&field)[size]) {
  std::uint64_t value = 0;
  if (field[0] == '\x80') {
    for (std::size_t i = 1; i < size; ++i) {
      if (value >> 56 != 0) return {};
      value = value << 8 | static_cast<unsigned char>(field[i]);
    }
    return value;
  }
  for (std::size_t i = 0; i < size && field[i] != '\0' && field[i] != ' '; ++i) {
    if (field[i] < '0' || field[i] > '7') return {};
    value = value << 3 | static_cast<std::uint64_t>(field[i] - '0');
  }
  return value;
}

bool is_zero(const Header& header) {
  static constexpr Header zero{};
  return std::memcmp(&header, &zero, record_size) == 0;
}

void check_header(const Header& header, std::uint64_t offset) {
  const bool is_tar = text_of(header.magic).starts_with("ustar");
  const auto sum = number_of(header.checksum);
  if (!is_tar || !sum || *sum != tar_format::checksum(header))
    throw Error("the archive is damaged: there is no good header at byte {}", offset);
}

}  // namespace

std::map<std::string, TarExtent> index_tar(const ReadAt& read, std::uint64_t size) {
  std::map<std::string, TarExtent> files;
  std::uint64_t offset = 0;
  while (size - offset >= record_size) {
    check_interrupted();
    Header header;
    read(offset, reinterpret_cast<char*>(&header), record_size);
    if (is_zero(header)) return files;
    check_header(header, offset);
    offset += record_size;

    const std::string name(text_of(header.name));
    if (header.type == '5') continue;
    if (header.type != '0') throw Error("the archive holds '{}', which is not a file", name);
    const auto length = number_of(header.size);
    if (!length || *length > size - offset) throw Error("the archive ends within '{}'", name);
    if (!files.emplace(name, TarExtent{offset, *length}).second)
      throw Error("the archive holds '{}' twice", name);
    if (files.size() > most_files) throw Error("the archive holds too many files");
    const std::uint64_t padded = (*length + record_size - 1) / record_size * record_size;
    offset += std::min(padded, size - offset);
  }
  throw Error("the archive has no end");
}

}  // namespace nacre
