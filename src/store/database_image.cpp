// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/database_image.hpp"

#include <algorithm>
#include <map>

#include "base/error.hpp"
#include "store/database_file.hpp"
#include "store/schema.hpp"

namespace nacre {
namespace {

/// What schema_sql says, as SQLite keeps it: each statement without "if not exists" and without the
/// semicolon, by the name of what it makes.
std::map<std::string, std::string, std::less<>> statements() {
  constexpr std::string_view separator = " if not exists ";
  const std::string_view text = schema_sql;
  std::map<std::string, std::string, std::less<>> found;
  for (std::size_t begin = text.find("create "); begin != std::string_view::npos;) {
    const std::size_t next = text.find("\ncreate ", begin);
    std::string_view statement = text.substr(begin, next - begin);
    statement = statement.substr(0, statement.rfind(';'));
    const std::size_t middle = statement.find(separator);
    const std::string_view rest = statement.substr(middle + separator.size());
    std::string_view kind = statement.substr(0, middle);
    kind.remove_prefix(std::string_view("create ").size());
    const std::string_view name = rest.substr(0, rest.find_first_of(" ("));
    std::string capitals(kind);
    for (char& c : capitals) c = static_cast<char>(c - 'a' + 'A');
    found.emplace(name, fmt::format("CREATE {} {}", capitals, rest));
    begin = next == std::string_view::npos ? next : next + 1;
  }
  return found;
}

/// The rows, and the entries of the indices that tell them by a number.
struct Rows {
  std::vector<std::pair<std::int64_t, DatabaseRow>> items, references;
  std::vector<DatabaseRow> paths, pairs, referrers, referred;
};

DatabaseRow item_row(const PathInfo& item, std::string_view hash) {
  return {database_null, std::string_view(item.path.text()),      hash, std::int64_t{0},
          database_null, static_cast<std::int64_t>(item.nar_size)};
}

/// Texts that rows look at are in the items, and in `hashes`.
Rows rows_of(const std::vector<PathInfo>& items, std::vector<std::string>& hashes) {
  Rows rows;
  std::map<StorePath, std::int64_t> ids;
  hashes.reserve(items.size());
  for (const PathInfo& item : items) {
    const std::int64_t id = std::ssize(ids) + 1;
    ids.emplace(item.path, id);
    hashes.push_back(fmt::format("sha256:{}", item.nar_hash.base16()));
    rows.items.emplace_back(id, item_row(item, hashes.back()));
    rows.paths.push_back({std::string_view(item.path.text()), id});
    for (const StorePath& path : item.references) {
      const auto known = ids.find(path);
      if (known == ids.end())
        throw Error("'{}' refers to '{}', which is not there", item.path.text(), path.text());
      const std::int64_t number = std::ssize(rows.references) + 1;
      rows.references.emplace_back(number, DatabaseRow{id, known->second});
      rows.pairs.push_back({id, known->second, number});
      rows.referrers.push_back({id, number});
      rows.referred.push_back({known->second, number});
    }
  }
  for (auto* entries : {&rows.paths, &rows.pairs, &rows.referrers, &rows.referred})
    std::sort(entries->begin(), entries->end());
  return rows;
}

}  // namespace

std::string database_image(const std::vector<PathInfo>& items) {
  std::vector<std::string> hashes;
  const Rows rows = rows_of(items, hashes);
  const auto known = statements();
  const auto statement = [&](std::string_view name) -> std::string_view {
    return known.find(name)->second;
  };
  DatabaseFile file;
  const auto add_index = [&](std::string_view name, std::string_view table,
                             const std::vector<DatabaseRow>& entries) {
    file.add_index(name, table, statement(name), entries);
  };
  file.add_table("ValidPaths", statement("ValidPaths"), rows.items);
  file.add_index("sqlite_autoindex_ValidPaths_1", "ValidPaths", {}, rows.paths);
  // the greatest number that a row had, of tables with "autoincrement"
  std::vector<std::pair<std::int64_t, DatabaseRow>> sequences;
  if (!items.empty())
    sequences.emplace_back(1, DatabaseRow{std::string_view("ValidPaths"), std::ssize(items)});
  file.add_table("sqlite_sequence", "CREATE TABLE sqlite_sequence(name,seq)", sequences);
  file.add_table("Refs", statement("Refs"), rows.references);
  file.add_index("sqlite_autoindex_Refs_1", "Refs", {}, rows.pairs);
  add_index("IndexReferrer", "Refs", rows.referrers);
  add_index("IndexReference", "Refs", rows.referred);
  file.add_trigger("DeleteSelfRefs", "ValidPaths", statement("DeleteSelfRefs"));
  file.add_table("DerivationOutputs", statement("DerivationOutputs"), {});
  file.add_index("sqlite_autoindex_DerivationOutputs_1", "DerivationOutputs", {}, {});
  add_index("IndexDerivationOutputs", "DerivationOutputs", {});
  file.add_table("FailedPaths", statement("FailedPaths"), {});
  file.add_index("sqlite_autoindex_FailedPaths_1", "FailedPaths", {}, {});
  return file.finish();
}

}  // namespace nacre
