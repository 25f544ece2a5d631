// SPDX-License-Identifier: GPL-3.0-or-later
#include "substitute/fetch_nar.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "base/error.hpp"
#include "substitute/decompress.hpp"
#include "substitute/download.hpp"

namespace nacre {
namespace {

/// From the fastest to unpack to the slowest; what is not compressed takes longest to come.
constexpr std::array<std::string_view, 6> by_speed{"zstd", "gzip", "xz", "lzip", "bzip2", "none"};

std::size_t rank(const Narinfo::Archive& archive) {
  return static_cast<std::size_t>(std::find(by_speed.begin(), by_speed.end(), archive.compression) -
                                  by_speed.begin());
}

/// Refuses to hand out more than was announced: a disk is full before a hash is wrong.
class LimitedSource : public Source {
 public:
  LimitedSource(Source& next, std::uint64_t limit) : next_(next), rest_(limit), limit_(limit) {}
  std::size_t read(char* buffer, std::size_t size) override {
    std::size_t count = next_.read(buffer, size);
    if (count > rest_) throw Error("the archive has more than the {} bytes announced", limit_);
    rest_ -= count;
    return count;
  }

 private:
  Source& next_;
  std::uint64_t rest_;
  std::uint64_t limit_;
};

PathInfo to_path_info(const Narinfo& narinfo) {
  PathInfo info(narinfo.path);
  info.nar_hash = narinfo.nar_hash;
  info.nar_size = narinfo.nar_size;
  info.references = narinfo.references;
  info.deriver = narinfo.deriver;
  return info;
}

void check_hash(const Narinfo& info, const NarHash& nar, Reporter& reporter) {
  if (nar.hash == info.nar_hash) return;
  const std::string expected = info.nar_hash.nix_base32();
  const std::string actual = nar.hash.nix_base32();
  reporter.event(events::HashMismatch{info.path.text(), expected, actual});
  throw Error("hash mismatch: expected sha256:{}, got sha256:{}", expected, actual);
}

void check_end(Source& source) {
  char byte = 0;
  if (source.read(&byte, 1) != 0) throw Error("something follows the archive");
}

}  // namespace

std::vector<Narinfo::Archive> preferred_archives(const Narinfo& info) {
  std::vector<Narinfo::Archive> archives;
  for (const auto& archive : info.archives)
    if (is_known_compression(archive.compression)) archives.push_back(archive);
  std::stable_sort(archives.begin(), archives.end(),
                   [](const auto& one, const auto& other) { return rank(one) < rank(other); });
  return archives;
}

void fetch_nar(Store& store, const Narinfo& info, const std::string& address,
               const std::string& compression, const NarFetch& fetch) {
  if (info.nar_size > std::numeric_limits<std::int64_t>::max())
    throw Error("no archive can have {} bytes", info.nar_size);
  auto download = open_download(address, [&](std::uint64_t done, std::uint64_t total) {
    fetch.activity.progress(done, total);
  });
  auto unpacked = decompress(compression, *download);
  LimitedSource limited(
      *unpacked, fetch.is_authentic ? info.nar_size : std::numeric_limits<std::uint64_t>::max());
  BufferedSource buffered(limited);
  const Store::DescribeNar describe = [&](const NarHash& nar) {
    check_end(buffered);
    check_hash(info, nar, fetch.reporter);
    if (fetch.is_authentic && nar.size != info.nar_size)
      throw Error("the archive has {} bytes, {} were announced", nar.size, info.nar_size);
    return to_path_info(info);
  };
  store.add_nar(buffered, describe, fetch.existing);
}

}  // namespace nacre
