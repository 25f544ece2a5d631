// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/store/size_map.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "base/error.hpp"
#include "base/files.hpp"
#include "cli/render.hpp"

namespace nacre::cli {

namespace {

struct Rectangle {
  double x, y, width, height;
};

struct Placed {
  const SizedItem* item;
  Rectangle place;
};

constexpr double picture_width = 960;
constexpr double picture_height = 600;
constexpr double smallest_share = 0.002;  ///< of an item with a rectangle of its own

std::string escape(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

double sum_of(std::span<const SizedItem> items) {
  return std::accumulate(items.begin(), items.end(), 0.0, [](double sum, const SizedItem& item) {
    return sum + static_cast<double>(item.bytes);
  });
}

/// Sorted, the small ones as one at the end.
std::vector<SizedItem> merge_small(std::vector<SizedItem> items) {
  const double total = sum_of(items);
  std::stable_sort(items.begin(), items.end(), [](const SizedItem& a, const SizedItem& b) {
    return a.bytes != b.bytes ? a.bytes > b.bytes : a.name < b.name;
  });
  const auto small = std::find_if(items.begin(), items.end(), [total](const SizedItem& item) {
    return static_cast<double>(item.bytes) < smallest_share * total;
  });
  const std::size_t count = static_cast<std::size_t>(items.end() - small);
  std::uint64_t rest = 0;
  for (auto item = small; item != items.end(); ++item) rest += item->bytes;
  items.erase(small, items.end());
  if (rest > 0) items.push_back({fmt::format("{} smaller items", count), rest});
  return items;
}

/// The worst ratio of the sides of rectangles in a row of length `side`, whose areas are those of
/// the items times `scale`.
double worst_ratio(std::span<const SizedItem> row, double side, double scale) {
  const double sum = sum_of(row) * scale;
  const double thickness = sum / side;
  double worst = 1;
  for (const SizedItem& item : row) {
    const double length = static_cast<double>(item.bytes) * scale / thickness;
    worst = std::max({worst, length / thickness, thickness / length});
  }
  return worst;
}

/// Puts a row along the shorter side of `free`, and takes its room from that.
void place_row(std::span<const SizedItem> row, double scale, Rectangle& free,
               std::vector<Placed>& placed) {
  const bool is_column = free.width >= free.height;
  const double side = is_column ? free.height : free.width;
  const double thickness = sum_of(row) * scale / side;
  double offset = 0;
  for (const SizedItem& item : row) {
    const double length = static_cast<double>(item.bytes) * scale / thickness;
    placed.push_back({&item, is_column ? Rectangle{free.x, free.y + offset, thickness, length}
                                       : Rectangle{free.x + offset, free.y, length, thickness}});
    offset += length;
  }
  if (is_column) {
    free.x += thickness;
    free.width -= thickness;
  } else {
    free.y += thickness;
    free.height -= thickness;
  }
}

/// Rows of rectangles that are as square as can be: a row takes items as long as they make it
/// better. `items` are sorted and none is empty.
std::vector<Placed> lay_out(std::span<const SizedItem> items) {
  std::vector<Placed> placed;
  Rectangle free{0, 0, picture_width, picture_height};
  const double scale = picture_width * picture_height / sum_of(items);
  while (!items.empty()) {
    const double side = std::min(free.width, free.height);
    std::size_t count = 1;
    while (count < items.size() && worst_ratio(items.first(count + 1), side, scale) <=
                                       worst_ratio(items.first(count), side, scale))
      ++count;
    place_row(items.first(count), scale, free, placed);
    items = items.subspan(count);
  }
  return placed;
}

/// A color that depends on the name alone.
std::string color_of(const std::string& name) {
  unsigned sum = 7;
  for (const char c : name) sum = (sum * 31 + static_cast<unsigned char>(c)) % 1000003;
  return fmt::format("hsl({}, 45%, 72%)", sum % 360);
}

std::string draw(const Placed& placed, double total) {
  const auto& [item, place] = placed;
  const std::string name = escape(item->name);
  const double share = 100 * static_cast<double>(item->bytes) / total;
  const std::string size = fmt::format("{}, {:.1f}%", human_size(item->bytes), share);
  std::string text = fmt::format(
      "<g><title>{}: {}</title><rect x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"{:.2f}\" "
      "fill=\"{}\" stroke=\"#fff\"/>",
      name, size, place.x, place.y, place.width, place.height, color_of(item->name));
  constexpr double character = 6.5;
  if (place.height > 30 && place.width > character * static_cast<double>(item->name.size()) + 8) {
    text += fmt::format("<text x=\"{0:.2f}\" y=\"{1:.2f}\">{2}</text>", place.x + 5, place.y + 15,
                        name);
    text += fmt::format("<text x=\"{0:.2f}\" y=\"{1:.2f}\">{2}</text>", place.x + 5, place.y + 28,
                        size);
  }
  return text + "</g>\n";
}

}  // namespace

std::string size_map_svg(std::vector<SizedItem> items) {
  items.erase(std::remove_if(items.begin(), items.end(),
                             [](const SizedItem& item) { return item.bytes == 0; }),
              items.end());
  const double total = sum_of(items);
  const std::vector<SizedItem> shown = merge_small(std::move(items));
  std::string text = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" "
      "height=\"{1}\" font-family=\"sans-serif\" font-size=\"11\">\n",
      picture_width, picture_height);
  for (const Placed& placed : lay_out(shown)) text += draw(placed, total);
  return text + "</svg>\n";
}

std::string size_map_page(const std::vector<SizedItem>& items) {
  std::string rows;
  for (const SizedItem& item : items)
    rows += fmt::format("<tr><td>{}</td><td align=\"right\">{}</td></tr>\n", escape(item.name),
                        human_size(item.bytes));
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>nacre size</title>"
      "</head>\n<body style=\"font-family: sans-serif\">\n{}<table>\n{}</table>\n</body></html>\n",
      size_map_svg(items), rows);
}

void check_size_map_name(const std::string& file) {
  if (file.ends_with(".svg") || file.ends_with(".html")) return;
  throw Error("--map-file: '{}' is neither an SVG picture nor an HTML page", file)
      .hint("let its name end in .svg or .html");
}

void write_size_map(const std::string& file, const std::vector<SizedItem>& items) {
  write_file_atomically(file, file.ends_with(".html") ? size_map_page(items) : size_map_svg(items));
}

}  // namespace nacre::cli
