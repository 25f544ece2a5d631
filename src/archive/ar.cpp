// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/ar.hpp"

#include "base/error.hpp"

namespace nacre {

std::string ar_header(std::string_view name, std::uint64_t size) {
  constexpr int mtime = 1;
  std::string header =
      fmt::format("{:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n", name, mtime, 0, 0, "100644", size);
  if (header.size() != ar_header_size)
    throw Error("'{}' ({} bytes) does not fit into an ar archive", name, size);
  return header;
}

std::string_view ar_padding(std::uint64_t size) {
  return size % 2 == 1 ? "\n" : "";
}

void write_ar_member(Sink& sink, std::string_view name, std::string_view contents) {
  sink.write(ar_header(name, contents.size()));
  sink.write(contents);
  sink.write(ar_padding(contents.size()));
}

}  // namespace nacre
