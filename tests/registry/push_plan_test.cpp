// SPDX-License-Identifier: GPL-3.0-or-later
#include "registry/push_plan.hpp"

#include <gmock/gmock.h>

#include "archive/tar.hpp"
#include "base/error.hpp"
#include "base/hash.hpp"

namespace nacre::registry {
namespace {

using testing::HasSubstr;

/// Writes image layouts.
class RegistryLayout : public testing::Test {
 protected:
  Json add(const std::string& text, const std::string& type) {
    const std::string digest = hash_bytes(HashAlgorithm::sha256, text).base16();
    files_["blobs/sha256/" + digest] = text;
    return {{"mediaType", type}, {"digest", "sha256:" + digest}, {"size", text.size()}};
  }
  Json add_image(const std::string& name, const std::string& layer_ending = "+gzip") {
    const std::string layer_type = "application/vnd.oci.image.layer.v1.tar" + layer_ending;
    const Json manifest{
        {"schemaVersion", 2},
        {"mediaType", oci_manifest_type},
        {"config", add("{\"name\":\"" + name + "\"}", "application/vnd.oci.image.config.v1+json")},
        {"layers", {add("shared, and the larger one", layer_type), add(name, layer_type)}}};
    return add(manifest.dump(), std::string(oci_manifest_type));
  }
  static Json index_of(std::initializer_list<Json> manifests) {
    return {{"schemaVersion", 2},
            {"mediaType", oci_index_type},
            {"manifests", std::vector<Json>(manifests)}};
  }

  std::unique_ptr<ImageLayout> layout(const Json& index) {
    StringSink sink;
    TarWriter tar(sink);
    tar.add_directory("blobs");
    for (const auto& [name, text] : files_) tar.add_file(name, text);
    tar.add_file("index.json", index.dump());
    tar.finish();
    write_file_atomically(directory_.path() + "/layout", sink.text);
    return std::make_unique<ImageLayout>(directory_.path() + "/layout");
  }
  std::string refusal(const Json& index, MediaTypes types = MediaTypes::oci) {
    try {
      plan_push(*layout(index), types);
    } catch (const Error& error) {
      return error.what();
    }
    return "accepted";
  }

  std::map<std::string, std::string> files_;
  TemporaryDirectory directory_{"nacre-layout-"};
};

std::string read(const Blob& blob) {
  std::string text(blob.contents.size, '\0');
  blob.contents.read(0, text.data(), text.size());
  return text;
}

TEST_F(RegistryLayout, OfOneImageIsThatImage) {
  const Json image = add_image("one");
  const auto there = layout(index_of({image}));
  const PushPlan plan = plan_push(*there, MediaTypes::oci);
  ASSERT_EQ(plan.manifests.size(), 1U);
  EXPECT_EQ(plan.image().digest, image["digest"]);
  ASSERT_EQ(plan.blobs.size(), 3U);
  EXPECT_EQ(read(plan.blobs[0]), "shared, and the larger one");
  for (const Blob& blob : plan.blobs) EXPECT_NO_THROW(check_digest(blob));
}

TEST_F(RegistryLayout, OfSeveralImagesIsTheirIndex) {
  const Json index = index_of({add_image("one"), add_image("two")});
  for (const Json& top : {index, index_of({add(index.dump(), std::string(oci_index_type))})}) {
    const auto there = layout(top);
    const PushPlan plan = plan_push(*there, MediaTypes::oci);
    ASSERT_EQ(plan.manifests.size(), 3U);
    EXPECT_EQ(plan.image().media_type, oci_index_type);
    EXPECT_EQ(Json::parse(plan.image().text), index);
    EXPECT_EQ(plan.blobs.size(), 5U);
  }
}

TEST_F(RegistryLayout, GetsDockersNamesForItsParts) {
  const auto there = layout(index_of({add_image("one"), add_image("two", "")}));
  const PushPlan plan = plan_push(*there, MediaTypes::docker);
  const Json index = Json::parse(plan.image().text);
  EXPECT_EQ(index["mediaType"], docker_list_type);
  EXPECT_EQ(index["manifests"][0]["mediaType"], docker_manifest_type);
  EXPECT_EQ(index["manifests"][0]["digest"], plan.manifests[0].digest);
  EXPECT_EQ(index["manifests"][0]["size"], plan.manifests[0].text.size());
  const Json manifest = Json::parse(plan.manifests[0].text);
  EXPECT_EQ(manifest["config"]["mediaType"], "application/vnd.docker.container.image.v1+json");
  EXPECT_EQ(manifest["layers"][0]["mediaType"],
            "application/vnd.docker.image.rootfs.diff.tar.gzip");
  EXPECT_THAT(refusal(index_of({add_image("three", "+zstd")}), MediaTypes::docker),
              HasSubstr("nothing like"));
}

TEST_F(RegistryLayout, IsCheckedByItsDigests) {
  const Json image = add_image("one");
  EXPECT_EQ(refusal(index_of({image})), "accepted");
  files_["blobs/sha256/" + image["digest"].get<std::string>().substr(7)][20] ^= 1;
  EXPECT_THAT(refusal(index_of({image})), HasSubstr("another digest"));

  Json size = add_image("two");
  size["size"] = 3;
  EXPECT_THAT(refusal(index_of({size})), HasSubstr("another size"));
  Json digest = add_image("three");
  digest["digest"] = "sha256:../../index.json";
  EXPECT_THAT(refusal(index_of({digest})), HasSubstr("bad digest"));
  Json absent = add_image("four");
  absent["digest"] = "sha256:" + std::string(64, '0');
  EXPECT_THAT(refusal(index_of({absent})), HasSubstr("it has no blobs/sha256/000"));
}

TEST_F(RegistryLayout, IsRefusedIfItMakesNoSense) {
  EXPECT_THAT(refusal(Json::array()), HasSubstr("not a JSON object"));
  EXPECT_THAT(refusal(index_of({})), HasSubstr("names no manifest"));
  EXPECT_THAT(refusal(index_of({7})), HasSubstr("bad digest"));
  EXPECT_THAT(refusal(index_of({add("[]", "x")})), HasSubstr("not a JSON object"));
  EXPECT_THAT(refusal(index_of({add("{}", "x")})), HasSubstr("malformed"));
  Json nested = add_image("deep");
  for (int i = 0; i < 8; ++i) nested = add(index_of({nested}).dump(), std::string(oci_index_type));
  EXPECT_THAT(refusal(index_of({nested})), HasSubstr("too deep"));
  EXPECT_THROW(ImageLayout("/etc/passwd"), Error);
}

}  // namespace
}  // namespace nacre::registry
