// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/hash.hpp"
#include "base/sink.hpp"
#include "pack/image/layer_cache.hpp"
#include "pack/new_file.hpp"

namespace nacre {

/// A file of an image layout, named by its digest.
struct Blob {
  Hash digest;
  std::uint64_t size = 0;
  std::uint64_t offset = 0;  ///< where its bytes begin, in the archive or in a file of its own
};

/// An OCI image layout, being written: blobs, one after the other, and the index last. Unless
/// finish() was reached, nothing is left of it when this goes away. Not thread-safe.
class OciLayout : public Sink {
 public:
  /// In a tar archive: each blob is streamed, and its header written again when its digest is
  /// known.
  static std::unique_ptr<OciLayout> make_archive(const std::string& path);
  /// In a directory.
  static std::unique_ptr<OciLayout> make_directory(const std::string& path);

  /// What is written between the two is a blob; if there is such a one already, that is returned,
  /// and nothing is added.
  void begin_blob();
  void write(std::string_view bytes) override;
  Blob end_blob();
  Blob add_blob(std::string_view contents);
  /// Adds the layer that the cache has as a blob; nothing if it is not what it was.
  std::optional<Blob> copy_layer(const LayerCache::Found& found, Compression compression);
  virtual bool is_directory() const = 0;
  virtual void finish(std::string_view index) = 0;

 protected:
  /// The file that the blob's bytes are appended to.
  virtual NewFile& open_blob() = 0;
  virtual void close_blob(const std::string& digest, std::uint64_t size) = 0;
  virtual void drop_blob() = 0;

 private:
  std::uint64_t blob_size() const { return file_->size() - begin_; }

  NewFile* file_ = nullptr;  ///< while a blob is open
  std::uint64_t begin_ = 0;
  HashSink hash_{HashAlgorithm::sha256};
  std::map<Hash, Blob> blobs_;
};

}  // namespace nacre
