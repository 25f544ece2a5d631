// SPDX-License-Identifier: GPL-3.0-or-later
#include "datum/data_text.hpp"

#include <algorithm>
#include <limits>

#include "base/utf8.hpp"
#include "datum/arena.hpp"
#include "datum/datum_reader.hpp"
#include "datum/position.hpp"

namespace nacre {
namespace {

void check_size(const std::string& file, std::string_view text, const DatumOptions& options) {
  const std::size_t most =
      std::min<std::size_t>(options.bytes, std::numeric_limits<std::uint32_t>::max());
  if (text.size() > most)
    throw Error("a text of {} bytes is longer than the {} that are read", text.size(), most)
        .at({file});
}

/// The text without a byte order mark, in UTF-8.
std::string decoded(const std::string& file, std::string&& text, const DatumOptions& options) {
  constexpr std::string_view byte_order_mark = "\ufeff";
  if (text.starts_with(byte_order_mark)) text.erase(0, byte_order_mark.size());
  const std::size_t place = find_invalid_utf8(text);
  if (place == std::string_view::npos) return std::move(text);
  if (options.replaces_invalid) return replace_invalid_utf8(text);
  PositionCounter counter(text.data());
  counter.advance_to(text.data() + place);
  throw Error("the text is not valid UTF-8 here")
      .at({file, static_cast<int>(counter.line()) + 1, static_cast<int>(counter.column()) + 1});
}

}  // namespace

DataText::DataText(std::string file, std::string text, DatumOptions options)
    : file_(std::move(file)),
      text_(std::make_unique<const std::string>(decoded(file_, std::move(text), options))),
      arena_(std::make_unique<DatumArena>()) {
  check_size(file_, *text_, options);
  data_ = DatumReader(file_, *text_, *arena_, options.depth).read_all();
}

DataText::~DataText() = default;
DataText::DataText(DataText&&) noexcept = default;
DataText& DataText::operator=(DataText&&) noexcept = default;

const Datum& DataText::only() const {
  if (data_.empty()) throw Error("there is no datum in it").at({file_});
  if (data_.size() > 1) throw error_at(data_[1], "there is a second datum; one was expected");
  return data_[0];
}

std::string_view DataText::source(const Datum& datum) const {
  return std::string_view(*text_).substr(datum.begin(), datum.end() - datum.begin());
}

SourceLocation DataText::location(const Datum& datum) const {
  return {file_, static_cast<int>(datum.line()) + 1, static_cast<int>(datum.column()) + 1};
}

Error DataText::error_at(const Datum& datum, std::string message) const {
  return Error(message).at(location(datum));
}

}  // namespace nacre
