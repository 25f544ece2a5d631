// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "base/hash.hpp"
#include "pack/pack_fixture.hpp"

namespace nacre {
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

/// An image, taken apart as `docker load` does it.
struct Image {
  std::map<std::string, ArchiveEntry> files;
  json manifest, configuration;
  std::vector<std::vector<ArchiveEntry>> layers;

  /// The root file system: all layers, one over the other.
  std::map<std::string, ArchiveEntry> root() const {
    std::map<std::string, ArchiveEntry> root;
    for (const auto& layer : layers)
      for (const ArchiveEntry& entry : layer) root[entry.name] = entry;
    return root;
  }
};

Image read_image(const std::string& bytes) {
  Image image;
  image.files = by_name(read_tar(bytes));
  auto manifests = json::parse(image.files.at("manifest.json").contents);
  EXPECT_EQ(manifests.size(), 1u);
  image.manifest = manifests[0];
  image.configuration = json::parse(image.files.at(image.manifest["Config"]).contents);
  for (const json& layer : image.manifest["Layers"])
    image.layers.push_back(read_tar(image.files.at(layer).contents));
  return image;
}

class DockerTest : public PackTest {
 protected:
  static Environment settings(Environment more) {
    more.emplace("image-tag", "hello-data");
    more.emplace("system", "x86_64-linux");
    return more;
  }
  Image image(Environment more = {}) {
    return read_image(read_file(pack(build_docker_pack, settings(std::move(more)))));
  }
  std::string refusal(Environment more) {
    return error_of([&] { pack(build_docker_pack, settings(std::move(more))); });
  }
};

TEST_F(DockerTest, DigestsAndNamesOfEveryPartAgree) {
  Image image = this->image();
  auto digests = image.configuration["rootfs"]["diff_ids"];
  ASSERT_EQ(digests.size(), image.manifest["Layers"].size());
  std::string parent;
  for (std::size_t i = 0; i < digests.size(); ++i) {
    std::string file = image.manifest["Layers"][i];
    Hash hash = hash_bytes(HashAlgorithm::sha256, image.files.at(file).contents);
    EXPECT_EQ(digests[i], "sha256:" + hash.base16());
    std::string id = file.substr(0, 64);
    EXPECT_EQ(image.files.at(id + "/VERSION").contents, "1.0");
    json description = json::parse(image.files.at(id + "/json").contents);
    EXPECT_EQ(description["id"], id);
    EXPECT_EQ(description.value("parent", ""), parent);
    parent = id;
  }
  std::string config = image.manifest["Config"];
  Hash hash = hash_bytes(HashAlgorithm::sha256, image.files.at(config).contents);
  EXPECT_EQ(config, hash.base16() + ".json");
  EXPECT_THAT(image.manifest["RepoTags"], ElementsAre("hello-data:latest"));
  EXPECT_EQ(json::parse(image.files.at("repositories").contents)["hello-data"]["latest"], parent);
  EXPECT_EQ(image.configuration["history"].size(), digests.size());
}

TEST_F(DockerTest, SaysWhatItRunsOnAndNoDate) {
  json configuration = image().configuration;
  EXPECT_EQ(configuration["architecture"], "amd64");
  EXPECT_EQ(configuration["os"], "linux");
  EXPECT_EQ(configuration["created"], "1970-01-01T00:00:01Z");
  EXPECT_EQ(image({{"system", "aarch64-linux"}}).configuration["variant"], "v8");
}

TEST_F(DockerTest, TheLayersTogetherAreTheClosureTheLinksAndATmp) {
  Image image = this->image({{"symlinks", "/bin -> bin\n/tmp/x -> share"}});
  auto root = image.root();
  EXPECT_EQ(root.at("tmp").permissions, 01777u);
  EXPECT_EQ(root.at("bin").contents, profile_.text().substr(1) + "/bin");
  EXPECT_EQ(root.at("tmp/x").contents, "../" + profile_.text().substr(1) + "/share");
  EXPECT_EQ(root.at(library_.text().substr(1) + "/lib/libx.so").contents, noise(3'000'000));
  EXPECT_FALSE(root.contains(stranger_.text().substr(1)));
  std::map<std::string, int> count;
  for (const auto& layer : image.layers)
    for (const auto& [name, entry] : by_name(layer)) ++count[name];
  for (const auto& [name, times] : count)
    EXPECT_TRUE(times == 1 || name == "gnu" || name == "gnu/store") << name;
}

TEST_F(DockerTest, WhatMuchDependsOnComesFirstAndTheProfileLast) {
  Image image = this->image();
  ASSERT_EQ(image.layers.size(), 3u);
  auto holds = [&](std::size_t layer, const StorePath& path) {
    return by_name(image.layers[layer]).contains(path.text().substr(1));
  };
  EXPECT_TRUE(holds(0, library_));
  EXPECT_TRUE(holds(1, data_));
  EXPECT_TRUE(holds(2, hello_));
  EXPECT_TRUE(holds(2, profile_));
}

TEST_F(DockerTest, ALayerStaysAsItIsWhenALeafChanges) {
  json before = image().configuration["rootfs"]["diff_ids"];
  json after = image({{"symlinks", "/bin -> bin"}}).configuration["rootfs"]["diff_ids"];
  EXPECT_EQ(before[0], after[0]);
  EXPECT_EQ(before[1], after[1]);
  EXPECT_NE(before[2], after[2]);
}

TEST_F(DockerTest, HasNoMoreLayersThanAskedFor) {
  for (std::size_t most : {1, 2, 3}) {
    Image image = this->image({{"max-layers", std::to_string(most)}});
    EXPECT_EQ(image.layers.size(), most);
    EXPECT_EQ(image.root().at(data_.text().substr(1) + "/share/data").contents, noise(1'500'000));
  }
}

TEST_F(DockerTest, TheEnvironmentIsThatOfTheProfileAndWhatWasAsked) {
  json config = image({{"search-paths", "PATH\t:\tdirectory\tbin\t\nX\t:\tdirectory\tno\t"},
                       {"environment", "LANG=C.UTF-8\nEMPTY="}})
                    .configuration["config"];
  EXPECT_THAT(config["Env"],
              ElementsAre("PATH=" + profile_.text() + "/bin", "LANG=C.UTF-8", "EMPTY="));
  EXPECT_FALSE(config.contains("Entrypoint"));
  config = image({{"search-paths", "PATH\t:\tdirectory\tbin\t"}, {"environment", "PATH=/x=y"}})
               .configuration["config"];
  EXPECT_THAT(config["Env"], ElementsAre("PATH=/x=y"));
}

TEST_F(DockerTest, TheEntryPointIsAProgramOfTheProfile) {
  json config = image({{"entry-point", "bin/hello"}, {"entry-point-arguments", "-g\nhi there"}})
                    .configuration["config"];
  EXPECT_THAT(config["Entrypoint"], ElementsAre(profile_.text() + "/bin/hello", "-g", "hi there"));
}

TEST_F(DockerTest, OptionsSayHowItRuns) {
  json config = image({{"command", "serve\n\n--port=80\n"},
                       {"exposed-ports", "80\n53/udp\n80/tcp"},
                       {"volumes", "/data/"},
                       {"labels", "b=2\na=x=y\nb=3"},
                       {"user", "1000:100"},
                       {"working-directory", "/srv"}})
                    .configuration["config"];
  EXPECT_THAT(config["Cmd"], ElementsAre("serve", "", "--port=80", ""));
  EXPECT_EQ(config["ExposedPorts"], json::parse(R"({"53/udp": {}, "80/tcp": {}})"));
  EXPECT_EQ(config["Volumes"], json::parse(R"({"/data": {}})"));
  EXPECT_EQ(config["Labels"], json::parse(R"({"a": "x=y", "b": "3"})"));
  EXPECT_EQ(config["User"], "1000:100");
  EXPECT_EQ(config["WorkingDir"], "/srv");
}

TEST_F(DockerTest, WhatNoOptionSaysIsNotInTheConfiguration) {
  json config = image().configuration["config"];
  EXPECT_EQ(config, json::parse(R"({"Env": []})"));
}

TEST_F(DockerTest, TheNameMayHaveATagAndAHost) {
  EXPECT_THAT(image({{"image-tag", "localhost:5000/my/image:v1.0"}}).manifest["RepoTags"],
              ElementsAre("localhost:5000/my/image:v1.0"));
}

TEST_F(DockerTest, DoesNotDependOnCoresAndUmask) {
  Environment settings = DockerTest::settings({{"compression", "zstd"}});
  std::string first = read_file(pack(build_docker_pack, settings, 1));
  mode_t mask = umask(077);
  std::string second = pack(build_docker_pack, settings, 3);
  umask(mask);
  EXPECT_TRUE(read_file(second) == first);
}

TEST_F(DockerTest, NamesOfUsersHaveToBeInTheImage) {
  const StorePath accounts = add_package(
      "accounts", {{"etc/passwd", "root:x:0:0::/:\napp:x:7:7::/:\n"}, {"etc/group", "app:x:7:\n"}});
  const auto make = [&](const std::string& user, const std::string& links) {
    run(build_docker_pack, "pack",
        settings({{"profile", accounts.text()},
                  {"compression", "none"},
                  {"layers-version", "3"},
                  {"symlinks", links},
                  {"user", user}}),
        {accounts});
  };
  const std::string both = "/etc/passwd -> etc/passwd\n/etc/group -> etc/group";
  make("app:app", both);
  make("root:0", "/etc -> etc");
  EXPECT_THAT(error_of([&] { make("ap", both); }), HasSubstr("the user 'ap' has no entry"));
  EXPECT_THAT(error_of([&] { make("1000:pp", both); }), HasSubstr("the group 'pp' has no entry"));
  EXPECT_THAT(error_of([&] { make("app", "/etc/group -> etc/group"); }),
              HasSubstr("/etc/passwd, which does not exist"));
  EXPECT_THAT(error_of([&] { make("root", "/etc2 -> etc"); }),
              HasSubstr("/etc/passwd, which does not exist"));
}

TEST_F(DockerTest, RefusesFilesThatWouldDeleteOthers) {
  const auto make = [&](const Files& files) {
    const StorePath package = add_package("fixtures" + std::to_string(files.size()), files);
    run(build_docker_pack, "pack",
        settings({{"profile", package.text()}, {"compression", "none"}, {"layers-version", "3"}}),
        {package});
  };
  make({{"config", "x"}, {"wh.config", "x"}, {"a.wh.b/.whx", "x"}});
  EXPECT_THAT(error_of([&] {
                make({{"config", "x"}, {"share/.wh.config", "x"}});
              }),
              HasSubstr("-fixtures2/share/.wh.config cannot be in an image"));
  EXPECT_THAT(error_of([&] {
                make({{"a/.wh..wh..opq/c", "x"}, {"b/.wh.x", "-> c"}, {"c", "x"}, {"d", "x"}});
              }),
              HasSubstr("-fixtures4/a/.wh..wh..opq (and 1 more) cannot be in an image"));
  EXPECT_THAT(refusal({{"symlinks", "/opt/.wh.bin/x -> bin"}}),
              HasSubstr("/opt/.wh.bin/x cannot be in an image"));
}

TEST_F(DockerTest, RefusesBadSettings) {
  for (const std::string& name : std::vector<std::string>{
           "", "Upper", "a b", "a//b", "name:", "a:b:c", "-a", "a:" + std::string(129, 'x')})
    EXPECT_THAT(refusal({{"image-tag", name}}), HasSubstr("'" + name + "' cannot be the name"));
  EXPECT_THAT(refusal({{"system", "pdp11-linux"}}),
              HasSubstr("no images for the system pdp11-linux"));
  EXPECT_THAT(refusal({{"max-layers", "0"}}), HasSubstr("bad max-layers '0'"));
  EXPECT_THAT(refusal({{"max-layers", "500"}}), HasSubstr("a number from 1 to 127"));
  EXPECT_THAT(refusal({{"entry-point", "bin/no"}}),
              HasSubstr("the entry point needs 'bin/no', which does not exist"));
  EXPECT_THAT(refusal({{"entry-point-arguments", "x"}}), HasSubstr("but no entry point"));
  EXPECT_THAT(refusal({{"environment", "=x"}}), HasSubstr("bad environment variable '=x'"));
  EXPECT_THAT(refusal({{"labels", "x"}}), HasSubstr("bad label 'x'"));
  EXPECT_THAT(refusal({{"exposed-ports", "0"}}), HasSubstr("bad port '0'"));
  EXPECT_THAT(refusal({{"volumes", "data"}}), HasSubstr("bad volume 'data'"));
  EXPECT_THAT(refusal({{"user", "a b"}}), HasSubstr("bad user 'a b'"));
  EXPECT_THAT(refusal({{"working-directory", "x"}}), HasSubstr("bad working directory 'x'"));
  EXPECT_THAT(refusal({{"environment", "X=\xff"}}), HasSubstr("not valid UTF-8"));
  EXPECT_THAT(refusal({{"search-paths", "PATH"}}), HasSubstr("bad search path 'PATH'"));
}

}  // namespace
}  // namespace nacre
