// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/encoding.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/error.hpp"

namespace nacre {
namespace {

constexpr std::string_view base16_digits = "0123456789abcdef";
constexpr std::string_view nix_base32_digits = "0123456789abcdfghijklmnpqrsvwxyz";
constexpr std::string_view base32_digits = "abcdefghijklmnopqrstuvwxyz234567";
constexpr std::string_view base64_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

using DigitTable = std::array<unsigned char, 256>;
constexpr unsigned char no_digit = 0xff;

constexpr DigitTable make_table(std::string_view digits) {
  DigitTable table{};
  for (auto& value : table) value = no_digit;
  for (std::size_t i = 0; i < digits.size(); ++i)
    table[static_cast<unsigned char>(digits[i])] = static_cast<unsigned char>(i);
  return table;
}

constexpr DigitTable make_base16_table() {
  DigitTable table = make_table(base16_digits);
  for (int i = 0; i < 6; ++i) table['A' + i] = static_cast<unsigned char>(10 + i);
  return table;
}

constexpr DigitTable base16_values = make_base16_table();
constexpr DigitTable nix_base32_values = make_table(nix_base32_digits);
constexpr DigitTable base64_values = make_table(base64_digits);

unsigned digit_value(const DigitTable& table, char digit, std::string_view encoding) {
  unsigned value = table[static_cast<unsigned char>(digit)];
  if (value != no_digit) return value;
  auto code = static_cast<unsigned char>(digit);
  if (code > 0x20 && code < 0x7f) throw Error("'{}' is not a {} digit", digit, encoding);
  throw Error("byte 0x{:02x} is not a {} digit", code, encoding);
}

}  // namespace

std::string base16_encode(std::string_view bytes) {
  std::string text(bytes.size() * 2, '0');
  std::size_t place = 0;
  for (unsigned char byte : bytes) {
    text[place++] = base16_digits[byte >> 4];
    text[place++] = base16_digits[byte & 15];
  }
  return text;
}

std::string base16_decode(std::string_view text) {
  if (text.size() % 2 != 0) throw Error("base-16 text of odd length {}", text.size());
  std::string bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    unsigned high = digit_value(base16_values, text[i], "base-16");
    unsigned low = digit_value(base16_values, text[i + 1], "base-16");
    bytes += static_cast<char>(high << 4 | low);
  }
  return bytes;
}

std::string nix_base32_encode(std::string_view bytes) {
  std::size_t length = (bytes.size() * 8 + 4) / 5;
  std::string text(length, '0');
  for (std::size_t digit = 0; digit < length; ++digit) {
    std::size_t bit = digit * 5, byte = bit / 8, shift = bit % 8;
    unsigned window = static_cast<unsigned char>(bytes[byte]);
    if (byte + 1 < bytes.size()) window |= static_cast<unsigned char>(bytes[byte + 1]) << 8;
    text[length - 1 - digit] = nix_base32_digits[window >> shift & 31];
  }
  return text;
}

std::string nix_base32_decode(std::string_view text) {
  std::size_t size = text.size() * 5 / 8;
  if ((size * 8 + 4) / 5 != text.size())
    throw Error("no bytes have a nix-base32 form of {} digits", text.size());
  std::string bytes(size, '\0');
  for (std::size_t digit = 0; digit < text.size(); ++digit) {
    unsigned value = digit_value(nix_base32_values, text[text.size() - 1 - digit], "nix-base32");
    std::size_t bit = digit * 5, byte = bit / 8, shift = bit % 8;
    unsigned window = value << shift;
    bytes[byte] = static_cast<char>(bytes[byte] | (window & 0xff));
    if (byte + 1 < size)
      bytes[byte + 1] = static_cast<char>(bytes[byte + 1] | window >> 8);
    else if (window >> 8 != 0)
      throw Error("'{}' is not nix-base32: its first digit is too large", text);
  }
  return bytes;
}

std::string base32_encode(std::string_view bytes) {
  std::string text;
  std::uint32_t pending = 0;
  unsigned bits = 0;  // of pending that are not written yet
  for (const char byte : bytes) {
    pending = (pending << 8) | static_cast<unsigned char>(byte);
    for (bits += 8; bits >= 5; bits -= 5) text += base32_digits[(pending >> (bits - 5)) & 31];
  }
  if (bits > 0) text += base32_digits[(pending << (5 - bits)) & 31];
  return text;
}

std::string base64_encode(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j)
      group = group << 8 | (j < count ? static_cast<unsigned char>(bytes[i + j]) : 0u);
    for (std::size_t j = 0; j < 4; ++j)
      text += j <= count ? base64_digits[group >> (18 - 6 * j) & 63] : '=';
  }
  return text;
}

std::string base64_decode(std::string_view text) {
  if (text.size() % 4 != 0)
    throw Error("base-64 text of length {}, not a multiple of 4", text.size());
  std::string_view digits = text;
  for (int i = 0; i < 2 && digits.ends_with('='); ++i) digits.remove_suffix(1);
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  std::uint32_t group = 0;
  unsigned bits = 0;
  for (char digit : digits) {
    group = group << 6 | digit_value(base64_values, digit, "base-64");
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>(group >> bits & 0xff);
  }
  if ((group & ((1u << bits) - 1)) != 0)
    throw Error("'{}' is not base 64: stray bits at its end", text);
  return bytes;
}

}  // namespace nacre
