// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/utf8.hpp"

#include <algorithm>
#include <cstring>

namespace nacre {
namespace {

unsigned byte_at(std::string_view text, std::size_t index) {
  return static_cast<unsigned char>(text[index]);
}

/// How long a sequence that begins with `lead` is, and the bounds of its second byte; other
/// bytes are 0x80 to 0xbf.
struct Form {
  std::size_t length;
  unsigned low;
  unsigned high;
};

constexpr Form form_of(unsigned lead) {
  if (lead < 0x80) return {1, 0, 0};
  if (lead < 0xc2) return {0, 0, 0};
  if (lead < 0xe0) return {2, 0x80, 0xbf};
  if (lead == 0xe0) return {3, 0xa0, 0xbf};
  if (lead == 0xed) return {3, 0x80, 0x9f};
  if (lead < 0xf0) return {3, 0x80, 0xbf};
  if (lead == 0xf0) return {4, 0x90, 0xbf};
  if (lead < 0xf4) return {4, 0x80, 0xbf};
  if (lead == 0xf4) return {4, 0x80, 0x8f};
  return {0, 0, 0};
}

/// How many bytes at the start of `text`, which is not empty, may be those of such a sequence.
std::size_t begun_length(std::string_view text, const Form& form) {
  if (form.length == 0) return 0;
  std::size_t length = 1;
  for (; length < form.length && length < text.size(); ++length) {
    const unsigned low = length == 1 ? form.low : 0x80;
    const unsigned high = length == 1 ? form.high : 0xbf;
    if (byte_at(text, length) < low || byte_at(text, length) > high) break;
  }
  return length;
}

/// Bytes at the start of `text` that are ASCII, eight at a time.
std::size_t skip_ascii(std::string_view text) {
  std::size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t word;
    std::memcpy(&word, text.data() + i, sizeof word);
    if ((word & 0x8080808080808080) != 0) break;
  }
  while (i < text.size() && byte_at(text, i) < 0x80) ++i;
  return i;
}

}  // namespace

std::size_t utf8_sequence_length(std::string_view text) {
  if (text.empty()) return 0;
  const Form form = form_of(byte_at(text, 0));
  return begun_length(text, form) == form.length ? form.length : 0;
}

std::size_t find_invalid_utf8(std::string_view text) {
  std::size_t at = 0;
  while (true) {
    at += skip_ascii(text.substr(at));
    if (at == text.size()) return std::string_view::npos;
    const std::size_t length = utf8_sequence_length(text.substr(at));
    if (length == 0) return at;
    at += length;
  }
}

std::string replace_invalid_utf8(std::string_view text) {
  std::string result;
  while (true) {
    const std::size_t valid = std::min(find_invalid_utf8(text), text.size());
    result += text.substr(0, valid);
    text.remove_prefix(valid);
    if (text.empty()) return result;
    append_utf8(result, 0xfffd);
    text.remove_prefix(std::max<std::size_t>(1, begun_length(text, form_of(byte_at(text, 0)))));
  }
}

std::uint32_t utf8_code_point(std::string_view sequence) {
  const unsigned lead = byte_at(sequence, 0);
  if (lead < 0x80) return lead;
  const std::size_t length = form_of(lead).length;
  std::uint32_t code = lead & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) code = code << 6 | (byte_at(sequence, i) & 0x3f);
  return code;
}

void append_utf8(std::string& text, std::uint32_t code) {
  auto add = [&text](std::uint32_t byte) { text += static_cast<char>(byte); };
  if (code < 0x80) {
    add(code);
  } else if (code < 0x800) {
    add(0xc0 | code >> 6);
    add(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    add(0xe0 | code >> 12);
    add(0x80 | (code >> 6 & 0x3f));
    add(0x80 | (code & 0x3f));
  } else {
    add(0xf0 | code >> 18);
    add(0x80 | (code >> 12 & 0x3f));
    add(0x80 | (code >> 6 & 0x3f));
    add(0x80 | (code & 0x3f));
  }
}

}  // namespace nacre
