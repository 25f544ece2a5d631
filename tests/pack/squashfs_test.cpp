// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/resource.h>

#include <set>

#include "pack/pack_fixture.hpp"
#include "pack/squashfs/squashfs_writer.hpp"
#include "pack/squashfs_reader.hpp"

namespace nacre {
namespace {

using testing::HasSubstr;

class SquashfsTest : public PackTest {
 protected:
  SquashfsReader::Entries image(Environment more = {}) {
    return SquashfsReader(pack(build_squashfs_pack, std::move(more))).read();
  }
  /// One of a profile that has a shell.
  SquashfsReader::Entries image_with_shell(const std::string& name, Environment more) {
    const StorePath shell = add_package(name, {{"bin/" + name, "x"}, {"bin/it's", "x"}});
    more.insert({{"profile", shell.text()}, {"compression", "none"}});
    return SquashfsReader(run(build_squashfs_pack, "pack", more, {shell})).read();
  }
  std::string refusal(Environment more) {
    return error_of([&] { pack(build_squashfs_pack, std::move(more)); });
  }
  std::string profile() const { return profile_.text().substr(1); }
};

TEST_F(SquashfsTest, HoldsTheClosureOfTheProfileAndNothingElseOfTheStore) {
  for (std::string compression : {"none", "gzip", "zstd", "xz"}) {
    auto files = image({{"compression", compression}});
    for (const StorePath& path : {library_, hello_, data_, profile_})
      EXPECT_EQ(files.at(path.text().substr(1)).mode, S_IFDIR | 0555U) << path.text();
    EXPECT_FALSE(files.contains(stranger_.text().substr(1)));
    const std::string hello = hello_.text().substr(1);
    EXPECT_EQ(files.at(hello + "/bin/hello").mode, S_IFREG | 0555U);
    EXPECT_EQ(files.at(hello + "/bin/hello").contents, "#!/bin/sh\necho hello\n");
    EXPECT_EQ(files.at(hello + "/share/" + long_name()).mode, S_IFREG | 0444U);
    EXPECT_TRUE(files.at(library_.text().substr(1) + "/lib/libx.so").contents == noise(3'000'000));
    EXPECT_EQ(files.at(profile() + "/bin").mode, S_IFLNK | 0777U);
    EXPECT_EQ(files.at(profile() + "/bin").contents, hello_.text() + "/bin");
  }
}

TEST_F(SquashfsTest, HasWhatSingularityLooksForAndMountsUpon) {
  auto files = image();
  for (std::string directory : {"", "proc", "sys", "dev", "etc", "home", "root", "run", "mnt",
                                ".singularity.d/actions", ".singularity.d/libs"})
    EXPECT_EQ(files.at(directory).mode, S_IFDIR | 0755U) << directory;
  EXPECT_EQ(files.at("tmp").mode, S_IFDIR | 01777U);
  EXPECT_EQ(files.at("var/tmp").mode, S_IFDIR | 01777U);
  EXPECT_EQ(files.at("bin").contents, profile() + "/bin");
  EXPECT_EQ(files.at(".singularity.d/env/90-environment.sh").contents,
            "GUIX_PROFILE='" + profile_.text() + "'\n. '" + profile_.text() + "'/etc/profile\n");
  EXPECT_FALSE(files.contains(".singularity.d/runscript"));
}

TEST_F(SquashfsTest, HasTheFilesWithoutWhichSingularityWarnsAndForgetsVariables) {
  auto files = image();
  EXPECT_EQ(files.at(".singularity.d/env/99-base.sh").mode, S_IFREG | 0755U);
  EXPECT_THAT(files.at(".singularity.d/env/99-base.sh").contents,
              HasSubstr("/.singularity.d/libs\""));
  for (std::string name : {"passwd", "group", "hosts", "resolv.conf"}) {
    EXPECT_EQ(files.at("etc/" + name).mode, S_IFREG | 0644U) << name;
    EXPECT_EQ(files.at("etc/" + name).contents, "") << name;
  }
  files = image({{"symlinks", "/etc/passwd -> etc/profile\n/etc/group/of/mine -> etc"}});
  EXPECT_THAT(files.at("etc/passwd").contents, testing::EndsWith("/etc/profile"));
  EXPECT_EQ(files.at("etc/group").mode, S_IFDIR | 0755U);
  EXPECT_EQ(files.at("etc/hosts").contents, "");
}

TEST_F(SquashfsTest, TheRootHasFilesOfOnesOwn) {
  auto files = image({{"root-entries",
                       "file 0600 7000:3000000000 /etc/passwd -> bin/hello\n"
                       "directory 0750 7000:3000000000 /var/lib/app\n"
                       "directory 0711 0:0 /home"}});
  EXPECT_EQ(files.at("etc/passwd").contents, "#!/bin/sh\necho hello\n");
  EXPECT_EQ(files.at("etc/passwd").mode, S_IFREG | 0600U);
  EXPECT_EQ(files.at("etc/passwd").owner, somebody);
  EXPECT_EQ(files.at("etc/group").owner, Owner{});
  EXPECT_EQ(files.at("var/lib/app").mode, S_IFDIR | 0750U);
  EXPECT_EQ(files.at("var/lib/app").owner, somebody);
  EXPECT_EQ(files.at("var/tmp").mode, S_IFDIR | 01777U);
  EXPECT_EQ(files.at("home").mode, S_IFDIR | 0711U);
  EXPECT_THAT(refusal({{"root-entries", "directory 0755 0:0 /.singularity.d/env"}}),
              HasSubstr("Singularity's own"));
}

TEST_F(SquashfsTest, LinksTakeThePlaceOfWhatWouldBeThere) {
  auto files = image({{"symlinks", "/bin/greet -> bin/hello\n/etc -> etc\n/var -> share"}});
  EXPECT_EQ(files.at("bin").mode, S_IFDIR | 0755U);
  EXPECT_EQ(files.at("bin/greet").contents, "../" + profile() + "/bin/hello");
  EXPECT_EQ(files.at("etc").contents, profile() + "/etc");
  EXPECT_EQ(files.at("var").contents, profile() + "/share");
  EXPECT_THAT(refusal({{"symlinks", "/.singularity.d/env -> etc"}}),
              HasSubstr("Singularity's own"));
  EXPECT_THAT(refusal({{"symlinks", "/.singularity.d -> etc"}}), HasSubstr("Singularity's own"));
}

TEST_F(SquashfsTest, TheEntryPointIsALinkOrWithArgumentsAScript) {
  auto files = image({{"entry-point", "bin/hello"}});
  for (std::string name : {"runscript", "actions/run"})
    EXPECT_THAT(files.at(".singularity.d/" + name).contents, HasSubstr(profile() + "/bin/hello"));
  EXPECT_EQ(files.at(".singularity.d/runscript").contents, "../" + profile() + "/bin/hello");

  files =
      image_with_shell("sh", {{"entry-point", "bin/it's"}, {"entry-point-arguments", "-c\n1 $x"}});
  const auto& script = files.at(".singularity.d/runscript");
  EXPECT_EQ(script.mode, S_IFREG | 0755U);
  EXPECT_THAT(script.contents, testing::StartsWith("#!/bin/sh\nexec '/gnu/store/"));
  EXPECT_THAT(script.contents, HasSubstr("/bin/it'\\''s' '-c' '1 $x' \"$@\"\n"));

  EXPECT_THAT(refusal({{"entry-point", "bin/absent"}}), HasSubstr("'bin/absent'"));
  EXPECT_THAT(refusal({{"entry-point", "bin/hello"}, {"entry-point-arguments", "-x"}}),
              HasSubstr("needs a shell"));
}

TEST_F(SquashfsTest, BashIsTheShellWhereThereIsNoOther) {
  auto files = image_with_shell("sh", {});
  EXPECT_EQ(files.at("bin").mode, S_IFLNK | 0777U);
  files = image_with_shell("bash", {{"entry-point", "bin/bash"}, {"entry-point-arguments", "-x"}});
  EXPECT_EQ(files.at("bin").mode, S_IFDIR | 0755U);
  EXPECT_THAT(files.at("bin/sh").contents, testing::EndsWith("-bash/bin/bash"));
  EXPECT_THAT(files.at("bin/it's").contents, testing::EndsWith("-bash/bin/it's"));
}

TEST_F(SquashfsTest, NothingButTheContentsMakesADifference) {
  for (std::string compression : {"none", "gzip", "zstd", "xz"}) {
    Environment settings{{"compression", compression}, {"symlinks", "/bin -> bin\n/a/b -> share"}};
    const std::string first = read_file(pack(build_squashfs_pack, settings, 1));
    setenv("TZ", "Asia/Tokyo", 1);
    setenv("LC_ALL", "de_DE.UTF-8", 1);
    const mode_t mask = umask(077);
    settings["symlinks"] = "/a/b -> share\n/bin -> bin";
    const std::string second = pack(build_squashfs_pack, settings, 4);
    umask(mask);
    unsetenv("TZ");
    unsetenv("LC_ALL");
    EXPECT_TRUE(read_file(second) == first) << compression;
    EXPECT_EQ(first.size() % 4096, 0U);
  }
}

TEST_F(SquashfsTest, LevelsAreThoseOfTheCompression) {
  const auto size = [&](const char* level) {
    return read_file(
               pack(build_squashfs_pack, {{"compression", "gzip"}, {"compression-level", level}}))
        .size();
  };
  EXPECT_LE(size("12"), size("1"));
  EXPECT_THAT(refusal({{"compression", "gzip"}, {"compression-level", "13"}}),
              HasSubstr("gzip has no compression level 13"));
}

TEST_F(SquashfsTest, AFullDiskIsAnErrorAndLeavesNothing) {
  struct rlimit before {};
  getrlimit(RLIMIT_FSIZE, &before);
  auto* handler = signal(SIGXFSZ, SIG_IGN);
  struct rlimit small = before;
  small.rlim_cur = 1'000'000;
  setrlimit(RLIMIT_FSIZE, &small);
  const std::string message = refusal({});
  setrlimit(RLIMIT_FSIZE, &before);
  signal(SIGXFSZ, handler);
  EXPECT_THAT(message, HasSubstr("File too large"));
  EXPECT_FALSE(path_exists(scratch("out-" + std::to_string(runs_))));
}

class SquashfsWriterTest : public BuiltinTest {
 protected:
  template <typename Add>
  std::string written(Add add, unsigned threads = 2) {
    const std::string path = scratch("image-" + std::to_string(++runs_));
    NewFile file(path);
    SquashfsWriter writer(file, {NACRE_TEST_CODECS, "codecs"}, Compression::zstd, 1, threads);
    add(writer);
    writer.finish();
    file.finish();
    return path;
  }
};

TEST_F(SquashfsWriterTest, FilesOfEverySizeComeBack) {
  constexpr std::size_t block = 131072;
  const auto contents = [](std::size_t size) {
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * i >> 7);
    return text;
  };
  const std::vector<std::size_t> sizes{0, 1, block - 1, block, block + 1, 2 * block, 5 * block + 7};
  auto files = SquashfsReader(written([&](SquashfsWriter& writer) {
                 for (std::size_t size : sizes) {
                   writer.add_file("f/" + std::to_string(size), contents(size));
                   writer.add_file("zeros/" + std::to_string(size), std::string(size, '\0'));
                   writer.add_file("again/" + std::to_string(size), contents(size));
                 }
               })).read();
  for (std::size_t size : sizes) {
    EXPECT_TRUE(files.at("f/" + std::to_string(size)).contents == contents(size)) << size;
    EXPECT_TRUE(files.at("again/" + std::to_string(size)).contents == contents(size)) << size;
    EXPECT_TRUE(files.at("zeros/" + std::to_string(size)).contents == std::string(size, '\0'))
        << size;
  }
}

TEST_F(SquashfsWriterTest, EqualFilesAreStoredOnce) {
  const auto size = [&](int copies) {
    return read_file(written([&](SquashfsWriter& writer) {
             for (int i = 0; i < copies; ++i)
               writer.add_file(std::to_string(i), std::string(500'000, 'x') + "end");
           }))
        .size();
  };
  EXPECT_EQ(size(1), size(20));
}

TEST_F(SquashfsWriterTest, ADirectoryMayHaveManyFiles) {
  constexpr int count = 20'000;
  const auto add = [](SquashfsWriter& writer) {
    for (int i = 0; i < count; ++i)
      writer.add_file(fmt::format("many/{:06}", i * 7919 % count),
                      std::to_string(i * 7919 % count));
  };
  SquashfsReader reader(written(add));
  auto files = reader.read();
  EXPECT_EQ(reader.super.inode_count, count + 2U);
  std::set<std::uint32_t> numbers;
  for (const auto& [name, entry] : files) numbers.insert(entry.number);
  EXPECT_EQ(numbers.size(), files.size());
  EXPECT_EQ(*numbers.begin(), 1U);
  for (int i = 0; i < count; i += 997)
    EXPECT_EQ(files.at(fmt::format("many/{:06}", i)).contents, std::to_string(i));
}

TEST_F(SquashfsWriterTest, DirectoriesCountTheirSubdirectories) {
  auto files = SquashfsReader(written([](SquashfsWriter& writer) {
                 writer.add_directory("a/b/c");
                 writer.add_directory("a/d", 0700);
                 writer.add_file("a/f", "x");
               })).read();
  EXPECT_EQ(files.at("").links, 3U);
  EXPECT_EQ(files.at("a").links, 4U);
  EXPECT_EQ(files.at("a/d").links, 2U);
  EXPECT_EQ(files.at("a/d").mode, S_IFDIR | 0700U);
}

TEST_F(SquashfsWriterTest, TwoFilesOfOneNameAreRefused) {
  const auto refused = [&](auto add) { return error_of([&] { written(add); }); };
  EXPECT_THAT(refused([](SquashfsWriter& writer) {
                writer.add_symlink("a", "x");
                writer.add_file("a", "y");
              }),
              HasSubstr("two files called /a"));
  EXPECT_THAT(refused([](SquashfsWriter& writer) {
                writer.add_symlink("a", "x");
                writer.add_file("a/b", "y");
              }),
              HasSubstr("two files called /a/b"));
}

}  // namespace
}  // namespace nacre
