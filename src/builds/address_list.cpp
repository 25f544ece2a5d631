// SPDX-License-Identifier: GPL-3.0-or-later
#include "builds/address_list.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "datum/data_text.hpp"

namespace nacre {
namespace {

bool is_address(const Datum& datum) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20; };
  return datum.is_string() && std::none_of(datum.text().begin(), datum.text().end(), is_control);
}

/// Those of a string, or of a list of strings. Nothing if it is neither.
std::vector<std::string> addresses_of(const Datum& datum) {
  const std::span<const Datum> strings = datum.is_list() ? datum.elements() : std::span(&datum, 1);
  if (!std::all_of(strings.begin(), strings.end(), is_address)) return {};
  std::vector<std::string> result;
  for (const Datum& string : strings) result.emplace_back(string.text());
  return result;
}

}  // namespace

std::vector<std::string> parse_address_list(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \t\n"), text.size());
  const std::string_view data = text.substr(begin);
  if (!data.starts_with('(') && !data.starts_with('"')) return {std::string(text)};
  std::vector<std::string> addresses =
      addresses_of(DataText("the list of addresses", std::string(data)).only());
  if (addresses.empty()) throw Error("'{}' is not a list of addresses", text);
  return addresses;
}

}  // namespace nacre
