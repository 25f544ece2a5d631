// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/image/oci_layers.hpp"

namespace nacre {
namespace {

/// A layer's bytes, on their way to be compressed.
class LayerSink : public Sink {
 public:
  LayerSink(PartCompressor& parts, PackProgress& progress, HashSink* digest)
      : parts_(parts), progress_(progress), digest_(digest) {}
  void write(std::string_view bytes) override {
    parts_.write(bytes);
    if (digest_) digest_->write(bytes);
    progress_.add(bytes.size());
  }

 private:
  PartCompressor& parts_;
  PackProgress& progress_;
  HashSink* digest_;
};

}  // namespace

OciLayerWriter::OciLayerWriter(const BuiltinContext& context, const PackInput& input,
                               std::uint64_t total, OciLayout& layout)
    : compression_(input.compression),
      layout_(layout),
      progress_(context, total),
      cache_(context),
      parts_(input.codecs, input.compression, input.level, context.cores, layout) {
  if (compression_ != Compression::none)
    method_ = part_method(input.codecs, compression_, input.level);
}

const OciLayer& OciLayerWriter::add(const LayerSource& source) {
  const auto [known, is_new] = layers_.try_emplace(source.id);
  OciLayer& layer = known->second;
  if (!is_new) return layer;
  const std::string key = method_.empty() ? "" : layer_key(source.id, method_);
  if (key.empty() || !copy(key, layer)) compress(source, key, layer);
  return layer;
}

void OciLayerWriter::finish() {
  parts_.finish();
  progress_.finish();
  cache_.finish();
}

bool OciLayerWriter::copy(const std::string& key, OciLayer& layer) {
  const auto found = cache_.find(key);
  if (!found) return false;
  parts_.finish();
  const auto blob = layout_.copy_layer(*found, compression_);
  if (!blob) return false;
  layer = {*blob, found->record.diff_id};
  progress_.add(found->record.contents.size);
  LayerRecord record = found->record;
  record.in_blob = layout_.is_directory();
  record.offset = blob->offset + stream_head(compression_).size();
  cache_.add(std::move(record));
  return true;
}

void OciLayerWriter::compress(const LayerSource& source, const std::string& key, OciLayer& layer) {
  parts_.end_part([this](const PlainBytes&) { begin_layer(); });
  HashSink digest(HashAlgorithm::sha256);
  const bool is_compressed = compression_ != Compression::none;
  LayerSink sink(parts_, progress_, is_compressed ? &digest : nullptr);
  source.write(sink);
  if (is_compressed) layer.diff_id = digest.finish();
  parts_.end_part(
      [this, key, &layer](const PlainBytes& contents) { end_layer(key, contents, layer); });
}

void OciLayerWriter::begin_layer() {
  layout_.begin_blob();
  layout_.write(stream_head(compression_));
}

void OciLayerWriter::end_layer(const std::string& key, const PlainBytes& contents,
                               OciLayer& layer) {
  const std::string head = stream_head(compression_);
  const std::string tail = stream_tail(compression_, contents);
  layout_.write(tail);
  layer.blob = layout_.end_blob();
  if (compression_ == Compression::none) layer.diff_id = layer.blob.digest;
  if (key.empty()) return;
  cache_.add({key, layer.diff_id, contents, layer.blob.digest, layout_.is_directory(),
              layer.blob.offset + head.size(), layer.blob.size - head.size() - tail.size()});
}

}  // namespace nacre
