// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <random>
#include <string>

namespace nacre {

/// Something to compress, the same each time: text, noise, runs and what came before, in pieces of
/// odd sizes, the longest of `longest` bytes. Some blocks of it compress well, some not at all.
inline std::string sample(std::size_t size, std::size_t longest = 70'000) {
  std::mt19937 random(static_cast<unsigned>(longest));
  std::string text;
  text.reserve(size + longest);
  while (text.size() < size) {
    const std::size_t length = 1 + random() % longest;
    switch (random() % 4) {
      case 0:
        for (std::size_t i = 0; i < length; ++i) text += static_cast<char>(random());
        break;
      case 1:
        for (std::size_t i = 0; i < length; ++i) text += "nacre, layer upon layer"[random() % 23];
        break;
      case 2:
        if (!text.empty()) text += text.substr(random() % text.size(), length);
        break;
      default:
        text.append(length, '\0');
    }
  }
  text.resize(size);
  return text;
}

}  // namespace nacre
