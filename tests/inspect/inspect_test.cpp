// SPDX-License-Identifier: GPL-3.0-or-later
#include "inspect/inspect.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <gmock/gmock.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "inspect/profile_manifest.hpp"

namespace nacre {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

struct TestFile {
  std::string path;
  std::string contents;
  mode_t type = AE_IFREG;  ///< with AE_IFLNK, the contents are the target
};

using TestFiles = std::vector<TestFile>;

ssize_t append(archive* /*writer*/, void* text, const void* bytes, std::size_t size) {
  static_cast<std::string*>(text)->append(static_cast<const char*>(bytes), size);
  return static_cast<ssize_t>(size);
}

/// An archive by libarchive, which is not ours: of the format "ustar", "ar"…
std::string pack(const TestFiles& files, const char* filter = "none",
                 const char* format = "ustar") {
  std::string bytes;
  archive* writer = archive_write_new();
  EXPECT_EQ(archive_write_set_format_by_name(writer, format), ARCHIVE_OK);
  if (std::string_view(filter) != "none") {
    EXPECT_EQ(archive_write_add_filter_by_name(writer, filter), ARCHIVE_OK);
  }
  archive_write_set_bytes_in_last_block(writer, 1);
  EXPECT_EQ(archive_write_open(writer, &bytes, nullptr, append, nullptr), ARCHIVE_OK);
  for (const TestFile& file : files) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, file.path.c_str());
    archive_entry_set_filetype(entry, file.type);
    archive_entry_set_perm(entry, 0644);
    if (file.type == AE_IFLNK)
      archive_entry_set_symlink(entry, file.contents.c_str());
    else
      archive_entry_set_size(entry, static_cast<la_int64_t>(file.contents.size()));
    EXPECT_EQ(archive_write_header(writer, entry), ARCHIVE_OK) << archive_error_string(writer);
    if (file.type == AE_IFREG)
      archive_write_data(writer, file.contents.data(), file.contents.size());
    archive_entry_free(entry);
  }
  archive_write_close(writer);
  archive_write_free(writer);
  return bytes;
}

const std::string hello = "gnu/store/z38bxdz7zrriycz071zab58ljm02f366-hello-2.10";
const std::string library = "gnu/store/ra1zcs1rzc9zmrij79mlxjm58l4f44bc-some-lib";
const std::string profile = "gnu/store/sw1dcjvxcwrhx6svxw3bvh6h071vjgh4-profile";

const std::string profile_manifest = R"(;; a comment
(manifest (version 4)
  (packages (("hello" "2.10" "out" "/gnu/store/z38bxdz7zrriycz071zab58ljm02f366-hello-2.10"
              (propagated-inputs (("lib\"x" "1" "dev" "/gnu/store/y")))
              (search-paths (("PATH" ("bin") ":" directory #f))))
             (repeated "hello" "2.10" "/gnu/store/z38bxdz7zrriycz071zab58ljm02f366-hello-2.10"))))
)";

TestFiles tree() {
  return {{"./gnu/store/", "", AE_IFDIR},
          {"./" + hello + "/bin/hello", "12345"},
          {"./" + hello + "/share/doc", "123"},
          {library, "1234"},
          {profile + "/manifest", profile_manifest},
          {profile + "/bin", "/" + hello + "/bin", AE_IFLNK},
          {"bin", profile + "/bin", AE_IFLNK},
          {"etc/motd", "12"}};
}

std::vector<std::string> item_names(const InspectedImage& image) {
  std::vector<std::string> names;
  for (const InspectedItem& item : image.items) names.push_back(item.name + "@" + item.version);
  return names;
}

void expect_tree(const InspectedImage& image) {
  EXPECT_THAT(item_names(image), ElementsAre("some-lib@", "profile@", "hello@2.10"));
  EXPECT_EQ(image.items[2].size, 8U);
  EXPECT_EQ(image.items[2].files, 2U);
  EXPECT_EQ(image.items[2].path, "/" + hello);
  EXPECT_EQ(image.closure_size, 12U + profile_manifest.size());
  ASSERT_EQ(image.profiles.size(), 1U);
  EXPECT_EQ(image.profiles[0].item, "/" + profile);
  EXPECT_EQ(image.profiles[0].packages.size(), 2U);
}

std::string failure_of(std::string_view bytes, const InspectLimits& limits = {}) {
  try {
    inspect_bytes(bytes, limits);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

const std::string configuration = R"({"os": "linux", "architecture": "amd64", "config":
  {"Entrypoint": ["/bin/hello", "-t"], "Cmd": ["x"], "Env": ["A=1"], "User": "nobody",
   "WorkingDir": "/tmp", "Labels": {"maintainer": "me"}}})";

void expect_configuration(const InspectedImage& image) {
  EXPECT_EQ(image.platform, "linux/amd64");
  EXPECT_THAT(image.entry_point, ElementsAre("/bin/hello", "-t"));
  EXPECT_THAT(image.command, ElementsAre("x"));
  EXPECT_THAT(image.environment, ElementsAre("A=1"));
  EXPECT_EQ(image.user, "nobody");
  EXPECT_EQ(image.working_directory, "/tmp");
  EXPECT_THAT(image.labels, ElementsAre(Pair("maintainer", "me")));
}

TEST(Inspect, TellsTheItemsOfATarballHoweverItIsCompressed) {
  for (const char* filter : {"none", "gzip", "bzip2", "xz", "lzip", "zstd"}) {
    const Inspection inspection = inspect_bytes(pack(tree(), filter));
    EXPECT_EQ(inspection.format, "tarball");
    EXPECT_THAT(inspection.compression, HasSubstr(filter));
    ASSERT_EQ(inspection.images.size(), 1U);
    expect_tree(inspection.images[0]);
    EXPECT_EQ(inspection.images[0].other_files, 2U);
    EXPECT_EQ(inspection.images[0].other_size, 2U);
  }
}

TEST(Inspect, TellsOfAnImageOfDockerWhereverItsManifestStands) {
  const TestFile manifest{"manifest.json",
                          R"([{"Config": "c.json", "RepoTags": ["hello:latest"],
                               "Layers": ["a/layer.tar", "b/layer.tar"]}])"};
  TestFiles files{{"a/layer.tar", pack({{hello + "/x", "1"}, {library, "1"}})},
                  {"b/layer.tar", "../d/layer.tar", AE_IFLNK},
                  {"d/layer.tar", pack({{profile + "/manifest", profile_manifest}}, "gzip")},
                  {"c.json", configuration}};
  for (const auto& place : {files.begin(), files.end()}) {
    TestFiles all(files.begin(), place);
    all.push_back(manifest);
    all.insert(all.end(), place, files.end());
    const Inspection inspection = inspect_bytes(pack(all));
    EXPECT_EQ(inspection.format, "docker-archive");
    ASSERT_EQ(inspection.images.size(), 1U);
    const InspectedImage& image = inspection.images[0];
    EXPECT_THAT(image.names, ElementsAre("hello:latest"));
    EXPECT_EQ(image.layers, 2U);
    expect_configuration(image);
    EXPECT_THAT(item_names(image), ElementsAre("some-lib@", "profile@", "hello@2.10"));
    EXPECT_EQ(image.profiles.size(), 1U);
  }
}

TEST(Inspect, LeavesOutWhatALayerRemoves) {
  const std::string whiteout =
      "gnu/store/.wh." + library.substr(std::string_view("gnu/store/").size());
  auto image_with = [&](const std::string& top) {
    return inspect_bytes(
               pack({{"manifest.json", R"([{"Config": "c.json", "Layers": ["1.tar", "2.tar"]}])"},
                     {"c.json", configuration},
                     {"2.tar", pack({{top, ""}, {hello, "1"}})},
                     {"1.tar", pack({{library, "1"}, {profile, "1"}})}}))
        .images.at(0);
  };
  EXPECT_THAT(item_names(image_with(whiteout)), ElementsAre("profile@", "hello@2.10"));
  EXPECT_THAT(item_names(image_with("gnu/store/.wh..wh..opq")), ElementsAre("hello@2.10"));
}

TestFiles oci_layout(const std::string& layer_digest) {
  return {{"oci-layout", R"({"imageLayoutVersion": "1.0.0"})"},
          {"index.json", R"({"manifests": [{"digest": "sha256:aa",
             "annotations": {"org.opencontainers.image.ref.name": "hello:1"}},
             {"digest": "sha256:ee"}]})"},
          {"blobs/sha256/aa", R"({"manifests": [{"digest": "sha256:bb"}]})"},
          {"blobs/sha256/bb",
           R"({"config": {"mediaType": "application/vnd.oci.image.config.v1+json",
                          "digest": "sha256:cc"}, "layers": [{"digest": ")" +
               layer_digest + R"("}]})"},
          {"blobs/sha256/cc", configuration},
          {"blobs/sha256/dd", pack(tree(), "zstd")},
          {"blobs/sha256/ee", R"({"config": {"mediaType": "application/vnd.oci.empty.v1+json"},
                                  "layers": [{"digest": "sha256:ff"}]})"},
          {"blobs/sha256/ff", "a signature"}};
}

TEST(Inspect, TellsOfTheImagesOfAnOciLayout) {
  const Inspection inspection = inspect_bytes(pack(oci_layout("sha256:dd")));
  EXPECT_EQ(inspection.format, "oci-archive");
  ASSERT_EQ(inspection.images.size(), 1U);
  EXPECT_THAT(inspection.images[0].names, ElementsAre("hello:1"));
  expect_configuration(inspection.images[0]);
  expect_tree(inspection.images[0]);
}

TEST(Inspect, TellsOfADebianPackage) {
  const std::string control = "Package: hello\nArchitecture: amd64\nDescription: x\n more\n";
  const Inspection inspection =
      inspect_bytes(pack({{"debian-binary", "2.0\n"},
                          {"control.tar.gz", pack({{"./control", control}}, "gzip")},
                          {"data.tar.xz", pack(tree(), "xz")}},
                         "none", "arbsd"));
  EXPECT_EQ(inspection.format, "deb");
  EXPECT_EQ(inspection.compression, "xz");
  ASSERT_EQ(inspection.images.size(), 1U);
  EXPECT_THAT(inspection.images[0].names, ElementsAre("hello"));
  EXPECT_THAT(inspection.images[0].labels,
              ElementsAre(Pair("Architecture", "amd64"), Pair("Description", "x"),
                          Pair("Package", "hello")));
  expect_tree(inspection.images[0]);
}

TEST(Inspect, RefusesWhatIsNoArchive) {
  EXPECT_NE(failure_of(""), "");
  EXPECT_NE(failure_of("Some text."), "");
  EXPECT_NE(failure_of(std::string(100'000, '\x7f')), "");
}

TEST(Inspect, RefusesAnArchiveThatEndsTooEarly) {
  const std::string bytes = pack(tree(), "gzip");
  EXPECT_NE(failure_of(bytes.substr(0, bytes.size() / 2)), "");
  const std::string image =
      pack({{"a.tar", pack(tree())}, {"c.json", configuration}, {"manifest.json", "[]"}});
  EXPECT_NE(failure_of(image.substr(0, 3000)), "");
}

TEST(Inspect, RefusesImagesWhosePartsAreMissingOrMalformed) {
  EXPECT_THAT(failure_of(pack({{"manifest.json", R"([{"Config": "c.json", "Layers": []}])"}})),
              HasSubstr("'c.json' is missing"));
  EXPECT_THAT(failure_of(pack({{"manifest.json", "[{"}})), HasSubstr("no JSON"));
  EXPECT_THAT(failure_of(pack({{"manifest.json", R"([{"Config": "c.json", "Layers": ["x.tar"]}])"},
                               {"c.json", "{}"}})),
              HasSubstr("'x.tar' is missing"));
  EXPECT_THAT(failure_of(pack({{"manifest.json", R"([{"Config": "c.json", "Layers": ["x.tar"]}])"},
                               {"c.json", "{}"},
                               {"x.tar", "no archive"}})),
              HasSubstr("'x.tar' cannot be read"));
  EXPECT_THAT(failure_of(pack(oci_layout("sha256:../../etc/passwd"))), HasSubstr("malformed"));
  EXPECT_THAT(failure_of(pack(oci_layout("sha256:00"))), HasSubstr("missing"));
}

TEST(Inspect, RefusesIndexesThatNameThemselves) {
  EXPECT_THAT(
      failure_of(pack({{"oci-layout", "{}"},
                       {"index.json", R"({"manifests": [{"digest": "sha256:aa"}]})"},
                       {"blobs/sha256/aa", R"({"manifests": [{"digest": "sha256:aa"}]})"}})),
      HasSubstr("nested too deeply"));
}

TEST(Inspect, KeepsItsLimits) {
  InspectLimits limits;
  limits.entries = 3;
  EXPECT_THAT(failure_of(pack(tree()), limits), HasSubstr("more than 3 files"));
  limits = {};
  limits.store_items = 2;
  EXPECT_THAT(failure_of(pack(tree()), limits), HasSubstr("more than 2 store items"));
  limits = {};
  limits.bytes = 4;
  EXPECT_THAT(failure_of(pack(tree()), limits), HasSubstr("more than 4 bytes"));
  limits = {};
  limits.unpacked = 4;
  EXPECT_EQ(failure_of(pack(tree()), limits), "");
  limits.unpacked_ratio = 1;
  const std::string bomb = pack({{"zeros", std::string(1 << 20, '\0')}}, "gzip");
  EXPECT_THAT(failure_of(bomb, limits), HasSubstr("more than 1 times its own size"));
  EXPECT_EQ(failure_of(bomb), "");
  limits = {};
  limits.document = configuration.size() - 1;
  EXPECT_THAT(failure_of(pack(oci_layout("sha256:dd")), limits), HasSubstr("too long"));
  limits = {};
  limits.documents = 400;
  EXPECT_THAT(failure_of(pack(oci_layout("sha256:dd")), limits), HasSubstr("too long"));
  limits = {};
  limits.images = 0;
  EXPECT_THAT(failure_of(pack(oci_layout("sha256:dd")), limits), HasSubstr("more than 0 images"));
}

TEST(Inspect, CountsFilesThatOnlySeemToBeInTheStoreAsOthers) {
  const InspectedImage image =
      inspect_bytes(pack({{hello + "/../../../etc/passwd", "1"}, {"gnu/store/short-1", "1"}}))
          .images.at(0);
  EXPECT_THAT(item_names(image), ElementsAre());
  EXPECT_EQ(image.other_files, 2U);
}

TEST(Inspect, CountsLongTextsOfATarballAsFiles) {
  InspectLimits limits;
  limits.document = 10;
  const std::string bytes = pack({{"manifest.json", std::string(11, ' ')}});
  EXPECT_EQ(inspect_bytes(bytes, limits).images.at(0).other_size, 11U);
}

TEST(Inspect, ToleratesAnyDamage) {
  TestFiles files = oci_layout("sha256:dd");
  files.push_back({"a.tar", pack(tree())});
  const std::string bytes = pack(files);
  for (std::size_t i = 0; i < bytes.size(); i += 37) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ (1 << (i % 8)));
    failure_of(damaged);  // is refused or not, but by an Error
  }
}

TEST(Inspect, NamesTheFileThatItCannotRead) {
  const TemporaryDirectory directory("inspect-test");
  const std::string path = directory.path() + "/x";
  write_file_atomically(path, "no archive");
  try {
    inspect_file(path);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr(path));
  }
  write_file_atomically(path, pack(tree(), "gzip"));
  expect_tree(inspect_file(path).images.at(0));
}

TEST(ProfileManifest, TellsPackagesAndWhatTheyPropagate) {
  const std::vector<ProfilePackage> packages = parse_profile_manifest(profile_manifest).packages;
  ASSERT_EQ(packages.size(), 2U);
  EXPECT_EQ(packages[0].name, "hello");
  EXPECT_EQ(packages[0].version, "2.10");
  EXPECT_EQ(packages[0].output, "out");
  EXPECT_EQ(packages[0].item, "/" + hello);
  EXPECT_EQ(packages[1].name, "lib\"x");
  EXPECT_EQ(packages[1].output, "dev");
}

TEST(ProfileManifest, TellsWhereItsPackagesComeFrom) {
  const auto repository = [](const std::string& name) {
    return "(repository (version 0) (url \"https://x\") (branch \"main\") (commit \"ab\")" + name +
           ")";
  };
  const auto manifest = [](const std::string& properties) {
    return parse_profile_manifest(
        "(manifest (version 4) (packages ((\"a\" \"1\" \"out\" \"/a\" (properties " + properties +
        ")) (\"b\" \"1\" \"out\" \"/b\"))))");
  };
  const ProfileChannel guix{"guix", "https://x", "main", "ab"};
  // Version 4, version 3, and with the names that Guix writes by now.
  for (const std::string& text :
       {"((provenance " + repository("") + "))", "(provenance " + repository("") + ")",
        "((other 1) (provenance " + repository(" (name guix)") + "))"}) {
    const InspectedProfile found = manifest(text);
    EXPECT_THAT(found.channels, ElementsAre(guix)) << text;
    EXPECT_THAT(found.packages.at(0).channels, ElementsAre(0U));
    EXPECT_TRUE(found.packages.at(1).channels.empty());
  }
  EXPECT_TRUE(manifest("((provenance (repository (version 0) (url \"x\"))))").channels.empty());
  EXPECT_TRUE(manifest("((provenance . x) provenance (provenance))").channels.empty());
}

TEST(Inspect, ReadsALayoutThatIsADirectory) {
  const TemporaryDirectory directory("inspect-test");
  for (const TestFile& file : oci_layout("sha256:dd")) {
    make_directories(directory_name(directory.path() + "/" + file.path));
    write_file_atomically(directory.path() + "/" + file.path, file.contents);
  }
  const Inspection found = inspect_file(directory.path());
  EXPECT_EQ(found.format, "oci-layout");
  EXPECT_EQ(found.images.size(), inspect_bytes(pack(oci_layout("sha256:dd"))).images.size());
  // What a link leads to is not part of it.
  remove_tree(directory.path() + "/oci-layout");
  create_symlink("/etc/passwd", directory.path() + "/oci-layout");
  EXPECT_THROW(inspect_file(directory.path()), Error);
}

TEST(ProfileManifest, RefusesOtherTexts) {
  for (const std::string& text :
       {std::string(), std::string("("), std::string(")"), std::string("(x)"), std::string("\"x"),
        std::string("(manifest (packages (x)))"), std::string("(manifest (packages ((1 2 3 4))))"),
        std::string(100'000, '('), std::string("(manifest (packages ((\"a\" \"b\\")})
    EXPECT_THROW(parse_profile_manifest(text), Error) << text.substr(0, 50);
}

}  // namespace
}  // namespace nacre
