// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/database_file.hpp"

#include <algorithm>
#include <cassert>

#include "base/error.hpp"

// See "Database File Format" in SQLite's documentation. Numbers are big-endian.

namespace nacre {
namespace {

constexpr std::size_t page_size = 4096;
constexpr std::size_t file_header_size = 100;  ///< at the start of the first page
/// The longest that an index may have without pages of a further kind.
constexpr std::size_t longest_record = 1002;

enum PageType : unsigned { inner_index = 2, inner_table = 5, leaf_index = 10, leaf_table = 13 };

void append_number(std::string& bytes, std::uint64_t number, unsigned size) {
  while (size-- > 0) bytes += static_cast<char>(number >> 8 * size & 0xff);
}

/// Seven bits a byte, the highest first; there are none of 57 bits and more here.
void append_short(std::string& bytes, std::uint64_t number) {
  assert(number < std::uint64_t{1} << 56);
  unsigned shift = 0;
  while (number >> shift >= 0x80) shift += 7;
  for (; shift > 0; shift -= 7) bytes += static_cast<char>((number >> shift & 0x7f) | 0x80);
  bytes += static_cast<char>(number & 0x7f);
}

struct Type {
  std::uint64_t code;
  unsigned size;  ///< of a number
};

/// The shortest there is; 0 and 1 are types of their own.
Type type_of(std::int64_t number) {
  if (number == 0 || number == 1) return {8 + static_cast<std::uint64_t>(number), 0};
  constexpr unsigned sizes[] = {1, 2, 3, 4, 6};
  for (unsigned i = 0; i < std::size(sizes); ++i) {
    const std::int64_t limit = std::int64_t{1} << (8 * sizes[i] - 1);
    if (number >= -limit && number < limit) return {i + 1, sizes[i]};
  }
  return {6, 8};
}

std::string record(const DatabaseRow& row) {
  std::string types, values;
  for (const DatabaseValue& value : row) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      const Type type = type_of(*number);
      append_short(types, type.code);
      append_number(values, static_cast<std::uint64_t>(*number), type.size);
    } else if (const auto* text = std::get_if<std::string_view>(&value)) {
      append_short(types, 13 + 2 * text->size());
      values += *text;
    } else {
      append_short(types, 0);
    }
  }
  std::string bytes;
  assert(types.size() < 0x7f);
  append_short(bytes, types.size() + 1);
  return bytes + types + values;
}

std::string table_cell(std::int64_t number, const DatabaseRow& row) {
  const std::string payload = record(row);
  if (payload.size() > longest_record) throw Error("a row of a database is too long to be written");
  std::string cell;
  append_short(cell, payload.size());
  append_short(cell, static_cast<std::uint64_t>(number));
  return cell + payload;
}

std::string index_cell(const DatabaseRow& row) {
  const std::string payload = record(row);
  if (payload.size() > longest_record) throw Error("a row of a database is too long to be written");
  std::string cell;
  append_short(cell, payload.size());
  return cell + payload;
}

/// Fills one page with cells: pointers to them from the front, the cells from the back.
class Page {
 public:
  explicit Page(std::size_t begin = 0) : begin_(begin) {}

  bool has_room(std::string_view cell, bool is_inner) const {
    const std::size_t header = begin_ + (is_inner ? 12 : 8);
    return header + pointers_.size() + 2 + cells_.size() + cell.size() <= page_size;
  }
  void add(std::string_view cell) {
    cells_.insert(0, cell);
    append_number(pointers_, page_size - cells_.size(), 2);
  }
  bool is_empty() const { return cells_.empty(); }

  /// `last` is the page of what comes after all cells, of an inner page.
  std::string finish(PageType type, std::optional<std::uint32_t> last = {}) const {
    std::string page(begin_, '\0');
    append_number(page, type, 1);
    append_number(page, 0, 2);
    append_number(page, pointers_.size() / 2, 2);
    append_number(page, page_size - cells_.size(), 2);
    append_number(page, 0, 1);
    if (last) append_number(page, *last, 4);
    page += pointers_;
    assert(page.size() + cells_.size() <= page_size);
    page.resize(page_size - cells_.size(), '\0');
    return page + cells_;
  }

 private:
  std::size_t begin_;
  std::string pointers_;
  std::string cells_;
};

std::string file_header(std::uint32_t pages) {
  constexpr std::uint32_t writer = 3'040'001;  // a version of SQLite that writes such files
  std::string header("SQLite format 3\0", 16);
  append_number(header, page_size, 2);
  for (const unsigned byte : {1, 1, 0, 64, 32, 32}) append_number(header, byte, 1);
  // how often it was changed, its pages, no free ones, version and format of the schema, the
  // cache's default, no vacuum, UTF-8, and what is the user's
  for (const std::uint32_t field : {1U, pages, 0U, 0U, 1U, 4U, 0U, 0U, 1U, 0U, 0U, 0U})
    append_number(header, field, 4);
  header.resize(92, '\0');
  append_number(header, 1, 4);
  append_number(header, writer, 4);
  assert(header.size() == file_header_size);
  return header;
}

}  // namespace

/// A level of a tree: pages, and what comes between each and the next one.
struct DatabaseFile::Tree {
  std::vector<std::uint32_t> pages;
  std::vector<std::string> separators;
};

DatabaseFile::DatabaseFile() : pages_(page_size, '\0') {}

std::uint32_t DatabaseFile::add_page(std::string_view page) {
  pages_ += page;
  return static_cast<std::uint32_t>(pages_.size() / page_size);
}

/// Of a table, the greatest number in a page comes after it; of an index, an entry, which is in no
/// leaf then. So that the last leaf is not empty, the one before it may lack an entry.
DatabaseFile::Tree DatabaseFile::leaves(Kind kind, const std::vector<std::string>& cells,
                                        const std::vector<std::int64_t>& numbers) {
  const bool is_table = kind == Kind::table;
  const PageType type = is_table ? leaf_table : leaf_index;
  Tree tree;
  Page page;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const bool is_last_pair = !is_table && i + 2 == cells.size() && !page.is_empty();
    const bool has_room =
        page.has_room(cells[i], false) &&
        !(is_last_pair && !page.has_room(cells[i] + cells[i + 1] + std::string(2, '\0'), false));
    if (!has_room) {
      tree.pages.push_back(add_page(page.finish(type)));
      page = Page();
      std::string separator;
      if (is_table)
        append_short(separator, static_cast<std::uint64_t>(numbers[i - 1]));
      else
        separator = cells[i++];
      tree.separators.push_back(separator);
    }
    page.add(cells[i]);
  }
  tree.pages.push_back(add_page(page.finish(type)));
  return tree;
}

DatabaseFile::Tree DatabaseFile::level_above(Kind kind, const Tree& tree) {
  const PageType type = kind == Kind::table ? inner_table : inner_index;
  const std::size_t last = tree.pages.size() - 1;
  Tree above;
  Page page;
  for (std::size_t i = 0; i < last; ++i) {
    std::string cell;
    append_number(cell, tree.pages[i], 4);
    cell += tree.separators[i];
    // the last page needs a cell, too
    const bool is_kept_back = i + 1 == last - 1 && !page.is_empty() &&
                              !page.has_room(cell + std::string(longest_record + 8, '\0'), true);
    if (page.has_room(cell, true) && !is_kept_back) {
      page.add(cell);
      continue;
    }
    above.pages.push_back(add_page(page.finish(type, tree.pages[i])));
    above.separators.push_back(tree.separators[i]);
    page = Page();
  }
  above.pages.push_back(add_page(page.finish(type, tree.pages[last])));
  return above;
}

std::uint32_t DatabaseFile::add_tree(Kind kind, const std::vector<std::string>& cells,
                                     const std::vector<std::int64_t>& numbers) {
  Tree tree = leaves(kind, cells, numbers);
  while (tree.pages.size() > 1) tree = level_above(kind, tree);
  return tree.pages.front();
}

void DatabaseFile::describe(std::string_view type, std::string_view name, std::string_view table,
                            std::uint32_t root, std::optional<std::string_view> statement) {
  DatabaseRow row{type, name, table, std::int64_t{root}, database_null};
  if (statement) row.back() = *statement;
  schema_.push_back(table_cell(std::ssize(schema_) + 1, row));
}

void DatabaseFile::add_table(std::string_view name, std::string_view statement,
                             const std::vector<std::pair<std::int64_t, DatabaseRow>>& rows) {
  std::vector<std::string> cells;
  std::vector<std::int64_t> numbers;
  for (const auto& [number, row] : rows) {
    cells.push_back(table_cell(number, row));
    numbers.push_back(number);
  }
  describe("table", name, name, add_tree(Kind::table, cells, numbers), statement);
}

void DatabaseFile::add_index(std::string_view name, std::string_view table,
                             std::optional<std::string_view> statement,
                             const std::vector<DatabaseRow>& entries) {
  std::vector<std::string> cells;
  for (const DatabaseRow& entry : entries) cells.push_back(index_cell(entry));
  describe("index", name, table, add_tree(Kind::index, cells, {}), statement);
}

void DatabaseFile::add_trigger(std::string_view name, std::string_view table,
                               std::string_view statement) {
  describe("trigger", name, table, 0, statement);
}

std::string DatabaseFile::finish() {
  Page page(file_header_size);
  for (const std::string& cell : schema_) {
    if (!page.has_room(cell, false)) throw Error("the schema of a database has no room in a page");
    page.add(cell);
  }
  const std::string first = page.finish(leaf_table);
  pages_.replace(0, page_size, first);
  const auto count = static_cast<std::uint32_t>(pages_.size() / page_size);
  pages_.replace(0, file_header_size, file_header(count));
  return std::move(pages_);
}

}  // namespace nacre
