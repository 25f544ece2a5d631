// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/find/file_index.hpp"

#include <sqlite3.h>
#include <sys/stat.h>

#include <algorithm>
#include <cctype>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/interrupt.hpp"

namespace nacre::cli {

namespace {

constexpr const char* schema =
    "create table if not exists items (id integer primary key, path text not null unique,"
    "  package text not null);"
    "create table if not exists directories (id integer primary key, item integer not null"
    "  references items on delete cascade, name text not null);"
    "create table if not exists files (name text not null, directory integer not null"
    "  references directories on delete cascade);"
    "create index if not exists directories_item on directories (item);"
    "create index if not exists files_name on files (name);"
    "create index if not exists files_directory on files (directory);"
    "pragma user_version = 1;";

constexpr std::int64_t schema_version = 1;

std::string prepared(const std::string& file) {
  make_directories(directory_name(absolute_path(file)), 0700);
  return file;
}

std::int64_t only_number(SqliteConnection& connection, const char* sql) {
  SqliteStatement statement(connection, sql);
  auto run = statement.run();
  return run.next() ? run.number(0) : 0;
}

/// "hello-2.10" as "hello@2.10": the version begins with the first digit after a hyphen.
std::string with_version(const std::string& name) {
  for (std::size_t i = 0; i + 1 < name.size(); ++i)
    if (name[i] == '-' && std::isdigit(static_cast<unsigned char>(name[i + 1])) != 0)
      return name.substr(0, i) + "@" + name.substr(i + 1);
  return name;
}

/// NAME@VERSION, and the output if it is not "out", of an item: its deriver is named after the
/// package alone.
std::string package_name(const LocalStore& store, const StorePath& item) {
  const std::string name(item.name());
  for (const StorePath& deriver : store.derivers(item)) {
    std::string package(deriver.name());
    package.erase(package.size() - std::string_view(".drv").size());
    if (name == package) return with_version(name);
    if (name.starts_with(package + "-"))
      return with_version(package) + ":" + name.substr(package.size() + 1);
  }
  return with_version(name);
}

}  // namespace

FileIndex::FileIndex(const std::string& file)
    : connection_(prepared(file), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) {
  connection_.execute("pragma foreign_keys = on");
  const std::int64_t version = only_number(connection_, "pragma user_version");
  if (version != 0 && version != schema_version)
    throw Error("'{}' is an index of files of another version", file)
        .hint("name another one with --database, or remove it");
  connection_.execute(schema);
}

void FileIndex::clear() {
  SqliteTransaction transaction(connection_, SqliteTransaction::Kind::write);
  for (const char* sql : {"delete from files", "delete from directories", "delete from items"})
    connection_.execute(sql);
  transaction.commit();
}

void FileIndex::update(const LocalStore& store, const StorePathSet& items) {
  StorePathSet known;
  std::vector<std::string> gone;
  {
    SqliteStatement statement(connection_, "select path from items");
    auto run = statement.run();
    while (run.next()) {
      const StorePath path(run.text(0));
      if (store.is_valid(path))
        known.insert(path);
      else
        gone.push_back(path.text());
    }
  }
  SqliteStatement remove(connection_, "delete from items where path = ?");
  for (const std::string& path : gone) {
    auto run = remove.run();
    run.bind(path).finish();
  }
  // An item at a time: what is done stays if the user interrupts.
  for (const StorePath& item : items)
    if (!known.contains(item)) add(store, item);
}

namespace {

/// Inserts the files below a directory.
class Walk {
 public:
  Walk(SqliteConnection& connection, std::int64_t item, std::string root)
      : connection_(connection),
        item_(item),
        root_(std::move(root)),
        add_directory_(connection, "insert into directories (item, name) values (?, ?)"),
        add_file_(connection, "insert into files (name, directory) values (?, ?)") {}

  /// `relative` is "" or begins with a slash.
  void visit(const std::string& relative) {
    check_interrupted();
    std::int64_t directory = 0;  // entered when it has a file
    std::vector<std::string> inner;
    for (const std::string& name : list_directory(root_ + relative)) {
      const std::string path = relative + "/" + name;
      const auto status = try_lstat(root_ + path);
      if (!status) continue;
      if (S_ISDIR(status->st_mode)) {
        inner.push_back(path);
        continue;
      }
      if (directory == 0) directory = enter(relative);
      auto run = add_file_.run();
      run.bind(name).bind(directory).finish();
    }
    for (const std::string& path : inner) visit(path);
  }

 private:
  std::int64_t enter(const std::string& relative) {
    auto run = add_directory_.run();
    run.bind(item_).bind(relative).finish();
    return connection_.last_insert_id();
  }

  SqliteConnection& connection_;
  std::int64_t item_;
  std::string root_;
  SqliteStatement add_directory_;
  SqliteStatement add_file_;
};

}  // namespace

void FileIndex::add(const LocalStore& store, const StorePath& item) {
  const std::string root = store.physical(item);
  const auto status = try_lstat(root);
  if (!status || !S_ISDIR(status->st_mode)) return;
  SqliteTransaction transaction(connection_, SqliteTransaction::Kind::write);
  SqliteStatement statement(connection_,
                            "insert or ignore into items (path, package) values (?, ?)");
  {
    auto run = statement.run();
    run.bind(item.text()).bind(package_name(store, item)).finish();
  }
  if (connection_.changes() == 0) return;  // another process was faster
  Walk(connection_, connection_.last_insert_id(), root).visit("");
  transaction.commit();
}

std::vector<FileIndex::Match> FileIndex::find(const std::string& name, bool is_glob) {
  const std::size_t slash = name.rfind('/');
  const std::string base = slash == std::string::npos ? name : name.substr(slash + 1);
  const std::string above = slash == std::string::npos ? "" : "/" + name.substr(0, slash);
  SqliteStatement statement(
      connection_, is_glob
                       ? "select items.path, items.package, directories.name, files.name from files"
                         " join directories on files.directory = directories.id"
                         " join items on directories.item = items.id where files.name glob ?"
                         " order by items.package, items.path, directories.name, files.name"
                       : "select items.path, items.package, directories.name, files.name from files"
                         " join directories on files.directory = directories.id"
                         " join items on directories.item = items.id where files.name = ?"
                         " order by items.package, items.path, directories.name, files.name");
  auto run = statement.run();
  run.bind(base);
  std::vector<Match> matches;
  while (run.next()) {
    const StorePath item(run.text(0));
    const std::string directory = item.text() + std::string(run.text(2));
    if (("/" + directory).ends_with(above))
      matches.push_back(
          {item, std::string(run.text(1)), fmt::format("{}/{}", directory, run.text(3))});
  }
  return matches;
}

FileIndex::Counts FileIndex::counts() {
  return {only_number(connection_, "select count(*) from items"),
          only_number(connection_, "select count(*) from files")};
}

}  // namespace nacre::cli
