// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "base/error.hpp"
#include "base/files.hpp"
#include "cli/shell/cache.hpp"
#include "cli/shell/text_fields.hpp"
#include "store/local_store.hpp"

namespace nacre::cli {
namespace {

using Kind = Dependency::Kind;

TEST(TextFields, HoldAnyBytes) {
  const std::vector<std::string> fields{"", "a\tb", "c\nd", "\\n", "é\x01"};
  const std::string line = join_fields(fields);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_EQ(split_fields(line), fields);
}

TEST(RequestKey, DependsOnEachPartAndOnTheirOrder) {
  const auto key = [](std::vector<std::pair<std::string, std::string>> parts) {
    RequestKey key;
    for (const auto& [label, value] : parts) key.add(label, value);
    return key.digest();
  };
  const std::string one = key({{"package", "a"}, {"package", "b"}});
  EXPECT_EQ(one, key({{"package", "a"}, {"package", "b"}}));
  EXPECT_NE(one, key({{"package", "b"}, {"package", "a"}}));
  EXPECT_NE(one, key({{"package", "apackage:1:b"}}));
  EXPECT_NE(one, key({{"package", "a"}, {"expression", "b"}}));
  EXPECT_NE(key({{"package", "ab"}, {"package", "c"}}), key({{"package", "a"}, {"package", "bc"}}));
}

class DependencyTest : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return directory_.path() + "/" + name; }
  void write(const std::string& name, std::string_view text) {
    write_file_atomically(path(name), text);
  }
  /// As if it had been written some time ago, so that the clock's ticks do not matter.
  static timespec later() {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    now.tv_sec += 60;
    return now;
  }

 private:
  TemporaryDirectory directory_{"nacre-dependency-test-"};
};

TEST_F(DependencyTest, ContentsMatterAndNotTheTimes) {
  write("file", "one");
  const Dependency dependency = observe(Kind::contents, path("file"));
  EXPECT_TRUE(is_unchanged(dependency));
  write("file", "one");  // another inode
  EXPECT_TRUE(is_unchanged(dependency));
  write("file", "two");
  EXPECT_FALSE(is_unchanged(dependency));
  unlink(path("file").c_str());
  EXPECT_FALSE(is_unchanged(dependency));
}

TEST_F(DependencyTest, AFileThatWasMissingMatters) {
  for (Kind kind : {Kind::contents, Kind::status, Kind::link, Kind::names, Kind::tree}) {
    const Dependency dependency = observe(kind, path("missing"));
    EXPECT_TRUE(is_unchanged(dependency));
    make_directories(path("missing"));
    if (kind != Kind::contents) EXPECT_FALSE(is_unchanged(dependency)) << static_cast<int>(kind);
    remove_tree(path("missing"));
  }
}

TEST_F(DependencyTest, OfADirectoryItsNamesMatterNotItsTimes) {
  make_directories(path("d"));
  write("d/a", "");
  const Dependency names = observe(Kind::names, path("d"));
  const Dependency status = observe(Kind::status, path("d"));
  write("d/a", "other");
  EXPECT_TRUE(is_unchanged(names));
  write("d/b", "");
  EXPECT_FALSE(is_unchanged(names));
  EXPECT_TRUE(is_unchanged(status));
}

TEST_F(DependencyTest, ATreeHasAllThatLiesBelow) {
  make_directories(path("d/e"));
  write("d/e/f", "one");
  const Dependency dependency = observe(Kind::tree, path("d"));
  EXPECT_TRUE(is_unchanged(dependency));
  write("d/e/f", "two");
  EXPECT_FALSE(is_unchanged(dependency));
}

TEST_F(DependencyTest, ModulesAreSchemeFilesInDirectoriesThatLinksLeadTo) {
  make_directories(path("real"));
  make_directories(path("d/.git"));
  create_symlink(path("real"), path("d/link"));
  create_symlink(path("d"), path("d/loop"));
  write("real/m.scm", "one");
  const Dependency dependency = observe(Kind::modules, path("d"));
  write("d/notes.txt", "");
  write("d/.git/x.scm", "");
  EXPECT_FALSE(observe(Kind::modules, path("real")).state.empty());
  EXPECT_TRUE(is_unchanged(observe(Kind::modules, path("d"))));
  write("real/m.scm", "two");
  EXPECT_FALSE(is_unchanged(dependency));
}

TEST_F(DependencyTest, AVariableMattersUnsetToo) {
  unsetenv("NACRE_TEST_VARIABLE");
  const Dependency unset = observe(Kind::variable, "NACRE_TEST_VARIABLE");
  setenv("NACRE_TEST_VARIABLE", "", 1);
  EXPECT_FALSE(is_unchanged(unset));
  const Dependency empty = observe(Kind::variable, "NACRE_TEST_VARIABLE");
  EXPECT_TRUE(is_unchanged(empty));
  setenv("NACRE_TEST_VARIABLE", "secret", 1);
  EXPECT_FALSE(is_unchanged(empty));
  EXPECT_EQ(write_dependency(observe(Kind::variable, "NACRE_TEST_VARIABLE")).find("secret"),
            std::string::npos);
  unsetenv("NACRE_TEST_VARIABLE");
}

TEST_F(DependencyTest, WritingAndReadingGivesTheSame) {
  for (Kind kind : {Kind::contents, Kind::status, Kind::link, Kind::names, Kind::tree,
                    Kind::modules, Kind::variable, Kind::working_directory}) {
    const Dependency dependency{kind, "/a\tb\nc", "state", "stamp 1"};
    EXPECT_EQ(read_dependency(write_dependency(dependency)), dependency);
  }
  EXPECT_THROW(read_dependency("other\t1\t2\t3"), Error);
  EXPECT_THROW(read_dependency("contents\t1"), Error);
}

TEST_F(DependencyTest, WhatWasJustChangedIsNotKept) {
  write("file", "one");
  guile::Inputs inputs;
  inputs.files.emplace(guile::InputKind::contents, path("file"));
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  EXPECT_THROW(observe_inputs(inputs, {}, now), Error);
  EXPECT_EQ(observe_inputs(inputs, {}, later()).size(), 1U);
}

TEST_F(DependencyTest, WhatCanDifferEachTimeIsNotKept) {
  guile::Inputs inputs;
  inputs.unrepeatable = "runs a program";
  EXPECT_THROW(observe_inputs(inputs, {}, later()), Error);
}

class EnvironmentCacheTest : public testing::Test {
 protected:
  EnvironmentCacheTest() {
    setenv("XDG_CACHE_HOME", (directory_.path() + "/cache").c_str(), 1);
    make_directories(directory_.path() + "/cache");
    store_ = LocalStore::open(StoreLayout::under(root()));
  }
  ~EnvironmentCacheTest() override { unsetenv("XDG_CACHE_HOME"); }

  std::string root() const { return directory_.path() + "/root"; }
  EnvironmentCache cache() const { return EnvironmentCache(StoreLocation{root()}); }
  ResolvedEnvironment environment(const std::string& text) {
    const StorePath profile = store_->add_text("profile", text, {});
    return {profile.text(), "", {std::string(profile.base_name())}};
  }
  std::string path(const std::string& name) const { return directory_.path() + "/" + name; }

  TemporaryDirectory directory_{"nacre-environments-test-"};
  std::shared_ptr<LocalStore> store_;
};

TEST_F(EnvironmentCacheTest, AnEntryIsFoundUntilADependencyChanges) {
  const ResolvedEnvironment kept = environment("a");
  write_file_atomically(path("file"), "one");
  cache().save(*store_, "key", kept, {observe(Kind::contents, path("file"))}, {});
  EXPECT_EQ(cache().find("key"), kept);
  EXPECT_EQ(cache().find("other"), std::nullopt);
  write_file_atomically(path("file"), "two");
  EXPECT_EQ(cache().find("key"), std::nullopt);
}

TEST_F(EnvironmentCacheTest, AnEntryIsARootAndGoesWithIt) {
  const ResolvedEnvironment kept = environment("a");
  cache().save(*store_, "key", kept, {}, {});
  const auto roots = store_->find_roots();
  EXPECT_TRUE(std::any_of(roots.begin(), roots.end(), [&](const auto& root) {
    return root.first == *cache().directory() + "/key.profile" &&
           root.second.text() == kept.profile;
  }));
  unlink((*cache().directory() + "/key.profile").c_str());
  EXPECT_EQ(cache().find("key"), std::nullopt);
}

TEST_F(EnvironmentCacheTest, ADamagedEntryIsNotThere) {
  const ResolvedEnvironment kept = environment("a");
  cache().save(*store_, "key", kept, {}, {});
  const std::string file = *cache().directory() + "/key";
  const std::string text = read_file(file);
  for (std::size_t size = 0; size < text.size(); ++size) {
    write_file_atomically(file, std::string_view(text).substr(0, size));
    EXPECT_EQ(cache().find("key"), std::nullopt) << size;
  }
}

TEST_F(EnvironmentCacheTest, ADirectoryThatOthersCanWriteToIsNotRead) {
  cache().save(*store_, "key", environment("a"), {}, {});
  chmod(cache().directory()->c_str(), 0777);
  EXPECT_EQ(cache().find("key"), std::nullopt);
}

TEST_F(EnvironmentCacheTest, RemovalKeepsWhatIsUsedAndWhatWasUsedLast) {
  const ResolvedEnvironment a = environment("a"), b = environment("b"), c = environment("c");
  cache().save(*store_, "a", a, {}, {});
  cache().save(*store_, "b", b, {}, {});
  cache().save(*store_, "c", c, {}, {});
  const auto set_time = [&](const std::string& key, time_t seconds) {
    const timespec times[2] = {{seconds, 0}, {seconds, 0}};
    utimensat(AT_FDCWD, (*cache().directory() + "/" + key).c_str(), times, 0);
  };
  set_time("a", 1000);
  set_time("b", 2000);
  set_time("c", 3000);
  EXPECT_EQ(cache().remove(1, {a.profile}), 1U);
  EXPECT_TRUE(cache().find("a"));
  EXPECT_FALSE(cache().find("b"));
  EXPECT_TRUE(cache().find("c"));
}

TEST_F(EnvironmentCacheTest, WhatARunningProgramUsesStaysWhenItIsReplaced) {
  const ResolvedEnvironment old = environment("old"), now = environment("new");
  cache().save(*store_, "key", old, {}, {});
  cache().save(*store_, "key", now, {}, {old.profile});
  const auto is_root = [&](const std::string& profile) {
    const auto roots = store_->find_roots();
    return std::any_of(roots.begin(), roots.end(),
                       [&](const auto& root) { return root.second.text() == profile; });
  };
  store_->release_temp_roots();
  EXPECT_TRUE(is_root(old.profile));
  cache().remove_unused({old.profile});
  EXPECT_TRUE(is_root(old.profile));
  cache().remove_unused({});
  EXPECT_FALSE(is_root(old.profile));
  EXPECT_TRUE(is_root(now.profile));
}

TEST_F(EnvironmentCacheTest, WhatAProcessHoldsGoesWithIt) {
  cache().hold(*store_, environment("a"), getpid());
  cache().hold(*store_, environment("b"), 1 << 30);  // no such process
  const auto count = [&] {
    std::size_t found = 0;
    for (const std::string& name : list_directory(*cache().directory()))
      found += name.starts_with("held-") ? 1 : 0;
    return found;
  };
  EXPECT_EQ(count(), 2U);
  cache().remove_unused({});
  EXPECT_EQ(count(), 1U);
}

}  // namespace
}  // namespace nacre::cli
