// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/image/oci_layout.hpp"

#include <nlohmann/json.hpp>

#include "archive/tar.hpp"
#include "base/files.hpp"

namespace nacre {
namespace {

std::string layout_file() {
  return nlohmann::json{{"imageLayoutVersion", "1.0.0"}}.dump();
}

std::string blob_name(const std::string& digest) {
  return "blobs/sha256/" + digest;
}

class LayoutArchive : public OciLayout {
 public:
  explicit LayoutArchive(const std::string& path) : file_(path), tar_(file_) {
    tar_.add_file("oci-layout", layout_file());
    tar_.add_directory("blobs");
    tar_.add_directory("blobs/sha256");
  }

  bool is_directory() const override { return false; }
  void finish(std::string_view index) override {
    tar_.add_file("index.json", index);
    tar_.finish();
    file_.finish();
  }

 protected:
  NewFile& open_blob() override {
    header_ = file_.size();
    tar_.add_header(blob_name(std::string(64, '0')), 0);
    return file_;
  }
  void close_blob(const std::string& digest, std::uint64_t size) override {
    tar_.add_padding(size);
    StringSink header;
    TarWriter(header).add_header(blob_name(digest), size);
    file_.overwrite(header_, header.text);
  }
  void drop_blob() override { file_.truncate(header_); }

 private:
  NewFile file_;
  TarWriter tar_;
  std::uint64_t header_ = 0;  ///< of the blob that is open
};

class LayoutDirectory : public OciLayout {
 public:
  explicit LayoutDirectory(const std::string& path) : path_(path) {
    make_directories(path_ + "/blobs/sha256");
    add_file("oci-layout", layout_file());
  }
  ~LayoutDirectory() override {
    blob_.reset();
    if (!finished_) remove_tree(path_);
  }
  LayoutDirectory(const LayoutDirectory&) = delete;
  LayoutDirectory& operator=(const LayoutDirectory&) = delete;

  bool is_directory() const override { return true; }
  void finish(std::string_view index) override {
    add_file("index.json", index);
    finished_ = true;
  }

 protected:
  NewFile& open_blob() override {
    blob_ = std::make_unique<NewFile>(path_ + "/blobs/sha256/new");
    return *blob_;
  }
  void close_blob(const std::string& digest, std::uint64_t) override {
    blob_->finish_as(path_ + "/" + blob_name(digest));
    blob_.reset();
  }
  void drop_blob() override { blob_.reset(); }

 private:
  void add_file(const std::string& name, std::string_view contents) {
    NewFile file(path_ + "/" + name);
    file.write(contents);
    file.finish();
  }

  std::string path_;
  std::unique_ptr<NewFile> blob_;
  bool finished_ = false;
};

}  // namespace

std::unique_ptr<OciLayout> OciLayout::make_archive(const std::string& path) {
  return std::make_unique<LayoutArchive>(path);
}

std::unique_ptr<OciLayout> OciLayout::make_directory(const std::string& path) {
  return std::make_unique<LayoutDirectory>(path);
}

void OciLayout::begin_blob() {
  file_ = &open_blob();
  begin_ = file_->size();
  hash_ = HashSink(HashAlgorithm::sha256);
}

void OciLayout::write(std::string_view bytes) {
  file_->write(bytes);
  hash_.write(bytes);
}

Blob OciLayout::end_blob() {
  const Blob blob{hash_.finish(), blob_size(), begin_};
  const auto [known, is_new] = blobs_.emplace(blob.digest, blob);
  if (is_new)
    close_blob(blob.digest.base16(), blob.size);
  else
    drop_blob();
  return known->second;
}

Blob OciLayout::add_blob(std::string_view contents) {
  begin_blob();
  write(contents);
  return end_blob();
}

std::optional<Blob> OciLayout::copy_layer(const LayerCache::Found& found, Compression compression) {
  const LayerRecord& record = found.record;
  if (auto known = blobs_.find(record.digest); known != blobs_.end()) return known->second;
  begin_blob();
  write(stream_head(compression));
  const bool is_whole = copy_part(found, *file_, hash_);
  write(stream_tail(compression, record.contents));
  const Blob blob{hash_.finish(), blob_size(), begin_};
  if (!is_whole || blob.digest != record.digest) {
    drop_blob();
    return {};
  }
  close_blob(blob.digest.base16(), blob.size);
  return blobs_.emplace(blob.digest, blob).first->second;
}

}  // namespace nacre
