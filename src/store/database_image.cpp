// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/database_image.hpp"

#include <map>
#include <memory>

#include "base/error.hpp"
#include "store/schema.hpp"
#include "store/sqlite.hpp"

namespace nacre {
namespace {

/// Fields of a database's header that tell of its writer, big-endian: how often it was changed, for
/// which of those its size holds, and the version of SQLite.
constexpr std::size_t change_counter = 24;
constexpr std::size_t size_is_valid_for = 92;
constexpr std::size_t writer_version = 96;
constexpr std::uint32_t some_version = 3'040'001;

void set_field(std::string& bytes, std::size_t offset, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i)
    bytes.at(offset + i) = static_cast<char>((value >> (24 - 8 * i)) & 0xff);
}

/// All that a build of SQLite may have other defaults for, and that shows.
constexpr const char* settings =
    "pragma page_size = 4096; pragma auto_vacuum = none; pragma encoding = 'UTF-8';"
    "pragma secure_delete = on; pragma foreign_keys = off; pragma journal_mode = memory;";

void enter(SqliteConnection& connection, const std::vector<PathInfo>& items) {
  SqliteStatement row{connection,
                      "insert into ValidPaths (id, path, hash, registrationTime, narSize)"
                      " values (?, ?, ?, 0, ?)"};
  SqliteStatement reference{connection, "insert into Refs (referrer, reference) values (?, ?)"};
  std::map<StorePath, std::int64_t> ids;
  for (const PathInfo& item : items) {
    const std::int64_t id = std::ssize(ids) + 1;
    ids.emplace(item.path, id);
    row.run()
        .bind(id)
        .bind(item.path.text())
        .bind(fmt::format("sha256:{}", item.nar_hash.base16()))
        .bind(static_cast<std::int64_t>(item.nar_size))
        .finish();
    for (const StorePath& path : item.references) {
      const auto known = ids.find(path);
      if (known == ids.end())
        throw Error("`{}' refers to `{}', which is not there", item.path.text(), path.text());
      reference.run().bind(id).bind(known->second).finish();
    }
  }
}

std::string serialized(SqliteConnection& connection) {
  sqlite3_int64 size = 0;
  const std::unique_ptr<unsigned char, decltype(&sqlite3_free)> bytes(
      sqlite3_serialize(connection.handle(), "main", &size, 0), &sqlite3_free);
  if (!bytes) connection.fail("serialize");
  return {reinterpret_cast<const char*>(bytes.get()), static_cast<std::size_t>(size)};
}

}  // namespace

std::string database_image(const std::vector<PathInfo>& items) {
  SqliteConnection connection(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  connection.execute(settings);
  SqliteTransaction transaction(connection, SqliteTransaction::Kind::write);
  connection.execute(schema_sql);
  enter(connection, items);
  transaction.commit();
  // Pages in the order of the tables, without gaps.
  connection.execute("vacuum");
  std::string bytes = serialized(connection);
  set_field(bytes, change_counter, 1);
  set_field(bytes, size_is_valid_for, 1);
  set_field(bytes, writer_version, some_version);
  return bytes;
}

}  // namespace nacre
