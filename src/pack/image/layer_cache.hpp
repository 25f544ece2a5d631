// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/files.hpp"
#include "builds/builtin.hpp"
#include "pack/image/layer_records.hpp"
#include "pack/new_file.hpp"

namespace nacre {

/// The layers of packs that are in the store: a new pack copies those that it shares with them,
/// instead of compressing them again. They take no room of their own: what is kept, in
/// STATE/nacre/layers, is where each lies; a file there has the name of the pack that it is about,
/// and goes after that. A copy is checked by its digest, so that a pack never depends on what is
/// there. To be used by a pack's builder, from one thread; several processes may do so at once.
class LayerCache {
 public:
  /// Reads what is kept. Nothing is, and nothing will be, where this build is to be compared with
  /// another one, or the directory is not ours.
  explicit LayerCache(const BuiltinContext& context);

  struct Found {
    LayerRecord record;
    UniqueFd file;
  };
  /// The layer, open: it stays readable if its pack goes.
  std::optional<Found> find(const std::string& key) const;

  /// Notes a layer of the pack that is being built.
  void add(LayerRecord record) { added_.push_back(std::move(record)); }
  /// Keeps what was noted. Without it nothing is.
  void finish();

 private:
  struct Kept {
    StorePath pack;
    LayerRecord record;
  };
  void read_directory(const LocalStore& store);

  const BuiltinContext& context_;
  std::string directory_;
  bool is_used_;
  std::multimap<std::string, Kept> kept_;  ///< by key
  std::vector<LayerRecord> added_;
};

/// Appends the part that the cache has to `file`, and what whole stream it makes to `hash`. False
/// if there is less of it than there was.
bool copy_part(const LayerCache::Found& found, NewFile& file, Sink& hash);

}  // namespace nacre
