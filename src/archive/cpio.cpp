// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/cpio.hpp"

#include <sys/stat.h>

#include <limits>

#include "archive/bounded_sink.hpp"
#include "archive/entry_name.hpp"
#include "base/error.hpp"

namespace nacre {
namespace {

constexpr std::string_view magic = "070701";
constexpr std::size_t header_size = 110;
constexpr std::string_view prefix = "./";
constexpr std::string_view end_name = "TRAILER!!!";

constexpr std::uint64_t padding_after(std::uint64_t size) {
  return -size % 4;
}

void write_padding(Sink& sink, std::uint64_t size) {
  sink.write(std::string_view("\0\0\0", 3).substr(0, padding_after(size)));
}

constexpr std::uint64_t padded(std::uint64_t size) {
  return size + padding_after(size);
}

/// The name as the archive has it.
std::string entry_name(const std::string& name) {
  check_entry_name(name, "a cpio archive");
  return std::string(prefix) + name;
}

}  // namespace

void CpioWriter::add_directory(const std::string& name, unsigned mode) {
  write_entry(entry_name(name), S_IFDIR | mode, 2, {});
}

void CpioWriter::add_symlink(const std::string& name, std::string_view target) {
  write_entry(entry_name(name), S_IFLNK | 0777, 1, target);
}

void CpioWriter::add_file(const std::string& name, std::string_view contents, unsigned mode) {
  write_entry(entry_name(name), S_IFREG | mode, 1, contents);
}

void CpioWriter::add_stream(const std::string& name, std::uint64_t size,
                            const std::function<void(Sink&)>& write, unsigned mode) {
  write_header(entry_name(name), ++number_, S_IFREG | mode, 1, size);
  BoundedSink sink(sink_, size);
  write(sink);
  if (sink.rest() > 0)
    throw Error("'{}' is {} bytes shorter than was announced", name, sink.rest());
  write_padding(sink_, size);
}

void CpioWriter::finish() {
  write_header(std::string(end_name), 0, 0, 1, 0);
}

void CpioWriter::write_entry(const std::string& name, unsigned mode, unsigned links,
                             std::string_view contents) {
  write_header(name, ++number_, mode, links, contents.size());
  sink_.write(contents);
  write_padding(sink_, contents.size());
}

void CpioWriter::write_header(const std::string& name, std::uint32_t number, unsigned mode,
                              unsigned links, std::uint64_t size) {
  if (size > std::numeric_limits<std::uint32_t>::max())
    throw Error("'{}' has {} bytes: a cpio archive holds files of less than 4 GiB", name, size);
  const bool is_end = number == 0;
  // Number, mode, owner, group, links, time, size, two devices of two numbers each, length of the
  // name with its NUL, checksum.
  sink_.write(fmt::format(
      "{}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}", magic,
      number, mode, 0, 0, links, is_end ? 0 : mtime_, size, 0, 0, 0, 0, name.size() + 1, 0));
  sink_.write({name.c_str(), name.size() + 1});
  write_padding(sink_, header_size + name.size() + 1);
}

std::uint64_t cpio_entry_size(std::string_view name, std::uint64_t size) {
  return padded(header_size + prefix.size() + name.size() + 1) + padded(size);
}

std::uint64_t cpio_end_size() {
  return padded(header_size + end_name.size() + 1);
}

}  // namespace nacre
