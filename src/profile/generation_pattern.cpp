// SPDX-License-Identifier: GPL-3.0-or-later
#include "profile/generation_pattern.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

#include "base/error.hpp"

namespace nacre {
namespace {

template <typename Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return {};
  return number;
}

std::optional<std::vector<GenerationNumber>> parse_list(std::string_view text) {
  std::vector<GenerationNumber> numbers;
  for (;;) {
    const std::size_t comma = text.find(',');
    const auto number = parse_number<GenerationNumber>(text.substr(0, comma));
    if (!number) return {};
    if (std::find(numbers.begin(), numbers.end(), *number) == numbers.end())
      numbers.push_back(*number);
    if (comma == std::string_view::npos) return numbers;
    text.remove_prefix(comma + 1);
  }
}

constexpr std::time_t hour = 3600;
constexpr std::time_t day = 24 * hour;

std::optional<std::time_t> unit(char letter) {
  switch (letter) {
    case 's':
      return 1;
    case 'h':
      return hour;
    case 'd':
      return day;
    case 'w':
      return 7 * day;
    case 'm':
      return 30 * day;
    default:
      return {};
  }
}

std::optional<std::time_t> parse_age(std::string_view text) {
  if (text.empty()) return {};
  const auto seconds = unit(text.back());
  const auto count = parse_number<std::uint32_t>(text.substr(0, text.size() - 1));
  if (!seconds || !count) return {};
  return *seconds * static_cast<std::time_t>(*count);
}

std::time_t at_midnight(std::time_t time) {
  std::tm parts{};
  if (localtime_r(&time, &parts) == nullptr) return time;
  parts.tm_hour = parts.tm_min = parts.tm_sec = 0;
  parts.tm_isdst = -1;
  return std::mktime(&parts);
}

Error bad_pattern(std::string_view text) {
  return Error("'{}' does not say which generations", text)
      .hint(
          "a pattern is a number (3), a list (1,3), a range (2..5, 2.., ..4) or an age "
          "(12h, 1d, 2w, 2m)");
}

}  // namespace

GenerationPattern GenerationPattern::parse(std::string_view text) {
  if (auto list = parse_list(text)) return GenerationPattern(std::move(*list));
  if (const auto seconds = parse_age(text)) return GenerationPattern(Age{*seconds});
  const std::size_t dots = text.find("..");
  if (dots == std::string_view::npos) throw bad_pattern(text);
  const std::string_view first = text.substr(0, dots);
  const std::string_view last = text.substr(dots + 2);
  const auto from =
      first.empty() ? std::optional<GenerationNumber>(1) : parse_number<GenerationNumber>(first);
  const auto to = last.empty()
                      ? std::optional<GenerationNumber>(std::numeric_limits<std::uint64_t>::max())
                      : parse_number<GenerationNumber>(last);
  if (!from || !to || (first.empty() && last.empty())) throw bad_pattern(text);
  if (*from > *to)
    throw Error("the range of generations '{}' ends before it begins", text)
        .hint(fmt::format("write {}..{}", *to, *from));
  return GenerationPattern(Range{*from, *to});
}

std::vector<GenerationNumber> GenerationPattern::match(const Generations& generations, Ages ages,
                                                       std::time_t now) const {
  const std::vector<GenerationNumber> all = generations.numbers();
  std::vector<GenerationNumber> found;
  if (const auto* list = std::get_if<List>(&kind_)) {
    std::copy_if(list->begin(), list->end(), std::back_inserter(found),
                 [&](GenerationNumber n) { return std::binary_search(all.begin(), all.end(), n); });
  } else if (const auto* range = std::get_if<Range>(&kind_)) {
    std::copy_if(all.begin(), all.end(), std::back_inserter(found),
                 [&](GenerationNumber n) { return n >= range->first && n <= range->last; });
  } else {
    const std::time_t limit = at_midnight(now) - std::get<Age>(kind_).seconds;
    std::copy_if(all.begin(), all.end(), std::back_inserter(found), [&](GenerationNumber n) {
      const bool is_older = at_midnight(generations.time(n)) < limit;
      return n != 0 && is_older == (ages == Ages::beyond);
    });
  }
  return found;
}

GenerationNumber find_generation(const Generations& generations, std::string_view text) {
  const bool is_relative = text.starts_with('+') || text.starts_with('-');
  if (is_relative) {
    // from_chars takes a minus, and no plus
    const auto shift = parse_number<std::int64_t>(text.starts_with('+') ? text.substr(1) : text);
    if (!shift || text.starts_with("+-")) throw bad_pattern(text);
    if (const auto number = generations.relative(*shift)) return *number;
    throw Error("cannot switch to generation '{}' of profile '{}': generation {} is current", text,
                generations.profile(), generations.current())
        .hint(fmt::format("its generations are: {}", fmt::join(generations.numbers(), ", ")));
  }
  const auto number = parse_number<GenerationNumber>(text);
  if (!number)
    throw Error("'{}' does not say which generation", text)
        .hint("a generation is a number (3), or its distance from the current one (+1, -1)");
  return *number;
}

}  // namespace nacre
