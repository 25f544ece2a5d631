// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/image/layer_cache.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "pack/pack_fixture.hpp"

namespace nacre {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Packs one after the other, each in the store before the next is made.
class LayerCacheTest : public PackTest {
 protected:
  std::string state() const { return store_->layout().state + "/nacre/layers"; }
  std::vector<std::string> kept() const {
    return path_exists(state()) ? list_directory(state()) : std::vector<std::string>();
  }

  static Environment settings(const std::string& compression, const std::string& link) {
    return {{"image-tag", "x"},
            {"system", "x86_64-linux"},
            {"compression", compression},
            {"symlinks", link + " -> bin"}};
  }

  /// Makes the file a valid output of the same name; what was there is gone.
  void put_into_store(const std::string& file) {
    const StorePath path = output_path("pack");
    if (store_->is_valid(path)) store_->invalidate(path);
    remove_tree(store_->physical(path));
    rename_file(file, store_->physical(path));
    register_files(path, {});
  }

  /// A pack's bytes, whether it is a file or a directory.
  static std::string bytes(const std::string& file) {
    StringSink nar;
    dump_nar(file, nar);
    return nar.text;
  }

  std::string cold(const BuiltinBuilder& builder, const Environment& settings) {
    remove_tree(state());
    return bytes(pack(builder, settings));
  }

  /// Makes what was kept of the pack unusable, by `damage`, and expects the same bytes.
  template <typename Damage>
  void expect_same_after(Damage damage) {
    const std::string expected = cold(build_oci_pack, settings("gzip", "/second"));
    remove_tree(state());
    put_into_store(pack(build_oci_pack, settings("gzip", "/first")));
    damage(state() + "/" + std::string(output_path("pack").base_name()));
    EXPECT_TRUE(bytes(pack(build_oci_pack, settings("gzip", "/second"))) == expected);
  }
};

TEST_F(LayerCacheTest, APackHasTheSameBytesWithAndWithoutIt) {
  const std::vector<BuiltinBuilder> builders{build_oci_pack, build_oci_directory_pack,
                                             build_docker_pack};
  for (const std::string compression : {"none", "gzip", "zstd"})
    for (const BuiltinBuilder& second : builders) {
      const std::string expected = cold(second, settings(compression, "/second"));
      for (const BuiltinBuilder& first : builders) {
        remove_tree(state());
        put_into_store(pack(first, settings(compression, "/first")));
        EXPECT_TRUE(bytes(pack(second, settings(compression, "/second"))) == expected)
            << compression;
      }
    }
}

TEST_F(LayerCacheTest, LayersAreTakenFromThePackThatHasThem) {
  const std::string first = pack(build_oci_pack, settings("zstd", "/first"));
  put_into_store(first);
  EXPECT_THAT(kept(), ElementsAre(std::string(output_path("pack").base_name())));

  // One that claims to be other bytes is taken only if it is what its record says.
  const std::string file = state() + "/" + kept().front();
  auto records = parse_layer_records(read_file(file));
  ASSERT_TRUE(records);
  ASSERT_EQ(records->size(), 3u);
  std::swap(records->front().key, records->at(1).key);
  records->front().contents.size = records->at(1).contents.size;
  write_file_atomically(file, write_layer_records(*records));
  const std::string expected = cold(build_oci_pack, settings("zstd", "/first"));
  make_directories(state());
  write_file_atomically(file, write_layer_records(*records));
  EXPECT_FALSE(bytes(pack(build_oci_pack, settings("zstd", "/first"))) == expected)
      << "nothing was copied";
}

TEST_F(LayerCacheTest, OtherLevelsAndCompressionsShareNothing) {
  Environment fast = settings("gzip", "/first");
  fast["compression-level"] = "1";
  const std::string expected = cold(build_oci_pack, settings("gzip", "/first"));
  remove_tree(state());
  put_into_store(pack(build_oci_pack, fast));
  EXPECT_TRUE(bytes(pack(build_oci_pack, settings("gzip", "/first"))) == expected);
}

TEST_F(LayerCacheTest, WhatIsDamagedIsMadeAnew) {
  expect_same_after([](const std::string& file) { write_file_atomically(file, "garbage"); });
  expect_same_after([](const std::string& file) { write_file_atomically(file, ""); });
  expect_same_after([](const std::string& file) {
    unlink(file.c_str());
    make_directories(file);
  });
  expect_same_after([](const std::string& file) {
    auto records = parse_layer_records(read_file(file));
    for (LayerRecord& record : *records) ++record.offset;
    write_file_atomically(file, write_layer_records(*records));
  });
  expect_same_after([](const std::string& file) {
    auto records = parse_layer_records(read_file(file));
    for (LayerRecord& record : *records) record.size += 1'000'000'000;
    write_file_atomically(file, write_layer_records(*records));
  });
  expect_same_after([this](const std::string&) {
    const std::string physical = store_->physical(output_path("pack"));
    chmod(physical.c_str(), 0644);
    const std::string contents = read_file(physical);
    std::string changed = contents;
    changed[contents.size() / 2] ^= 1;
    write_file_atomically(physical, changed);
  });
  expect_same_after(
      [this](const std::string&) { unlink(store_->physical(output_path("pack")).c_str()); });
}

TEST_F(LayerCacheTest, GoesAfterAPackThatIsGone) {
  put_into_store(pack(build_docker_pack, settings("zstd", "/first")));
  EXPECT_EQ(kept().size(), 1u);
  store_->invalidate(output_path("pack"));
  pack(build_tarball_pack);
  EXPECT_EQ(kept().size(), 1u);
  pack(build_oci_pack, settings("none", "/first"));
  EXPECT_THAT(kept(), IsEmpty());
}

TEST_F(LayerCacheTest, IsNotUsedForAPackThatIsToBeCompared) {
  compared_ = true;
  pack(build_oci_pack, settings("gzip", "/first"));
  EXPECT_THAT(kept(), IsEmpty());
}

TEST_F(LayerCacheTest, IsDoneWithoutWhereItCannotBeWritten) {
  make_directories(store_->layout().state + "/nacre");
  std::ofstream(state()) << "not a directory";
  const std::string file = pack(build_oci_pack, settings("gzip", "/first"));
  EXPECT_GT(read_file(file).size(), 1'000'000u);
}

}  // namespace
}  // namespace nacre
