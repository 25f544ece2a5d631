// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "base/error.hpp"
#include "base/interrupt.hpp"
#include "store/export.hpp"
#include "store/export_format.hpp"
#include "store/hashing_source.hpp"

namespace nacre {
namespace {

constexpr std::uint64_t longest_path = 4096;
constexpr std::uint64_t longest_signature = std::uint64_t{64} * 1024;
constexpr std::uint64_t most_references = 1'000'000;

std::uint64_t read_number(Source& source) {
  unsigned char bytes[8];
  source.read_exactly(reinterpret_cast<char*>(bytes), sizeof bytes);
  std::uint64_t value = 0;
  for (int i = 7; i >= 0; --i) value = value << 8 | bytes[i];
  return value;
}

std::string read_string(Source& source, std::uint64_t longest) {
  std::uint64_t size = read_number(source);
  if (size > longest) throw Error("a string of {} bytes in an export stream", size);
  std::string text(size + (8 - size % 8) % 8, '\0');
  source.read_exactly(text.data(), text.size());
  if (text.find_first_not_of('\0', size) != std::string::npos)
    throw Error("a string of an export stream is padded with something");
  text.resize(size);
  return text;
}

/// What an item of the stream says of itself after its archive.
PathInfo read_trailer(Source& source, const NarHash& nar) {
  if (read_number(source) != export_magic)
    throw Error("an archive in the stream is followed by something unknown");
  PathInfo info(StorePath(read_string(source, longest_path)));
  std::uint64_t count = read_number(source);
  if (count > most_references)
    throw Error("'{}' in an export stream has {} references", info.path.text(), count);
  for (std::uint64_t i = 0; i < count; ++i)
    info.references.insert(StorePath(read_string(source, longest_path)));
  std::string deriver = read_string(source, longest_path);
  if (!deriver.empty()) info.deriver = StorePath(deriver);
  info.nar_hash = nar.hash;
  info.nar_size = nar.size;
  return info;
}

void check_signed(const PathInfo& info, Source& source, const Hash& hash,
                  const CheckSignature& check) {
  if (read_number(source) != 1)
    throw Error("the archive of '{}' lacks a signature", info.path.text());
  std::string signature = read_string(source, longest_signature);
  try {
    check(signature, hash);
  } catch (const Error& error) {
    throw error.in(fmt::format("'{}' cannot be imported", info.path.text()));
  }
}

StorePath import_item(Store& store, Source& source, const CheckSignature& check) {
  HashingSource hashed(source, HashAlgorithm::sha256);
  return store.add_nar(hashed, [&](const NarHash& nar) {
    PathInfo info = read_trailer(hashed, nar);
    check_signed(info, source, hashed.hash().finish(), check);
    if (info.deriver && !store.is_valid(*info.deriver)) info.deriver.reset();
    return info;
  });
}

}  // namespace

std::vector<StorePath> import_paths(Store& store, Source& source, const CheckSignature& check) {
  std::vector<StorePath> paths;
  while (true) {
    check_interrupted();
    std::uint64_t mark = read_number(source);
    if (mark == export_end) return paths;
    if (mark != export_item_follows)
      throw Error("this is not a stream of store items").hint("'guix archive --export' writes one");
    paths.push_back(import_item(store, source, check));
  }
}

}  // namespace nacre
