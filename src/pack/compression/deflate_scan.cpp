// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/compression/deflate_scan.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <span>
#include <string>

#include "base/error.hpp"

namespace nacre {
namespace {

constexpr unsigned longest_code = 15;
constexpr unsigned most_symbols = 288;

[[noreturn]] void damaged() {
  throw Error("a deflate stream is damaged");
}

/// Bits that are read from a position; there are 56 of them at least, zeros after the end.
class Bits {
 public:
  explicit Bits(std::string_view bytes) : bytes_(bytes), end_(bytes.size() * 8) {}

  std::uint64_t peek() const {
    const std::uint64_t byte = position_ / 8;
    std::uint64_t word = 0;
    if (byte + sizeof word <= bytes_.size())
      std::memcpy(&word, bytes_.data() + byte, sizeof word);
    else if (byte < bytes_.size())
      std::memcpy(&word, bytes_.data() + byte, bytes_.size() - byte);
    static_assert(std::endian::native == std::endian::little);
    return word >> position_ % 8;
  }
  void skip(std::uint64_t count) {
    position_ += count;
    if (position_ > end_) damaged();
  }
  unsigned take(unsigned count) {
    const auto value = static_cast<unsigned>(peek() & ((1U << count) - 1));
    skip(count);
    return value;
  }
  void skip_to_byte() { skip(-position_ % 8); }
  std::uint64_t position() const { return position_; }

 private:
  std::string_view bytes_;
  std::uint64_t end_;
  std::uint64_t position_ = 0;
};

/// What is to be known of a symbol when its code was read.
struct Symbol {
  std::uint8_t code_bits = 0;   ///< 0: no such code, or a long one
  std::uint8_t extra_bits = 0;  ///< that follow the code
  std::uint16_t value = 0;      ///< length of what it stands for, less extra bits; or the symbol
};

/// A canonical Huffman code. Short codes are looked up, long ones are read bit by bit.
class HuffmanCode {
 public:
  /// `lengths` of the symbols' codes, 0 for those that do not occur; `symbols` with what to know.
  void assign(std::span<const std::uint8_t> lengths, std::span<const Symbol> symbols) {
    counts_.fill(0);
    for (const std::uint8_t length : lengths) ++counts_[length];
    counts_[0] = 0;
    std::array<std::uint16_t, longest_code + 2> begin{};  // in sorted_, and the first code
    std::array<std::uint16_t, longest_code + 2> code{};
    for (unsigned length = 1; length <= longest_code; ++length) {
      begin[length + 1] = begin[length] + counts_[length];
      code[length + 1] = (code[length] + counts_[length]) << 1;
      if (code[length] + counts_[length] > 1U << length) damaged();
    }
    fast_.fill({});
    for (std::size_t i = 0; i < lengths.size(); ++i) {
      const unsigned length = lengths[i];
      if (length == 0) continue;
      Symbol symbol = symbols[i];
      symbol.code_bits = static_cast<std::uint8_t>(length);
      sorted_[begin[length]++] = symbol;
      enter_fast(code[length]++, symbol);
    }
  }

  /// The symbol whose code is at the start of `bits`.
  Symbol read(std::uint64_t bits) const {
    const Symbol symbol = fast_[bits & (fast_.size() - 1)];
    return symbol.code_bits != 0 ? symbol : read_long(bits);
  }

 private:
  static constexpr unsigned fast_bits = 10;

  /// The first bit of a code is its highest one, and comes first in the stream.
  void enter_fast(unsigned code, Symbol symbol) {
    const unsigned length = symbol.code_bits;
    if (length > fast_bits) return;
    unsigned reversed = 0;
    for (unsigned bit = 0; bit < length; ++bit) reversed |= (code >> bit & 1) << (length - 1 - bit);
    for (std::size_t i = reversed; i < fast_.size(); i += std::size_t{1} << length)
      fast_[i] = symbol;
  }

  Symbol read_long(std::uint64_t bits) const {
    unsigned code = 0;
    unsigned first = 0;
    unsigned index = 0;
    for (unsigned length = 1; length <= longest_code; ++length, bits >>= 1) {
      code |= bits & 1;
      if (code - first < counts_[length]) return sorted_[index + code - first];
      index += counts_[length];
      first = (first + counts_[length]) << 1;
      code <<= 1;
    }
    damaged();
  }

  std::array<Symbol, std::size_t{1} << fast_bits> fast_;
  std::array<Symbol, most_symbols> sorted_;               ///< by length of the code, then in order
  std::array<std::uint16_t, longest_code + 1> counts_{};  ///< of codes of each length
};

constexpr unsigned end_of_block = 256;

/// What the last two symbols have instead of a length: they must not occur.
constexpr std::uint16_t no_length = 2;

/// Literals stand for one byte, the end of a block for none.
constexpr auto literals_and_lengths = [] {
  std::array<Symbol, most_symbols> symbols{};
  for (unsigned i = 0; i < end_of_block; ++i) symbols[i].value = 1;
  unsigned length = 3;
  for (unsigned i = 257; i < 285; ++i) {
    const unsigned extra = i < 265 ? 0 : (i - 261) / 4;
    symbols[i] = {0, static_cast<std::uint8_t>(extra), static_cast<std::uint16_t>(length)};
    length += 1U << extra;
  }
  symbols[285].value = 258;
  symbols[286].value = symbols[287].value = no_length;
  return symbols;
}();

constexpr auto distances = [] {
  std::array<Symbol, 32> symbols{};
  for (unsigned i = 4; i < 30; ++i) symbols[i].extra_bits = static_cast<std::uint8_t>(i / 2 - 1);
  return symbols;
}();

constexpr auto code_lengths = [] {
  std::array<Symbol, 19> symbols{};
  for (unsigned i = 0; i < symbols.size(); ++i) symbols[i].value = static_cast<std::uint16_t>(i);
  return symbols;
}();

class Scanner {
 public:
  explicit Scanner(std::string_view bytes) : bits_(bytes) {}

  DeflateScan run() {
    for (bool is_last = false; !is_last;) {
      scan_.last_header = bits_.position();
      is_last = bits_.take(1) == 1;
      const unsigned type = bits_.take(2);
      if (type == 3) damaged();
      if (type == 0)
        skip_stored();
      else
        skip_compressed(type == 2);
    }
    scan_.end = bits_.position();
    return scan_;
  }

 private:
  void skip_stored() {
    bits_.skip_to_byte();
    const unsigned size = bits_.take(16);
    if (bits_.take(16) != (size ^ 0xffff)) damaged();
    bits_.skip(std::uint64_t{size} * 8);
    scan_.size += size;
  }

  void skip_compressed(bool has_codes) {
    if (has_codes)
      read_codes();
    else
      use_fixed_codes();
    for (;;) {
      const std::uint64_t bits = bits_.peek();  // of 56, a length and a distance have 48 at most
      const Symbol symbol = literals_.read(bits);
      unsigned used = symbol.code_bits;
      if (symbol.value == 1) {
        scan_.size += 1;
      } else if (symbol.value != 0) {
        if (symbol.value == no_length) damaged();
        scan_.size += symbol.value + (bits >> used & ((1U << symbol.extra_bits) - 1));
        used += symbol.extra_bits;
        const Symbol distance = distances_.read(bits >> used);
        used += distance.code_bits + distance.extra_bits;
      }
      bits_.skip(used);
      if (symbol.value == 0) return;
    }
  }

  void use_fixed_codes() {
    std::array<std::uint8_t, most_symbols> lengths;
    for (unsigned i = 0; i < most_symbols; ++i)
      lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
    literals_.assign(lengths, literals_and_lengths);
    std::array<std::uint8_t, 32> five;
    five.fill(5);
    distances_.assign(five, distances);
  }

  void read_codes() {
    constexpr std::array<std::uint8_t, 19> order{16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                 11, 4,  12, 3, 13, 2, 14, 1, 15};
    const unsigned literals = 257 + bits_.take(5);
    const unsigned distance_codes = 1 + bits_.take(5);
    const unsigned codes = 4 + bits_.take(4);
    std::array<std::uint8_t, 19> short_lengths{};
    for (unsigned i = 0; i < codes; ++i)
      short_lengths[order[i]] = static_cast<std::uint8_t>(bits_.take(3));
    distances_.assign(short_lengths, code_lengths);  // is made again below
    const auto lengths = read_lengths(literals + distance_codes);
    if (lengths[end_of_block] == 0) damaged();
    const std::span<const std::uint8_t> all(lengths);
    literals_.assign(all.first(literals), literals_and_lengths);
    distances_.assign(all.subspan(literals, distance_codes), distances);
  }

  /// By the code that distances_ is for the moment.
  std::array<std::uint8_t, 320> read_lengths(unsigned count) {
    std::array<std::uint8_t, 320> lengths{};
    for (unsigned i = 0; i < count;) {
      const Symbol symbol = distances_.read(bits_.peek());
      bits_.skip(symbol.code_bits);
      if (symbol.value < 16) {
        lengths[i++] = static_cast<std::uint8_t>(symbol.value);
        continue;
      }
      if (symbol.value == 16 && i == 0) damaged();
      const std::uint8_t repeated = symbol.value == 16 ? lengths[i - 1] : std::uint8_t{0};
      const unsigned times = symbol.value == 16   ? 3 + bits_.take(2)
                             : symbol.value == 17 ? 3 + bits_.take(3)
                                                  : 11 + bits_.take(7);
      if (i + times > count) damaged();
      std::fill_n(lengths.begin() + i, times, repeated);
      i += times;
    }
    return lengths;
  }

  Bits bits_;
  DeflateScan scan_;
  HuffmanCode literals_;
  HuffmanCode distances_;
};

}  // namespace

DeflateScan scan_deflate(std::string_view bytes) {
  return Scanner(bytes).run();
}

}  // namespace nacre
