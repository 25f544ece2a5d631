// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace nacre {

/// A value in a row of a database: NULL, a number or text.
using DatabaseValue = std::variant<std::monostate, std::int64_t, std::string_view>;
inline constexpr std::monostate database_null{};
using DatabaseRow = std::vector<DatabaseValue>;

/// Writes the file format of SQLite 3, for a database whose rows are all known: every table and
/// every index is added once, as a tree of pages that are filled one after the other. Its bytes
/// depend on what is added alone. Rows are short: a fifth of a page of 4096 bytes at most.
class DatabaseFile {
 public:
  DatabaseFile();
  /// A table with its rows, by ascending numbers. `statement` is what makes it.
  void add_table(std::string_view name, std::string_view statement,
                 const std::vector<std::pair<std::int64_t, DatabaseRow>>& rows);
  /// An index with its entries, in order; each ends with the number of its row. No statement makes
  /// those that SQLite has for "unique" and "primary key".
  void add_index(std::string_view name, std::string_view table,
                 std::optional<std::string_view> statement,
                 const std::vector<DatabaseRow>& entries);
  void add_trigger(std::string_view name, std::string_view table, std::string_view statement);
  /// The file. Nothing may be added afterwards.
  std::string finish();

 private:
  enum class Kind { table, index };
  struct Tree;
  std::uint32_t add_tree(Kind kind, const std::vector<std::string>& cells,
                         const std::vector<std::int64_t>& numbers);
  Tree leaves(Kind kind, const std::vector<std::string>& cells,
              const std::vector<std::int64_t>& numbers);
  Tree level_above(Kind kind, const Tree& tree);
  std::uint32_t add_page(std::string_view page);
  void describe(std::string_view type, std::string_view name, std::string_view table,
                std::uint32_t root, std::optional<std::string_view> statement);

  std::string pages_;                ///< the first one is written last
  std::vector<std::string> schema_;  ///< the cells of that one's table
};

}  // namespace nacre
