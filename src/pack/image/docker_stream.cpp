// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/image/docker_stream.hpp"

#include <optional>

#include "archive/bounded_sink.hpp"
#include "base/error.hpp"
#include "pack/image/layer_cache.hpp"
#include "pack/pack_stream.hpp"

namespace nacre {
namespace {

/// How many bytes podman looks at, when it has unpacked an archive's compression, to see whether
/// there is another one. The gzip reader in podman 4.3 (Debian 12) then loses the rest of what it
/// had decompressed so far; nothing is lost if that is the end of a gzip member.
constexpr std::size_t peeked_size = 8;

/// Writes the layer to `out`, and returns its digest.
Hash write_layer(const LayerSource& layer, std::uint64_t size, Sink& out) {
  BoundedSink bounded(out, size);
  HashSink digest(HashAlgorithm::sha256);
  TeeSink both(bounded, digest);
  layer.write(both);
  if (bounded.rest() > 0)
    throw Error("a layer is {} bytes shorter than was expected", bounded.rest());
  return digest.finish();
}

/// Of a compression that goes on over the whole archive.
class WholeStream : public DockerStream {
 public:
  WholeStream(const BuiltinContext& context, const PackInput& input, std::uint64_t total,
              NewFile& file)
      : stream_(context, input, total, file) {}
  void write(std::string_view bytes) override { stream_.write(bytes); }
  Hash add_layer(const LayerSource& layer, std::uint64_t size) override {
    return write_layer(layer, size, stream_);
  }
  void finish() override { stream_.finish(); }

 private:
  PackStream stream_;
};

/// What is between two layers is a part, too.
class PartStream : public DockerStream {
 public:
  PartStream(const BuiltinContext& context, const PackInput& input, std::uint64_t total,
             NewFile& file)
      : compression_(input.compression),
        file_(file),
        progress_(context, total),
        cache_(context),
        parts_(input.codecs, input.compression, input.level, context.cores, output_) {
    if (compression_ != Compression::none)
      method_ = part_method(input.codecs, compression_, input.level);
    if (compression_ == Compression::gzip) unpeeked_ = peeked_size;
    file_.write(stream_head(compression_));
  }

  void write(std::string_view bytes) override {
    const std::string_view peeked = bytes.substr(0, unpeeked_);
    if (!peeked.empty()) write_peeked(peeked);
    add(bytes.substr(peeked.size()));
  }

  std::uint64_t layer_size(const LayerSource& layer) override {
    const auto found = find(layer);
    return found ? found->record.contents.size : layer.measure();
  }

  Hash add_layer(const LayerSource& layer, std::uint64_t size) override {
    end_part();
    if (method_.empty()) return write_plain_layer(layer, size);
    if (const auto found = find(layer); found && copy_layer(size, *found))
      return found->record.diff_id;
    return compress_layer(layer, size);
  }

  void finish() override {
    end_part();
    parts_.finish();
    file_.write(stream_tail(compression_, contents_));
    progress_.finish();
    cache_.finish();
  }

 private:
  /// Where compressed bytes go.
  class Output : public Sink {
   public:
    explicit Output(NewFile& file) : file_(file) {}
    void write(std::string_view bytes) override {
      file_.write(bytes);
      if (hash) hash->write(bytes);
    }
    std::optional<HashSink> hash;  ///< while there is a layer
   private:
    NewFile& file_;
  };

  void add(std::string_view bytes) {
    parts_.write(bytes);
    progress_.add(bytes.size());
  }

  std::string key_of(const LayerSource& layer) const { return layer_key(layer.id, method_); }

  std::optional<LayerCache::Found> find(const LayerSource& layer) const {
    if (method_.empty()) return {};
    return cache_.find(key_of(layer));
  }

  void end_part() {
    parts_.end_part([this](const PlainBytes& part) { contents_.append(part); });
  }

  /// The first bytes are a gzip member of their own.
  void write_peeked(std::string_view bytes) {
    add(bytes);
    unpeeked_ -= bytes.size();
    if (unpeeked_ > 0) return;
    parts_.end_part([this](const PlainBytes& member) {
      file_.write(stream_tail(compression_, member));
      file_.write(stream_head(compression_));
    });
  }

  Hash write_plain_layer(const LayerSource& layer, std::uint64_t size) {
    Hash digest = write_layer(layer, size, *this);
    end_part();
    return digest;
  }

  Hash compress_layer(const LayerSource& layer, std::uint64_t size) {
    parts_.end_part([this](const PlainBytes&) {
      begin_ = file_.size();
      output_.hash.emplace(HashAlgorithm::sha256);
      output_.hash->write(stream_head(compression_));
    });
    Hash diff_id = write_layer(layer, size, *this);
    parts_.end_part([this, key = key_of(layer), diff_id](const PlainBytes& part) {
      contents_.append(part);
      output_.hash->write(stream_tail(compression_, part));
      const Hash digest = output_.hash->finish();
      output_.hash.reset();
      cache_.add({key, diff_id, part, digest, false, begin_, file_.size() - begin_});
    });
    return diff_id;
  }

  bool copy_layer(std::uint64_t size, const LayerCache::Found& found) {
    LayerRecord record = found.record;
    if (record.contents.size != size) return false;
    parts_.finish();
    const std::uint64_t begin = file_.size();
    HashSink hash(HashAlgorithm::sha256);
    hash.write(stream_head(compression_));
    const bool is_whole = copy_part(found, file_, hash);
    hash.write(stream_tail(compression_, record.contents));
    if (!is_whole || hash.finish() != record.digest) {
      file_.truncate(begin);
      return false;
    }
    contents_.append(record.contents);
    progress_.add(size);
    record.in_blob = false;
    record.offset = begin;
    cache_.add(std::move(record));
    return true;
  }

  Compression compression_;
  std::string method_;  ///< none: layers need not be kept
  NewFile& file_;
  PackProgress progress_;
  LayerCache cache_;
  std::size_t unpeeked_ = 0;
  PlainBytes contents_;      ///< of what is written of the stream, or of its last member
  std::uint64_t begin_ = 0;  ///< of the layer that is being written
  Output output_{file_};
  PartCompressor parts_;
};

}  // namespace

std::unique_ptr<DockerStream> make_docker_stream(const BuiltinContext& context,
                                                 const PackInput& input, std::uint64_t total,
                                                 NewFile& file) {
  if (has_parts(input.compression))
    return std::make_unique<PartStream>(context, input, total, file);
  return std::make_unique<WholeStream>(context, input, total, file);
}

}  // namespace nacre
