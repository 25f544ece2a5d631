// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/database_image.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "store/schema.hpp"
#include "store/sqlite.hpp"
#include "store/store_fixture.hpp"

namespace nacre {
namespace {

using ::testing::HasSubstr;

class DatabaseImageTest : public StoreTest {
 protected:
  PathInfo info(const StorePath& path) { return store_->path_info(path); }

  std::shared_ptr<LocalStore> store_ = open();
};

TEST_F(DatabaseImageTest, IsADatabaseThatAStoreOpens) {
  const StorePath library = store_->add_text("library", "1");
  const StorePath program = store_->add_text("program", library.text(), {library});
  store_->add_text("stranger", "x");
  const std::string image = database_image({info(library), info(program)});

  StoreLayout layout = store_->layout();
  const TemporaryDirectory state("database-image");
  layout.state = state.path();
  make_directories(layout.state + "/db");
  write_file_atomically(layout.state + "/db/db.sqlite", image);
  const auto other = LocalStore::open(layout);
  EXPECT_EQ(other->all_valid_paths(), (StorePathSet{library, program}));
  const PathInfo found = other->path_info(program);
  EXPECT_EQ(found.nar_hash, info(program).nar_hash);
  EXPECT_EQ(found.nar_size, info(program).nar_size);
  EXPECT_EQ(found.references, StorePathSet{library});
  EXPECT_FALSE(found.deriver);
  EXPECT_EQ(found.registration_time, 0);
  const StorePath more = other->add_text("more", "2", {program});
  EXPECT_TRUE(other->is_valid(more));
}

TEST_F(DatabaseImageTest, IsWhatSqliteWouldHaveMadeOfTheSchema) {
  const StorePath library = store_->add_text("library", "1");
  const StorePath program = store_->add_text("program", library.text(), {library});
  const TemporaryDirectory directory("database-image");
  const std::string file = directory.path() + "/db.sqlite";
  write_file_atomically(file, database_image({info(library), info(program)}));
  SqliteConnection ours(file, SQLITE_OPEN_READWRITE);
  SqliteConnection theirs(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  theirs.execute(schema_sql);
  const auto described = [](SqliteConnection& connection) {
    SqliteStatement all{connection,
                        "select type || '|' || name || '|' || tbl_name || '|' || ifnull(sql, '-')"
                        " from sqlite_schema order by rowid"};
    std::vector<std::string> rows;
    auto run = all.run();
    while (run.next()) rows.emplace_back(run.text(0));
    return rows;
  };
  EXPECT_EQ(described(ours), described(theirs));
  SqliteStatement check{ours, "pragma integrity_check"};
  auto run = check.run();
  ASSERT_TRUE(run.next());
  EXPECT_EQ(run.text(0), "ok");
}

TEST_F(DatabaseImageTest, SaysNothingOfWhenAndByWhomItWasWritten) {
  const StorePath item = store_->add_text("item", "1");
  PathInfo later = info(item);
  later.registration_time = 1'700'000'000;
  later.deriver = StorePath("/gnu/store/z38bxdz7zrriycz071zab58ljm02f366-x.drv");
  const std::string image = database_image({info(item)});
  EXPECT_TRUE(image == database_image({later}));
  // Not in write-ahead mode, which takes files beside it: it may lie where nothing can be written.
  EXPECT_EQ(image.substr(0, 15), "SQLite format 3");
  EXPECT_EQ(image.substr(18, 2), "\x01\x01");
}

TEST_F(DatabaseImageTest, RefusesReferencesToWhatIsNotThere) {
  const StorePath library = store_->add_text("library", "1");
  const StorePath program = store_->add_text("program", library.text(), {library});
  try {
    database_image({info(program)});
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("which is not there"));
  }
}

}  // namespace
}  // namespace nacre
