// SPDX-License-Identifier: GPL-3.0-or-later
#include <elf.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <cstring>
#include <fstream>

#include "base/files.hpp"
#include "pack/pack_fixture.hpp"
#include "pack/squashfs_reader.hpp"

namespace nacre {
namespace {

using testing::HasSubstr;

/// What has the form of a program whose table of sections ends it.
std::string program(std::size_t size) {
  Elf64_Ehdr header{};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_shentsize = sizeof(Elf64_Shdr);
  header.e_shnum = 2;
  header.e_shoff = size - std::size_t{header.e_shentsize} * header.e_shnum;
  std::string text(size, 'p');
  std::memcpy(text.data(), &header, sizeof header);
  return text;
}

class AppimageTest : public PackTest {
 protected:
  AppimageTest()
      : runtime_(add_package("runtime", {{"bin/run", program(5000)}})),
        launcher_(add_package("launcher", {{"AppRun", "x"}}, {profile_})) {}

  std::string appimage(const Environment& changes = {}) {
    Environment variables{{"profile", profile_.text()},
                          {"compression", "gzip"},
                          {"name", "hello"},
                          {"entry-point", "bin/hello"},
                          {"desktop-entry", "[Desktop Entry]\n"},
                          {"icon", "<svg/>"},
                          {"runtime", runtime_.text() + "/bin/run"},
                          {"app-run", launcher_.text()},
                          {"codecs", codecs()}};
    for (const auto& [name, value] : changes) variables[name] = value;
    return run(build_appimage_pack, "pack", variables,
               {profile_, runtime_, launcher_, stranger_, codecs_});
  }
  std::string refusal(const Environment& changes) {
    return error_of([&] { appimage(changes); });
  }

  StorePath runtime_, launcher_;
};

TEST_F(AppimageTest, IsTheProgramMarkedAndThenAFileSystem) {
  const std::string file = appimage({{"symlinks", "/opt/bin -> bin"}});
  std::string bytes = read_file(file);
  std::string expected = program(5000);
  expected.replace(8, 3, "AI\x02");
  ASSERT_EQ(bytes.substr(0, 5000), expected);
  struct stat status {};
  ASSERT_EQ(stat(file.c_str(), &status), 0);
  EXPECT_TRUE(status.st_mode & S_IXUSR);

  const std::string image = file + ".image";
  std::ofstream(image, std::ios::binary) << bytes.substr(5000);
  auto files = SquashfsReader(image).read();
  EXPECT_EQ(files.at("AppRun").contents, launcher_.text().substr(1));
  EXPECT_EQ(files.at("hello.desktop").contents, "[Desktop Entry]\n");
  EXPECT_EQ(files.at(".DirIcon").contents, "hello.svg");
  EXPECT_EQ(files.at("opt/bin").contents, "../" + profile_.text().substr(1) + "/bin");
  for (const StorePath& path : {library_, hello_, data_, profile_, launcher_})
    EXPECT_TRUE(files.contains(path.text().substr(1))) << path.text();
  for (const StorePath& path : {runtime_, stranger_})
    EXPECT_FALSE(files.contains(path.text().substr(1))) << path.text();
}

TEST_F(AppimageTest, RefusesWhatWouldNotRun) {
  EXPECT_THAT(refusal({{"entry-point", "bin/hallo"}}), HasSubstr("bin/hallo"));
  EXPECT_THAT(refusal({{"name", "../x"}}), HasSubstr("bad name"));
  EXPECT_THAT(refusal({{"runtime", hello_.text() + "/bin/hello"}}), HasSubstr("not a program"));
  std::string longer = program(5000) + "x";
  const StorePath trailing = add_package("trailing", {{"bin/run", longer}});
  EXPECT_THAT(error_of([&] {
                run(build_appimage_pack, "pack",
                    {{"profile", profile_.text()},
                     {"compression", "gzip"},
                     {"name", "hello"},
                     {"entry-point", "bin/hello"},
                     {"app-run", launcher_.text()},
                     {"runtime", trailing.text() + "/bin/run"},
                     {"codecs", codecs()}},
                    {profile_, launcher_, trailing, codecs_});
              }),
              HasSubstr("table of sections"));
}

}  // namespace
}  // namespace nacre
