// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "pack/distribution/rpm_tags.hpp"

namespace nacre {

/// A header of an RPM package: values by their tags. What it encodes depends on the values alone,
/// not on the order in which they were set, each once. Error for a text that holds a NUL. `Tag` is
/// RpmTag or RpmSignatureTag.
class RpmHeader {
 public:
  template <typename Tag>
  void set_text(Tag tag, std::string_view text) {
    set(number(tag), Type::text, texts({std::string(text)}), 1);
  }
  template <typename Tag>
  void set_texts(Tag tag, const std::vector<std::string>& list) {
    set(number(tag), Type::texts, texts(list), list.size());
  }
  /// A text for users, of which there could be translations.
  template <typename Tag>
  void set_translated(Tag tag, std::string_view text) {
    set(number(tag), Type::translated, texts({std::string(text)}), 1);
  }
  template <typename Tag>
  void set_numbers(Tag tag, const std::vector<std::uint16_t>& list) {
    set(number(tag), Type::int16, big_endian(list), list.size());
  }
  template <typename Tag>
  void set_numbers(Tag tag, const std::vector<std::uint32_t>& list) {
    set(number(tag), Type::int32, big_endian(list), list.size());
  }
  template <typename Tag>
  void set_numbers(Tag tag, const std::vector<std::uint64_t>& list) {
    set(number(tag), Type::int64, big_endian(list), list.size());
  }

  /// The bytes of the header. Error if they are more than RPM reads.
  std::string encode(RpmRegion region) const;

 private:
  enum class Type : std::uint32_t {
    int16 = 3,
    int32 = 4,
    int64 = 5,
    text = 6,
    bytes = 7,
    texts = 8,
    translated = 9
  };
  struct Entry {
    Type type;
    std::string data;
    std::size_t count;
  };

  template <typename Tag>
  static std::uint32_t number(Tag tag) {
    return static_cast<std::uint32_t>(tag);
  }
  template <typename Number>
  static std::string big_endian(const std::vector<Number>& list) {
    std::string data;
    data.reserve(list.size() * sizeof(Number));
    for (Number value : list)
      for (std::size_t shift = 8 * sizeof(Number); shift > 0; shift -= 8)
        data.push_back(static_cast<char>(value >> (shift - 8)));
    return data;
  }
  static std::string texts(const std::vector<std::string>& list);
  static std::size_t alignment(Type type);
  static std::string index_entry(std::uint32_t tag, Type type, std::size_t offset,
                                 std::size_t count);
  void set(std::uint32_t tag, Type type, std::string data, std::size_t count);

  std::map<std::uint32_t, Entry> entries_;
};

}  // namespace nacre
