// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/database.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include "many_rows.hpp"
#include "store/file_lock.hpp"
#include "store_fixture.hpp"

namespace nacre {
namespace {

class DatabaseTest : public StoreTest {
 protected:
  std::string file() const { return layout_.state + "/db/db.sqlite"; }

  /// The first column of the rows that a query gives, as another program would see them.
  std::vector<std::string> rows(const char* sql) {
    SqliteConnection connection(file(), SQLITE_OPEN_READWRITE);
    SqliteStatement statement(connection, sql);
    std::vector<std::string> found;
    for (auto run = statement.run(); run.next();) found.emplace_back(run.text(0));
    return found;
  }
  StorePath path(const std::string& name) {
    return make_text_path(name, hash_bytes(HashAlgorithm::sha256, name), {});
  }
};

TEST_F(DatabaseTest, TheLayoutIsGuixs) {
  auto store = open();
  for (const char* name : {"/db/db.sqlite", "/db/schema", "/db/big-lock", "/gcroots/auto",
                           "/profiles/per-user", "/temproots"})
    EXPECT_TRUE(path_exists(layout_.state + name)) << name;
  EXPECT_EQ(read_file(layout_.state + "/db/schema"), "7");
  EXPECT_EQ(read_link(layout_.state + "/gcroots/profiles"), layout_.state + "/profiles");
  EXPECT_TRUE(path_exists(layout_.store + "/.links"));
  mode_t expected = geteuid() == 0 ? 01775 : 0755;
  EXPECT_EQ(lstat_file(layout_.store).st_mode & 07777, expected);
  store->add_text("x", "x");
  EXPECT_TRUE(path_exists(layout_.state + "/gc.lock"));
  EXPECT_TRUE(path_exists(layout_.state + "/temproots/" + std::to_string(getpid())));
}

TEST_F(DatabaseTest, TheSchemaIsGuixs) {
  open();
  EXPECT_EQ(rows("select name from sqlite_master where type = 'table' and name not like 'sqlite%'"
                 " and name not like 'Nacre%' order by name"),
            (std::vector<std::string>{"DerivationOutputs", "FailedPaths", "Refs", "ValidPaths"}));
  EXPECT_EQ(
      rows("select name from pragma_table_info('ValidPaths')"),
      (std::vector<std::string>{"id", "path", "hash", "registrationTime", "deriver", "narSize"}));
  EXPECT_EQ(rows("select name from pragma_table_info('DerivationOutputs')"),
            (std::vector<std::string>{"drv", "id", "path"}));
  EXPECT_EQ(rows("select name from pragma_table_info('FailedPaths')"),
            (std::vector<std::string>{"path", "time"}));
  EXPECT_EQ(rows("select on_delete from pragma_foreign_key_list('Refs') order by \"from\""),
            (std::vector<std::string>{"RESTRICT", "CASCADE"}));
  EXPECT_EQ(rows("select name from sqlite_master where type = 'trigger'"),
            std::vector<std::string>{"DeleteSelfRefs"});
  EXPECT_EQ(
      rows("select name from sqlite_master where type = 'index' and name like 'Index%'"
           " order by name"),
      (std::vector<std::string>{"IndexDerivationOutputs", "IndexReference", "IndexReferrer"}));
  EXPECT_EQ(rows("pragma journal_mode"), std::vector<std::string>{"wal"});
}

TEST_F(DatabaseTest, RowsAreWrittenAsGuixWritesThem) {
  auto store = open();
  StorePath added = store->add_text("x", "x");
  EXPECT_EQ(rows("select path from ValidPaths"), std::vector<std::string>{added.text()});
  EXPECT_EQ(rows("select hash from ValidPaths"),
            std::vector<std::string>{"sha256:" + hash_nar(store->physical(added)).hash.base16()});
  EXPECT_EQ(rows("select narSize from ValidPaths"),
            std::vector<std::string>{std::to_string(hash_nar(store->physical(added)).size)});
  EXPECT_EQ(rows("select 'null' from ValidPaths where deriver is null").size(), 1u);
  EXPECT_GT(std::stoll(rows("select registrationTime from ValidPaths").at(0)), 1'600'000'000);
}

TEST_F(DatabaseTest, ADatabaseThatAnotherProgramMadeIsReadAndWritten) {
  make_directories(layout_.state + "/db");
  write(layout_.state + "/db/schema", "7");
  {
    // Not in WAL mode, with a row whose size nobody knows, and with a failed path.
    SqliteConnection connection(file(), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    connection.execute(
        "create table ValidPaths (id integer primary key autoincrement not null, path text unique"
        " not null, hash text not null, registrationTime integer not null, deriver text, narSize"
        " integer);"
        "create table Refs (referrer integer not null, reference integer not null, primary key"
        " (referrer, reference), foreign key (referrer) references ValidPaths(id) on delete"
        " cascade, foreign key (reference) references ValidPaths(id) on delete restrict);"
        "create index IndexReferrer on Refs(referrer);"
        "create index IndexReference on Refs(reference);"
        "create trigger DeleteSelfRefs before delete on ValidPaths begin delete from Refs where"
        " referrer = old.id and reference = old.id; end;"
        "create table DerivationOutputs (drv integer not null, id text not null, path text not"
        " null, primary key (drv, id), foreign key (drv) references ValidPaths(id) on delete"
        " cascade);"
        "create index IndexDerivationOutputs on DerivationOutputs(path);"
        "create table FailedPaths (path text primary key not null, time integer not null);");
    std::string hash = hash_bytes(HashAlgorithm::sha256, "").base16();
    std::string sql = fmt::format(
        "insert into ValidPaths values (1, '{0}', 'sha256:{3}', 5, null, null);"
        "insert into ValidPaths values (2, '{1}', 'sha256:{3}', 6, '{2}', 120);"
        "insert into ValidPaths values (3, '{2}', 'sha256:{3}', 7, '', 130);"
        "insert into Refs values (2, 1), (2, 2), (3, 1);"
        "insert into DerivationOutputs values (3, 'out', '{1}');"
        "insert into FailedPaths values ('/gnu/store/x', 8);",
        path("a").text(), path("b").text(), path("c.drv").text(), hash);
    connection.execute(sql.c_str());
  }
  auto store = open();
  PathInfo b = store->path_info(path("b"));
  EXPECT_EQ(b.references, (StorePathSet{path("a"), path("b")}));
  EXPECT_EQ(b.deriver, path("c.drv"));
  EXPECT_EQ(b.nar_size, 120u);
  EXPECT_EQ(b.registration_time, 6);
  EXPECT_FALSE(store->path_info(path("c.drv")).deriver);
  EXPECT_EQ(store->path_info(path("a")).nar_size, 0u);
  EXPECT_EQ(store->derivers(path("b")), StorePathSet{path("c.drv")});
  EXPECT_EQ(store->derivation_outputs(path("c.drv")).at("out"), path("b"));
  StorePath added = store->add_text("new", "x", {path("a")});
  EXPECT_EQ(store->referrers(path("a")), (StorePathSet{path("b"), path("c.drv"), added}));
}

TEST_F(DatabaseTest, AnotherSchemaIsRefusedWithAHint) {
  make_directories(layout_.state + "/db");
  write(layout_.state + "/db/schema", "8");
  try {
    open();
    FAIL();
  } catch (const Error& error) {
    EXPECT_TRUE(error.hint());
  }
}

TEST_F(DatabaseTest, TheSchemaIsReadAsANumberNotAsText) {
  open();
  for (const char* good : {"7\n", "7"}) {
    write(layout_.state + "/db/schema", good);
    EXPECT_NO_THROW(open());
  }
  for (const char* bad : {"77", "77\n", "6\n"}) {
    write(layout_.state + "/db/schema", bad);
    try {
      open();
      ADD_FAILURE() << bad;
    } catch (const Error& error) {
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    }
  }
}

TEST_F(DatabaseTest, ADamagedDatabaseIsNamedWithWhatToDo) {
  open();
  write(file(), std::string(8192, 'x'));
  try {
    open();
    FAIL();
  } catch (const SqliteError& error) {
    EXPECT_EQ(error.code(), SQLITE_NOTADB);
    EXPECT_NE(std::string(error.what()).find(file()), std::string::npos);
    EXPECT_EQ(std::string(error.what()).find("pragma"), std::string::npos);
    EXPECT_NE(error.hint().value_or("").find(".recover"), std::string::npos);
  }
}

TEST_F(DatabaseTest, CompactingKeepsTheRowsAndFreesTheRest) {
  open();
  Database database(layout_);
  const std::vector<Registration> rows = many_rows(3000);
  database.add(rows);
  std::vector<StorePath> removed;
  for (const Registration& row : rows)
    if (row.info.path != rows.front().info.path) removed.push_back(row.info.path);
  database.remove(removed);
  EXPECT_GT(database.compact(), 0U);
  EXPECT_TRUE(database.is_valid(rows.front().info.path));
  EXPECT_EQ(database.compact(), 0U);
}

TEST_F(DatabaseTest, AFailedRemovalLeavesFastCommitsAndNoHalf) {
  Database database((open(), layout_));
  StorePath a = open()->add_text("a", "x");
  {
    // A trigger that fails stands for whatever may fail in the middle of it.
    SqliteConnection other(file(), SQLITE_OPEN_READWRITE);
    other.execute(
        "create trigger Fail before delete on ValidPaths begin select raise(abort, 'no'); end");
  }
  EXPECT_THROW(database.remove({a}), Error);
  EXPECT_FALSE(database.syncs_each_commit());
  EXPECT_TRUE(database.is_valid(a));
}

TEST_F(DatabaseTest, ManyRowsAreRemovedInSeveralTransactions) {
  open();
  Database database(layout_);
  const std::vector<Registration> rows = many_rows(5000);
  database.add(rows);
  std::vector<StorePath> paths;
  for (const Registration& row : rows) paths.push_back(row.info.path);
  EXPECT_EQ(database.remove(paths), paths);
  EXPECT_TRUE(database.all_valid().empty());
}

/// A user who may read the store but not write to it.
class ReaderOfAnothersStore : public DatabaseTest {
 protected:
  void SetUp() override {
    chmod(directory_.path().c_str(), 0755);
    protect(true);
  }
  void TearDown() override { protect(false); }

  /// Root's store is another user's for nobody; anybody else's, for himself, if it is
  /// write-protected.
  void protect(bool yes) const {
    if (geteuid() == 0 || !path_exists(layout_.state)) return;
    for (const char* name : {"/db", "/temproots", "/gcroots/auto", ""})
      chmod((layout_.state + name).c_str(), yes ? 0555 : 0755);
    chmod(file().c_str(), yes ? 0444 : 0644);
  }
  static void become_another_user() {
    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) _exit(3);
  }
  void change(const std::string& name) {
    protect(false);
    open()->add_text(name, "x");
    protect(true);
  }
};

TEST_F(ReaderOfAnothersStore, SeesWhatWritersAddMeanwhile) {
  change("a");
  int to_reader[2], to_writer[2];
  ASSERT_EQ(pipe(to_reader), 0);
  ASSERT_EQ(pipe(to_writer), 0);
  pid_t reader = in_child([&] {
    become_another_user();
    Database database(layout_);
    if (!database.is_read_only()) throw Error("it is not read-only");
    char byte = 0;
    for (std::size_t expected = 1; expected < 4; ++expected) {
      if (database.all_valid().size() != expected) throw Error("not {} paths", expected);
      if (::write(to_writer[1], "x", 1) != 1 || ::read(to_reader[0], &byte, 1) != 1) _exit(4);
    }
  });
  char byte = 0;
  for (const char* name : {"b", "c"}) {
    ASSERT_EQ(::read(to_writer[0], &byte, 1), 1);
    change(name);
    ASSERT_EQ(::write(to_reader[1], "x", 1), 1);
  }
  ASSERT_EQ(::read(to_writer[0], &byte, 1), 1);
  protect(false);
  auto store = open();  // a writer that stays
  store->add_text("d", "x");
  ASSERT_EQ(::write(to_reader[1], "x", 1), 1);
  EXPECT_EQ(wait_for(reader), 0);
}

TEST_F(ReaderOfAnothersStore, ReadsNoHalfChangedPages) {
  change("a");
  pid_t writer = in_child([&] {
    protect(false);
    for (int i = 0; i < 60; ++i) open()->add_text("w" + std::to_string(i), std::string(i, 'x'));
  });
  pid_t reader = in_child([&] {
    become_another_user();
    Database database(layout_);
    std::size_t seen = 0;
    while (seen < 61) {
      std::size_t now = database.graph().paths.size();
      if (now < seen) throw Error("{} paths after {}", now, seen);
      seen = now;
    }
  });
  EXPECT_EQ(wait_for(writer), 0);
  EXPECT_EQ(wait_for(reader), 0);
}

TEST_F(DatabaseTest, QueriesFollowReferencesBothWays) {
  auto store = open();
  StorePath a = store->add_text("a", "x");
  StorePath b = store->add_text("b", "x", {a});
  StorePath c = store->add_text("c", "x", {a, b});
  StorePath lone = store->add_text("lone", "x");
  EXPECT_EQ(store->requisites({c}), (StorePathSet{a, b, c}));
  EXPECT_EQ(store->requisites({a, lone}), (StorePathSet{a, lone}));
  EXPECT_EQ(store->all_referrers({a}), (StorePathSet{a, b, c}));
  EXPECT_EQ(store->topologically_sorted({a, b, c, lone}).size(), 4u);
  EXPECT_EQ(store->topologically_sorted({c, b}), (std::vector<StorePath>{b, c}));
  EXPECT_EQ(store->find_by_hash_part(b.hash_part()), b);
  EXPECT_EQ(store->find_by_hash_part(std::string(32, '0')), std::nullopt);
  EXPECT_EQ(store->are_valid({a, path("ghost"), b}), (std::vector<bool>{true, false, true}));
  EXPECT_EQ(store->query_path_info(path("ghost")), std::nullopt);
  EXPECT_THROW(store->path_info(path("ghost")), Error);
  EXPECT_THROW(store->references(path("ghost")), Error);
  EXPECT_TRUE(store->referrers(path("ghost")).empty());
}

TEST_F(DatabaseTest, RegisteringAgainGivesTheNewHashAndKeepsTheDeriver) {
  auto store = open();
  StorePath out = register_tree(*store, "out", "one", {}, path("a.drv"));
  PathInfo info(out);
  info.nar_hash = hash_bytes(HashAlgorithm::sha256, "other");
  info.nar_size = 7;
  store->register_paths({info});
  EXPECT_EQ(store->path_info(out).nar_hash, info.nar_hash);
  EXPECT_EQ(store->path_info(out).deriver, path("a.drv"));
}

TEST_F(DatabaseTest, PathsRegisteredTogetherMayReferToEachOtherButNotInACircle) {
  auto store = open();
  PathInfo a(path("a")), b(path("b"));
  for (PathInfo* info : {&a, &b}) {
    write(store->physical(info->path), "x");
    NarHash nar = hash_nar(store->physical(info->path));
    info->nar_hash = nar.hash;
    info->nar_size = nar.size;
  }
  a.references = {b.path};
  b.references = {a.path};
  EXPECT_THROW(store->register_paths({a, b}), Error);
  EXPECT_TRUE(store->all_valid_paths().empty());
  b.references = {b.path};
  store->register_paths({a, b});
  EXPECT_EQ(store->references(a.path), StorePathSet{b.path});
}

TEST_F(DatabaseTest, WhatDoesNotExistCannotBeRegistered) {
  auto store = open();
  PathInfo info(path("a"));
  info.nar_hash = hash_bytes(HashAlgorithm::sha256, "");
  EXPECT_THROW(store->register_paths({info}), Error);
  EXPECT_FALSE(store->is_valid(info.path));
}

TEST_F(DatabaseTest, APhysicalPathStaysInTheStore) {
  auto store = open();
  std::string item = path("a").text();
  EXPECT_EQ(store->physical(path("a")), layout_.store + item.substr(10));
  EXPECT_EQ(store->physical(std::string_view(item + "/bin/x")),
            layout_.store + item.substr(10) + "/bin/x");
  EXPECT_THROW(store->physical(std::string_view(item + "/../../etc")), Error);
  EXPECT_THROW(store->physical(std::string_view("/etc/passwd")), Error);
}

/// As an ordinary user, in a store that is not his.
class ForeignStoreTest : public DatabaseTest {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "needs root to become somebody else";
    chmod(directory_.path().c_str(), 0755);
  }
  template <typename Work>
  int as_nobody(Work work) {
    return wait_for(in_child([&] {
      if (setgid(65534) != 0 || setuid(65534) != 0) throw Error("cannot become {}", "nobody");
      work();
    }));
  }
};

TEST_F(ForeignStoreTest, CanBeReadByAnybody) {
  StorePath added = open()->add_text("x", "x");
  EXPECT_EQ(as_nobody([&] {
              if (!open()->is_valid(added)) throw Error("{} is not valid", added.text());
            }),
            0);
}

TEST_F(ForeignStoreTest, CanBeReadWhileItsOwnerHasItOpen) {
  auto store = open();
  StorePath added = store->add_text("x", "x");
  EXPECT_EQ(as_nobody([&] {
              if (!open()->is_valid(added)) throw Error("{} is not valid", added.text());
            }),
            0);
}

TEST_F(ForeignStoreTest, CannotBeChangedAndTheErrorSaysWhatToDo) {
  open()->add_text("x", "x");
  EXPECT_EQ(as_nobody([&] {
              auto store = open();
              try {
                store->add_text("y", "y");
              } catch (const Error& error) {
                if (!error.hint()) throw Error("no {}", "hint");
                return;
              }
              throw Error("{} succeeded", "adding");
            }),
            0);
}

TEST_F(ForeignStoreTest, CannotBeCreatedAndTheErrorSaysWhatToDo) {
  EXPECT_EQ(as_nobody([&] {
              try {
                open();
              } catch (const Error& error) {
                if (!error.hint()) throw Error("no {}", "hint");
                return;
              }
              throw Error("{} succeeded", "opening");
            }),
            0);
}

class PathLockTest : public StoreTest {
 protected:
  PathLockTest() { open(); }
  StorePath path_{"/gnu/store/lnqjid21cvqw4c4kh7xnj2ikp2d0qfnb-hello.txt"};
  std::string file_ = layout_.store + "/" + std::string(path_.base_name()) + ".lock";
};

TEST_F(PathLockTest, OneHoldsItAtATimeEvenWithinAProcess) {
  {
    PathLock lock = PathLock::wait(layout_, path_);
    EXPECT_TRUE(PathLock::is_held(file_));
    EXPECT_FALSE(PathLock::try_acquire(layout_, path_));
  }
  EXPECT_FALSE(path_exists(file_));
  EXPECT_TRUE(PathLock::try_acquire(layout_, path_));
}

TEST_F(PathLockTest, AStaleFileThatWasLeftBehindIsReplaced) {
  write(file_, "d");
  EXPECT_TRUE(PathLock::try_acquire(layout_, path_));
  write(file_, "d");
  PathLock lock = PathLock::wait(layout_, path_);
  EXPECT_TRUE(PathLock::is_held(file_));
}

TEST_F(PathLockTest, ADeadProcessHoldsNothing) {
  pid_t child = in_child([&] {
    PathLock lock = PathLock::wait(layout_, path_);
    kill(getpid(), SIGKILL);
  });
  wait_for(child);
  EXPECT_TRUE(path_exists(file_));
  EXPECT_FALSE(PathLock::is_held(file_));
  EXPECT_TRUE(PathLock::try_acquire(layout_, path_));
}

TEST_F(PathLockTest, ExcludesThoseWhoUsePosixLocksOrFlock) {
  PathLock lock = PathLock::wait(layout_, path_);
  pid_t child = in_child([&] {
    UniqueFd fd = open_file(file_, O_RDWR);
    struct flock posix {};
    posix.l_type = F_WRLCK;
    if (fcntl(fd.get(), F_SETLK, &posix) == 0) throw Error("{} got through", "fcntl");
    if (flock(fd.get(), LOCK_EX | LOCK_NB) == 0) throw Error("{} got through", "flock");
  });
  EXPECT_EQ(wait_for(child), 0);
}

}  // namespace
}  // namespace nacre
