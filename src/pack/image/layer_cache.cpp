// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/image/layer_cache.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>

#include "base/error.hpp"

namespace nacre {
namespace {

/// Each has a line for each of its layers: so many are read in some milliseconds.
constexpr std::size_t most_packs = 64;
constexpr std::size_t copy_size = std::size_t{256} * 1024;

struct RecordFile {
  StorePath pack;
  std::string path;
  timespec time;
};

bool is_newer(const RecordFile& one, const RecordFile& other) {
  if (one.time.tv_sec != other.time.tv_sec) return one.time.tv_sec > other.time.tv_sec;
  return one.time.tv_nsec > other.time.tv_nsec;
}

/// Of a process that was killed while it wrote.
void remove_leftover(const std::string& path) {
  constexpr std::time_t day = 24 * 60 * 60;
  const auto status = try_lstat(path);
  if (status && status->st_mtim.tv_sec + day < std::time(nullptr)) unlink(path.c_str());
}

std::vector<RecordFile> list_records(const std::string& directory) {
  std::vector<RecordFile> files;
  for (const std::string& name : list_directory(directory)) {
    const std::string pack = fmt::format("{}/{}", store_directory, name);
    const std::string path = fmt::format("{}/{}", directory, name);
    if (name.starts_with('.')) {
      remove_leftover(path);
      continue;
    }
    const auto status = try_lstat(path);  // another process may have removed it
    if (!StorePath::is_valid(pack) || !status || !S_ISREG(status->st_mode)) continue;
    files.push_back({StorePath(pack), path, status->st_mtim});
  }
  std::sort(files.begin(), files.end(), is_newer);
  return files;
}

/// Whether somebody is making it just now: then it will be valid soon.
bool is_being_made(const LocalStore& store, const StorePath& path) {
  return path_exists(store.physical(path) + ".lock");
}

}  // namespace

LayerCache::LayerCache(const BuiltinContext& context)
    : context_(context),
      directory_(context.store.layout().state + "/nacre/layers"),
      is_used_(!context.is_compared) {
  try {
    if (is_used_ && path_exists(directory_)) read_directory(context.store);
  } catch (const SystemError&) {  // not ours to read, or changed meanwhile: what was read is enough
  }
}

void LayerCache::read_directory(const LocalStore& store) {
  const std::vector<RecordFile> files = list_records(directory_);
  std::vector<StorePath> packs;
  for (const RecordFile& file : files) packs.push_back(file.pack);
  const std::vector<bool> valid = store.are_valid(packs);
  std::size_t read = 0;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (!valid[i]) {
      if (!is_being_made(store, packs[i])) unlink(files[i].path.c_str());
      continue;
    }
    if (++read > most_packs) continue;
    auto records = parse_layer_records(read_file(files[i].path));
    if (!records) continue;  // damaged; the next build of that pack writes it again
    for (LayerRecord& record : *records) {
      std::string key = record.key;
      kept_.emplace(std::move(key), Kept{packs[i], std::move(record)});
    }
  }
}

std::optional<LayerCache::Found> LayerCache::find(const std::string& key) const {
  const auto [begin, end] = kept_.equal_range(key);
  for (auto kept = begin; kept != end; ++kept) {
    const auto& [pack, record] = kept->second;
    std::string path = context_.store.physical(pack);
    if (record.in_blob) path += "/blobs/sha256/" + record.digest.base16();
    UniqueFd file(open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (file) return Found{record, std::move(file)};
  }
  return {};
}

void LayerCache::finish() {
  if (!is_used_ || added_.empty()) return;
  const StorePath& pack = *context_.derivation.outputs.at("out").path;
  try {
    make_directories(directory_);
    write_file_atomically(fmt::format("{}/{}", directory_, pack.base_name()),
                          write_layer_records(added_));
  } catch (const Error& failure) {
    fmt::print("the next pack will compress all layers again: {}\n", failure.what());
  }
}

bool copy_part(const LayerCache::Found& found, NewFile& file, Sink& hash) {
  const std::uint64_t begin = file.size();
  if (!file.copy(found.file.get(), found.record.offset, found.record.size)) return false;
  std::string buffer(copy_size, '\0');
  for (std::uint64_t at = begin; at < file.size();) {
    const auto count =
        static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), file.size() - at));
    file.read(at, buffer.data(), count);
    hash.write({buffer.data(), count});
    at += count;
  }
  return true;
}

}  // namespace nacre
