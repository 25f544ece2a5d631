// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/distribution/rpm_header.hpp"

#include <cassert>

#include "base/error.hpp"

namespace nacre {
namespace {

/// The mark of a header, its version, and four bytes that are reserved.
constexpr std::string_view magic("\x8e\xad\xe8\x01\x00\x00\x00\x00", 8);
constexpr std::size_t index_entry_size = 16;
/// What RPM 4 takes for an attack if there is more of it.
constexpr std::size_t highest_data_size = std::size_t{256} * 1024 * 1024 - 1;

}  // namespace

std::string RpmHeader::texts(const std::vector<std::string>& list) {
  std::string data;
  for (const std::string& text : list) {
    if (text.find('\0') != std::string::npos)
      throw Error("'{}' cannot be in an RPM package: it holds a NUL", text);
    data.append(text.c_str(), text.size() + 1);
  }
  return data;
}

std::size_t RpmHeader::alignment(Type type) {
  switch (type) {
    case Type::int16:
      return 2;
    case Type::int32:
      return 4;
    case Type::int64:
      return 8;
    default:
      return 1;
  }
}

void RpmHeader::set(std::uint32_t tag, Type type, std::string data, std::size_t count) {
  assert(count > 0);  // RPM takes an empty list for damage
  [[maybe_unused]] const bool is_new =
      entries_.emplace(tag, Entry{type, std::move(data), count}).second;
  assert(is_new);
}

std::string RpmHeader::index_entry(std::uint32_t tag, Type type, std::size_t offset,
                                   std::size_t count) {
  return big_endian(std::vector<std::uint32_t>{
      tag, number(type), static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(count)});
}

/// The region's entry is the first of the index; its data, the last, look like an entry too, whose
/// offset leads back to the first.
std::string RpmHeader::encode(RpmRegion region) const {
  std::string index, data;
  for (const auto& [tag, entry] : entries_) {
    const std::size_t unit = alignment(entry.type);
    data.resize((data.size() + unit - 1) / unit * unit);
    index += index_entry(tag, entry.type, data.size(), entry.count);
    data += entry.data;
  }
  const std::size_t index_size = index.size() + index_entry_size;
  index.insert(0, index_entry(number(region), Type::bytes, data.size(), index_entry_size));
  data += index_entry(number(region), Type::bytes, -index_size, index_entry_size);
  if (data.size() > highest_data_size)
    throw Error("there are too many files for an RPM package: their list has {} bytes", data.size())
        .hint("choose another --format");
  return std::string(magic) +
         big_endian(
             std::vector<std::uint32_t>{static_cast<std::uint32_t>(index_size / index_entry_size),
                                        static_cast<std::uint32_t>(data.size())}) +
         index + data;
}

}  // namespace nacre
