// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/entry_name.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace nacre {

void check_entry_name(std::string_view name, std::string_view kind) {
  bool bad = name.empty() || name.starts_with('/') || name.find('\0') != std::string_view::npos;
  for (std::size_t begin = 0; begin <= name.size() && !bad;) {
    std::size_t end = std::min(name.find('/', begin), name.size());
    std::string_view part = name.substr(begin, end - begin);
    bad = part.empty() || part == "." || part == "..";
    begin = end + 1;
  }
  if (bad) throw Error("'{}' cannot be the name of a file in {}", name, kind);
}

}  // namespace nacre
