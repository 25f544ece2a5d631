// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/image/layer_records.hpp"

#include <algorithm>
#include <charconv>

#include "base/encoding.hpp"
#include "base/error.hpp"

// One line for each layer, between the line that names the format and the digest of all above it.

namespace nacre {
namespace {

constexpr std::string_view first_line = "nacre layers 1\n";
constexpr std::size_t digest_digits = 64;

std::string digest_of(std::string_view text) {
  return hash_bytes(HashAlgorithm::sha256, text).base16();
}

/// Takes the text up to the next `end`, which goes too; nothing if there is none.
std::optional<std::string_view> take_until(std::string_view& rest, char end) {
  const std::size_t at = rest.find(end);
  if (at == std::string_view::npos) return {};
  const std::string_view taken = rest.substr(0, at);
  rest.remove_prefix(at + 1);
  return taken;
}

/// Reads the fields of a line one after the other; what is wrong shows in the end.
class Fields {
 public:
  explicit Fields(std::string_view line) : rest_(line) {}

  std::string key() {
    const std::string_view text = take();
    failed_ = failed_ || text.size() != digest_digits ||
              text.find_first_not_of("0123456789abcdef") != std::string_view::npos;
    return std::string(text);
  }
  Hash digest() {
    const std::string text = key();
    return {HashAlgorithm::sha256, failed_ ? std::string() : base16_decode(text)};
  }
  template <typename Number>
  Number number() {
    const std::string_view text = take();
    Number value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    failed_ = failed_ || failure != std::errc{} || end != text.data() + text.size();
    return value;
  }
  bool are_right() const { return !failed_ && rest_.empty(); }

 private:
  std::string_view take() {
    const std::size_t end = std::min(rest_.find(' '), rest_.size());
    const std::string_view taken = rest_.substr(0, end);
    failed_ = failed_ || taken.empty();
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    return taken;
  }

  std::string_view rest_;
  bool failed_ = false;
};

std::optional<LayerRecord> parse_line(std::string_view line) {
  Fields fields(line);
  LayerRecord record;
  record.key = fields.key();
  record.diff_id = fields.digest();
  record.contents.size = fields.number<std::uint64_t>();
  record.contents.checksum = fields.number<std::uint32_t>();
  record.digest = fields.digest();
  const auto place = fields.number<unsigned>();
  record.in_blob = place == 1;
  record.offset = fields.number<std::uint64_t>();
  record.size = fields.number<std::uint64_t>();
  if (!fields.are_right() || place > 1) return {};
  return record;
}

}  // namespace

std::string layer_key(std::string_view id, std::string_view method) {
  return digest_of(fmt::format("layer\n{}\n{}\n", id, method));
}

std::string write_layer_records(const std::vector<LayerRecord>& records) {
  std::string text(first_line);
  for (const LayerRecord& record : records)
    text += fmt::format("{} {} {} {} {} {} {} {}\n", record.key, record.diff_id.base16(),
                        record.contents.size, record.contents.checksum, record.digest.base16(),
                        record.in_blob ? 1 : 0, record.offset, record.size);
  return text + digest_of(text) + "\n";
}

std::optional<std::vector<LayerRecord>> parse_layer_records(std::string_view text) {
  constexpr std::size_t end_size = digest_digits + 1;
  if (!text.starts_with(first_line) || text.size() < first_line.size() + end_size) return {};
  const std::string_view above = text.substr(0, text.size() - end_size);
  if (text.substr(above.size()) != digest_of(above) + "\n") return {};
  std::vector<LayerRecord> records;
  for (std::string_view rest = above.substr(first_line.size()); !rest.empty();) {
    const auto line = take_until(rest, '\n');
    auto record = line ? parse_line(*line) : std::nullopt;
    if (!record) return {};
    records.push_back(std::move(*record));
  }
  return records;
}

}  // namespace nacre
