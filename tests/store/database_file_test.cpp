// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/database_file.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <memory>

#include "base/files.hpp"

namespace nacre {
namespace {

struct Close {
  void operator()(sqlite3* database) { sqlite3_close(database); }
};

/// The first value that SQLite answers with.
std::string answer(const std::string& file, const char* question) {
  sqlite3* opened = nullptr;
  sqlite3_open_v2(file.c_str(), &opened, SQLITE_OPEN_READONLY, nullptr);
  const std::unique_ptr<sqlite3, Close> database(opened);
  std::string text;
  const auto take = [](void* into, int, char** values, char**) {
    if (values[0]) static_cast<std::string*>(into)->append(values[0]);
    return 0;
  };
  char* failure = nullptr;
  sqlite3_exec(database.get(), question, take, &text, &failure);
  if (failure) text += failure;
  sqlite3_free(failure);
  return text;
}

/// A table of so many rows, with an index of texts of different lengths, which are in another
/// order.
std::string file_of(int count) {
  std::vector<std::string> names;
  std::vector<std::pair<std::int64_t, DatabaseRow>> rows;
  std::vector<DatabaseRow> entries;
  for (int i = 0; i < count; ++i)
    names.push_back(std::to_string(i * 7919LL % count) + std::string(i * 31 % 300, 'x'));
  for (int i = 0; i < count; ++i) {
    const std::int64_t number = i % 2 ? std::int64_t{i} * i * i * 100 : -i;
    rows.emplace_back(i + 1, DatabaseRow{database_null, std::string_view(names[i]), number});
    entries.push_back({std::string_view(names[i]), std::int64_t{i} + 1});
  }
  std::sort(entries.begin(), entries.end());
  DatabaseFile file;
  file.add_table("t", "CREATE TABLE t(id integer primary key, name text unique, x integer)", rows);
  file.add_index("sqlite_autoindex_t_1", "t", {}, entries);
  return file.finish();
}

TEST(DatabaseFile, IsWhatSqliteReadsHoweverManyRowsThereAre) {
  const TemporaryDirectory directory("database-file");
  const std::string path = directory.path() + "/file";
  std::vector<int> counts{1000, 5000};
  for (int count = 0; count < 120; ++count) counts.push_back(count);
  for (const int count : counts) {
    write_file_atomically(path, file_of(count));
    EXPECT_EQ(answer(path, "pragma integrity_check"), "ok") << count;
    EXPECT_EQ(answer(path, "select count(*) from t"), std::to_string(count));
    EXPECT_EQ(answer(path, "select count(*) from t a, t b where b.name = a.name"),
              std::to_string(count));
  }
  EXPECT_EQ(answer(path, "select x from t where id = 100"), std::to_string(99 * 99 * 99 * 100));
}

}  // namespace
}  // namespace nacre
