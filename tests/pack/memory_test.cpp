// SPDX-License-Identifier: GPL-3.0-or-later
#include <sys/wait.h>

#include <fstream>

#include "base/files.hpp"
#include "pack/pack_fixture.hpp"

namespace nacre {
namespace {

/// However big a pack is, its builder takes no more.
constexpr std::size_t most_kibibytes = std::size_t{256} * 1024;

/// The most memory that this process had since reset_peak().
std::size_t peak_kibibytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) return std::stoul(line.substr(6));
  return 0;
}

void reset_peak() {
  std::ofstream("/proc/self/clear_refs") << "5";
}

class MemoryTest : public PackTest {
 protected:
  void SetUp() override {
#ifdef __SANITIZE_ADDRESS__
    GTEST_SKIP() << "the sanitizer's memory counts";
#endif
  }
  /// Noise, so that what is written is as long as what is read.
  StorePath add_big_package(std::size_t blocks) {
    const StorePath path =
        make_store_path("output:out", hash_bytes(HashAlgorithm::sha256, "big"), "big");
    make_directories(store_->physical(path));
    std::ofstream file(store_->physical(path) + "/data", std::ios::binary);
    const std::string block = noise(1 << 20);
    for (std::size_t i = 0; i < blocks; ++i) file << block;
    file.close();
    register_files(path, {});
    return path;
  }

  /// Whether the builder stays within bounds in a process of its own, as in a real build.
  bool is_bounded(const BuiltinBuilder& builder, const Environment& settings, unsigned cores) {
    const pid_t child = fork();
    if (child == 0) {
      reset_peak();
      try {
        unlink(pack(builder, settings, cores).c_str());
      } catch (const std::exception& error) {
        fprintf(stderr, "%s\n", error.what());
        _exit(2);
      }
      const std::size_t peak = peak_kibibytes();
      fprintf(stderr, "%s: %zu MiB\n", settings.at("compression").c_str(), peak / 1024);
      _exit(peak > 0 && peak <= most_kibibytes ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }
};

TEST_F(MemoryTest, StaysBelow256MebibytesForMoreBytesThanThat) {
  const StorePath big = add_big_package(300);
  inputs_.insert(big);
  for (const BuiltinBuilder& builder :
       {BuiltinBuilder(build_docker_pack), BuiltinBuilder(build_oci_pack)})
    for (const std::string compression : {"none", "gzip", "zstd"}) {
      const Environment settings{{"image-tag", "x"},
                                 {"system", "x86_64-linux"},
                                 {"profile", big.text()},
                                 {"compression", compression},
                                 {"compression-level", compression == "none" ? "0" : "1"}};
      EXPECT_TRUE(is_bounded(builder, settings, 8)) << compression;
    }
}

TEST_F(MemoryTest, StaysSoAtTheHighestLevelsOnManyCores) {
  const StorePath big = add_big_package(24);
  inputs_.insert(big);
  for (const auto& [compression, level] :
       std::vector<std::pair<std::string, std::string>>{{"gzip", "9"}, {"zstd", "19"}}) {
    const Environment settings{{"image-tag", "x"},
                               {"system", "x86_64-linux"},
                               {"profile", big.text()},
                               {"compression", compression},
                               {"compression-level", level}};
    EXPECT_TRUE(is_bounded(build_oci_pack, settings, 64)) << compression;
  }
}

}  // namespace
}  // namespace nacre
