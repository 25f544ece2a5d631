// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "base/hash.hpp"
#include "pack/pack_fixture.hpp"

namespace nacre {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// An image layout, read as its specification says, every descriptor being checked.
class Layout {
 public:
  explicit Layout(const std::string& bytes) : files_(by_name(read_tar(bytes))) {
    EXPECT_EQ(json::parse(files_.at("oci-layout").contents)["imageLayoutVersion"], "1.0.0");
    index = json::parse(files_.at("index.json").contents);
    EXPECT_EQ(index["manifests"].size(), 1u);
    manifest = json::parse(blob(index["manifests"][0]));
    configuration = json::parse(blob(manifest["config"]));
    for (const json& layer : manifest["layers"]) layers.push_back(read_tar(blob(layer)));
  }

  std::string blob(const json& descriptor) const {
    const std::string digest = descriptor["digest"];
    const std::string& contents = files_.at("blobs/sha256/" + digest.substr(7)).contents;
    EXPECT_EQ(digest, "sha256:" + hash_bytes(HashAlgorithm::sha256, contents).base16());
    EXPECT_EQ(descriptor["size"], contents.size());
    return contents;
  }
  std::size_t file_count() const { return files_.size(); }

  json index, manifest, configuration;
  std::vector<std::vector<ArchiveEntry>> layers;

 private:
  std::map<std::string, ArchiveEntry> files_;
};

class OciTest : public PackTest {
 protected:
  static Environment settings(Environment more) {
    more.emplace("image-tag", "hello-data:1");
    more.emplace("system", "x86_64-linux");
    return more;
  }
  Layout layout(Environment more = {}) {
    return Layout(read_file(pack(build_oci_pack, settings(std::move(more)))));
  }
};

TEST_F(OciTest, TheIndexNamesTheImageAndWhatItRunsOn) {
  const json image = layout({{"system", "aarch64-linux"}}).index["manifests"][0];
  EXPECT_EQ(image["annotations"]["org.opencontainers.image.ref.name"], "hello-data:1");
  EXPECT_EQ(image["platform"]["architecture"], "arm64");
  EXPECT_EQ(image["platform"]["variant"], "v8");
}

TEST_F(OciTest, DescriptorsTellDigestsSizesAndTypesOfEveryBlob) {
  const Layout layout = this->layout();
  const std::string vendor = "application/vnd.oci.image.";
  EXPECT_EQ(layout.index["mediaType"], vendor + "index.v1+json");
  EXPECT_EQ(layout.index["manifests"][0]["mediaType"], vendor + "manifest.v1+json");
  EXPECT_EQ(layout.manifest["mediaType"], vendor + "manifest.v1+json");
  EXPECT_EQ(layout.manifest["config"]["mediaType"], vendor + "config.v1+json");
  for (const json& layer : layout.manifest["layers"])
    EXPECT_EQ(layer["mediaType"], vendor + "layer.v1.tar");
  // Besides layers: configuration, manifest, two files and two directories.
  EXPECT_EQ(layout.file_count(), layout.layers.size() + 6);
}

TEST_F(OciTest, EachLayerIsCompressedByItself) {
  const Layout plain = layout();
  for (const std::string compression : {"gzip", "zstd"}) {
    const Layout packed = layout({{"compression", compression}});
    EXPECT_EQ(packed.configuration, plain.configuration);
    ASSERT_EQ(packed.layers.size(), plain.layers.size());
    for (std::size_t i = 0; i < plain.layers.size(); ++i) {
      EXPECT_EQ(names_of(packed.layers[i]), names_of(plain.layers[i]));
      EXPECT_EQ(packed.manifest["layers"][i]["mediaType"],
                "application/vnd.oci.image.layer.v1.tar+" + compression);
      EXPECT_EQ(plain.manifest["layers"][i]["digest"],
                plain.configuration["rootfs"]["diff_ids"][i]);
    }
  }
}

TEST_F(OciTest, HasTheLayersAndTheConfigurationOfADockerImage) {
  const Environment options = settings({{"symlinks", "/bin -> bin"}, {"command", "bin/hello\n-x"}});
  const Layout layout(read_file(pack(build_oci_pack, options)));
  const auto files = by_name(read_tar(read_file(pack(build_docker_pack, options))));
  const json manifest = json::parse(files.at("manifest.json").contents)[0];
  EXPECT_EQ(json::parse(files.at(manifest["Config"]).contents), layout.configuration);
  EXPECT_EQ(manifest["Layers"].size(), layout.layers.size());
}

TEST_F(OciTest, ALayerStaysAsItIsWhenALeafChanges) {
  const json before = layout({{"compression", "gzip"}}).manifest["layers"];
  const json after =
      layout({{"compression", "gzip"}, {"symlinks", "/bin -> bin"}}).manifest["layers"];
  ASSERT_EQ(before.size(), 3u);
  EXPECT_EQ(before[0], after[0]);
  EXPECT_EQ(before[1], after[1]);
  EXPECT_NE(before[2], after[2]);
}

TEST_F(OciTest, DoesNotDependOnCoresAndUmask) {
  for (const std::string compression : {"gzip", "zstd"}) {
    const Environment settings = OciTest::settings({{"compression", compression}});
    const std::string first = read_file(pack(build_oci_pack, settings, 1));
    const mode_t mask = umask(077);
    const std::string second = pack(build_oci_pack, settings, 3);
    umask(mask);
    EXPECT_TRUE(read_file(second) == first) << compression;
  }
}

TEST_F(OciTest, ADirectoryHoldsTheFilesOfTheArchive) {
  for (const std::string compression : {"none", "gzip", "zstd"}) {
    const Environment settings = OciTest::settings({{"compression", compression}});
    const std::string directory = pack(build_oci_directory_pack, settings);
    std::size_t files = 0;
    for (const ArchiveEntry& entry : read_tar(read_file(pack(build_oci_pack, settings)))) {
      if (entry.type == AE_IFDIR) continue;
      EXPECT_TRUE(read_file(directory + "/" + entry.name) == entry.contents) << entry.name;
      ++files;
    }
    EXPECT_EQ(list_directory(directory + "/blobs/sha256").size() + 2, files);
  }
}

TEST_F(OciTest, SeveralPlatformsHaveAnIndexOfOneImageEach) {
  const StorePath other =
      add_package("other-profile", {{"bin", "-> " + hello_.text() + "/bin"}}, {hello_, data_});
  inputs_.insert(other);
  const std::string file = pack(build_oci_pack, settings({{"profile-2", other.text()},
                                                          {"system-2", "aarch64-linux"},
                                                          {"compression", "gzip"}}));
  const auto files = by_name(read_tar(read_file(file)));
  auto blob = [&](const json& descriptor) {
    const std::string digest = descriptor["digest"];
    const std::string& contents = files.at("blobs/sha256/" + digest.substr(7)).contents;
    EXPECT_EQ(digest, "sha256:" + hash_bytes(HashAlgorithm::sha256, contents).base16());
    EXPECT_EQ(descriptor["size"], contents.size());
    return contents;
  };
  const json top = json::parse(files.at("index.json").contents)["manifests"];
  ASSERT_EQ(top.size(), 1u);
  EXPECT_EQ(top[0]["mediaType"], "application/vnd.oci.image.index.v1+json");
  EXPECT_EQ(top[0]["annotations"]["org.opencontainers.image.ref.name"], "hello-data:1");
  const json images = json::parse(blob(top[0]))["manifests"];
  ASSERT_EQ(images.size(), 2u);
  EXPECT_EQ(images[0]["platform"], json({{"architecture", "amd64"}, {"os", "linux"}}));
  EXPECT_EQ(images[1]["platform"],
            json({{"architecture", "arm64"}, {"os", "linux"}, {"variant", "v8"}}));
  const json first = json::parse(blob(images[0]));
  const json second = json::parse(blob(images[1]));
  EXPECT_EQ(json::parse(blob(second["config"]))["architecture"], "arm64");
  // What they share is there once: all layers but the last.
  ASSERT_EQ(first["layers"].size(), second["layers"].size());
  EXPECT_EQ(first["layers"][0], second["layers"][0]);
  EXPECT_NE(first["layers"].back(), second["layers"].back());
  EXPECT_EQ(files.size(), first["layers"].size() + 1 + 2 * 2 + 1 + 4);
}

TEST_F(OciTest, RefusesWhatAnOlderProgramMadeOtherwise) {
  EXPECT_THAT(error_of([&] {
                pack(build_oci_pack, settings({{"layers-version", "1"}}));
              }),
              HasSubstr("makes version 3 of an image's layers, not version 1"));
}

TEST_F(OciTest, RefusesTheSamePlatformTwice) {
  EXPECT_THAT(error_of([&] {
                pack(build_oci_pack,
                     settings({{"profile-2", profile_.text()}, {"system-2", "x86_64-linux"}}));
              }),
              HasSubstr("there are two images for amd64"));
}

TEST_F(OciTest, AFailureLeavesNoDirectory) {
  EXPECT_THAT(error_of([&] {
                pack(build_oci_directory_pack, settings({{"compression", "xz"}}));
              }),
              HasSubstr("OCI images have no layers compressed by xz"));
  EXPECT_FALSE(path_exists(scratch("out-" + std::to_string(runs_))));
}

TEST_F(OciTest, RefusesACompressionThatOciDoesNotKnow) {
  EXPECT_THAT(error_of([&] {
                layout({{"compression", "xz"}});
              }),
              HasSubstr("OCI images have no layers compressed by xz"));
}

}  // namespace
}  // namespace nacre
