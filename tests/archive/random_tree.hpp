// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/stat.h>

#include <random>
#include <string>

#include "base/files.hpp"

namespace nacre {

/// Makes file trees that depend on the seed alone: names with odd bytes, empty files, links to
/// nowhere, directories within directories, modes as the store has them.
class RandomTree {
 public:
  explicit RandomTree(unsigned seed) : generator_(seed) {}

  void make(const std::string& path, int depth = 4) {
    switch (depth > 0 ? below(4) : below(2)) {
      case 0:
        return make_file(path);
      case 1:
        return create_symlink(name() + "/../" + name(), path);
      default:
        return make_directory(path, depth);
    }
  }

  void make_directory(const std::string& path, int depth) {
    make_directories(path);
    for (unsigned i = below(7); i > 0; --i) {
      std::string entry = path + "/" + name();
      if (!path_exists(entry)) make(entry, depth - 1);
    }
  }

 private:
  unsigned below(unsigned limit) { return static_cast<unsigned>(generator_() % limit); }

  std::string name() {
    std::string result;
    for (unsigned length = 1 + below(below(8) == 0 ? 255 : 8); length > 0; --length) {
      char byte = static_cast<char>(1 + below(255));
      result += byte == '/' ? '_' : byte;
    }
    return result == "." || result == ".." ? "dots" : result;
  }

  void make_file(const std::string& path) {
    std::string contents(below(4) == 0 ? below(300000) : below(30), '\0');
    for (char& byte : contents) byte = static_cast<char>(generator_() & 0xff);
    write_file_atomically(path, contents, below(2) == 0 ? 0755 : 0644);
  }

  std::mt19937 generator_;
};

}  // namespace nacre
