// SPDX-License-Identifier: GPL-3.0-or-later
#include "inspect/inspect.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "archive/archive_reader.hpp"
#include "archive/embedded_squashfs.hpp"
#include "archive/squashfs_image_reader.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/interrupt.hpp"
#include "inspect/image_index.hpp"
#include "inspect/layout_directory.hpp"
#include "inspect/tree.hpp"

// One pass over the archive, as what says which files are layers may come last: whatever may be a
// layer is looked into, and what it holds is summed up.

namespace nacre {

namespace {

/// Going beyond a limit ends everything, even in an archive that nothing may need.
class LimitError : public Error {
 public:
  using Error::Error;
};

struct Layer {
  FileTree tree;
  std::string failure;  ///< why it cannot be read; empty if it can
};

bool may_be_layer(const std::string& path) {
  return path.starts_with("blobs/") ||
         (path.ends_with(".tar") && std::count(path.begin(), path.end(), '/') <= 1);
}

bool may_be_document(const std::string& path) {
  return path == "oci-layout" || (path.ends_with(".json") && path.find('/') == std::string::npos);
}

bool begins_json(std::string_view bytes) {
  const std::size_t start = bytes.find_first_not_of(" \t\r\n");
  return start != std::string_view::npos && (bytes[start] == '{' || bytes[start] == '[');
}

class Scanner {
 public:
  /// `size` is that of the file as it is; 0 if that is not known, or nothing has to be unpacked.
  Scanner(const InspectLimits& limits, std::uint64_t size) : limits_(limits), size_(size) {}

  void scan(ArchiveReader& archive) {
    while (auto file = next(archive)) {
      if (entries_ == 1) is_deb_ = file->path == "debian-binary";
      if (is_deb_)
        scan_deb_member(archive, *file);
      else
        scan_file(archive, *file);
    }
    is_rpm_ = archive.is_rpm();
    if (!is_deb_) compression_ = archive.compression();
  }

  void scan(LayoutDirectory& layout) {
    while (auto file = next(layout)) {
      size_ += file->size;
      scan_file(layout, *file);
    }
    is_directory_ = true;
    compression_ = "none";
  }

  /// A file system's image, of which `found` tells what is known.
  void scan(SquashfsImageReader& image, const EmbeddedSquashfs& found) {
    while (auto file = next(image)) add_to_tree(image, *file, tree_);
    compression_ = image.compression();
    image_ = found;
  }

  Inspection result() const {
    Inspection inspection;
    inspection.compression = compression_;
    std::vector<ImageDescription> images = docker_images(documents_, limits_);
    inspection.format = "docker-archive";
    if (images.empty()) {
      images = oci_images(documents_, limits_);
      inspection.format = is_directory_ ? "oci-layout" : "oci-archive";
    }
    if (images.empty() && is_directory_) throw Error("the OCI layout holds no image");
    if (images.empty()) {
      inspection.format = image_ ? image_->format : is_deb_ ? "deb" : is_rpm_ ? "rpm" : "tarball";
      inspection.images.push_back(single_tree());
    }
    for (const ImageDescription& image : images) inspection.images.push_back(with_layers(image));
    return inspection;
  }

 private:
  std::optional<ArchiveFile> next(FileReader& archive) {
    check_interrupted();
    auto file = archive.next();
    if (!file) return file;
    if (++entries_ > limits_.entries)
      throw LimitError("it holds more than {} files", limits_.entries);
    if (file->size > limits_.bytes - bytes_)
      throw LimitError("it says that it holds more than {} bytes", limits_.bytes);
    bytes_ += file->size;
    if (size_ > 0 && bytes_ > limits_.unpacked && bytes_ / limits_.unpacked_ratio >= size_)
      throw LimitError(
          "it says that it holds {} bytes, more than {} times its own size: reading it takes "
          "longer than it can be worth",
          bytes_, limits_.unpacked_ratio);
    return file;
  }

  void scan_file(FileReader& archive, const ArchiveFile& file) {
    if (file.type == ArchiveFile::Type::symlink) links_[file.path] = file.link_target;
    if (links_.size() > limits_.store_items) links_.clear();
    if (may_be_document(file.path) && fits(file))
      documents_[file.path] = read_document(archive, file, {});
    else if (file.type == ArchiveFile::Type::regular && may_be_layer(file.path))
      scan_blob(archive, file);
    else
      add_to_tree(archive, file, tree_);
  }

  void scan_blob(FileReader& archive, const ArchiveFile& file) {
    const std::string start(archive.read());
    if (!begins_json(start))
      scan_layer(archive, file.path, start);
    else if (fits(file))
      documents_[file.path] = read_document(archive, file, start);
  }

  void scan_layer(FileReader& archive, const std::string& path, const std::string& start) {
    bool is_first = true;
    Layer layer;
    try {
      ArchiveReader inner([&]() -> std::string_view {
        if (std::exchange(is_first, false)) return start;
        check_interrupted();
        return archive.read();
      });
      while (auto file = next(inner)) add_to_tree(inner, *file, layer.tree);
    } catch (const LimitError&) {
      throw;
    } catch (const Error& error) {
      layer.failure = error.what();
    }
    layers_[path] = std::move(layer);
  }

  void scan_deb_member(FileReader& archive, const ArchiveFile& member) {
    const bool is_control = member.path.starts_with("control.tar");
    if (!is_control && !member.path.starts_with("data.tar")) return;
    ArchiveReader inner([&] {
      check_interrupted();
      return archive.read();
    });
    while (auto file = next(inner)) {
      if (!is_control)
        add_to_tree(inner, *file, tree_);
      else if (file->path == "control")
        control_ = read_document(inner, *file, {});
    }
    if (!is_control) compression_ = inner.compression();
  }

  void add_to_tree(FileReader& archive, const ArchiveFile& file, FileTree& tree) {
    tree.add(file, limits_.store_items);
    const std::string owner = FileTree::manifest_owner(file);
    if (!owner.empty() && fits(file)) tree.add_manifest(owner, read_document(archive, file, {}));
  }

  /// Whether a text that may be needed can be kept.
  bool fits(const ArchiveFile& file) const {
    return file.size <= limits_.document && file.size <= limits_.documents - documents_size_;
  }

  std::string read_document(FileReader& archive, const ArchiveFile& file, std::string start) {
    if (!fits(file)) throw LimitError("'{}' in it is too long", file.path);
    std::string text = std::move(start);
    for (std::string_view piece; !(piece = archive.read()).empty();) text += piece;
    if (text.size() > file.size) throw Error("'{}' in it has another size", file.path);
    documents_size_ += text.size();
    return text;
  }

  /// The layer at `path`, through links such as `ID/layer.tar` to `../OTHER/layer.tar`.
  const Layer& layer_at(const std::string& path) const {
    std::string file = path;
    if (const auto link = links_.find(path); link != links_.end())
      file = link->second.starts_with("../") ? link->second.substr(3) : link->second;
    const auto found = layers_.find(file);
    if (found == layers_.end()) throw Error("the layer '{}' is missing in it", path);
    if (!found->second.failure.empty())
      throw Error("the layer '{}' cannot be read: {}", path, found->second.failure);
    return found->second;
  }

  InspectedImage with_layers(const ImageDescription& description) const {
    InspectedImage image = description.image;
    FileTree tree;
    for (const std::string& path : description.layers) tree.add_layer(layer_at(path).tree);
    image.layers = description.layers.size();
    tree.describe(image);
    return image;
  }

  /// Lines of the form "NAME: VALUE"; those that continue another are left out.
  void add_control_fields(InspectedImage& image) const {
    std::string_view rest = control_;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      const std::string_view line = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      const std::size_t colon = line.find(':');
      if (colon == std::string_view::npos || line.starts_with(' ')) continue;
      const std::size_t value = std::min(line.find_first_not_of(' ', colon + 1), line.size());
      image.labels.emplace(line.substr(0, colon), line.substr(value));
    }
  }

  InspectedImage single_tree() const {
    InspectedImage image;
    tree_.describe(image);
    if (image_ && !image_->architecture.empty()) image.platform = "linux/" + image_->architecture;
    if (!is_deb_) return image;
    add_control_fields(image);
    if (const auto name = image.labels.find("Package"); name != image.labels.end())
      image.names.push_back(name->second);
    if (const auto machine = image.labels.find("Architecture"); machine != image.labels.end())
      image.platform = "debian/" + machine->second;
    return image;
  }

  const InspectLimits& limits_;
  std::uint64_t size_;
  Documents documents_;
  std::map<std::string, std::string> links_;
  std::map<std::string, Layer> layers_;
  FileTree tree_;
  std::string control_;
  std::string compression_;
  bool is_deb_ = false;
  bool is_rpm_ = false;
  bool is_directory_ = false;
  std::optional<EmbeddedSquashfs> image_;
  std::uint64_t entries_ = 0;
  std::uint64_t bytes_ = 0;
  std::size_t documents_size_ = 0;
};

Inspection inspect_archive(ArchiveReader::Source source, std::uint64_t size,
                           const InspectLimits& limits) {
  ArchiveReader archive(std::move(source));
  Scanner scanner(limits, size);
  scanner.scan(archive);
  return scanner.result();
}

Inspection inspect_image(const ByteRange& bytes, const EmbeddedSquashfs& found,
                         const InspectLimits& limits) {
  SquashfsImageReader image(bytes.from(found.offset));
  Scanner scanner(limits, 0);
  scanner.scan(image, found);
  return scanner.result();
}

Inspection inspect_directory(const std::string& path, const InspectLimits& limits) {
  LayoutDirectory layout(path);
  Scanner scanner(limits, 0);
  scanner.scan(layout);
  return scanner.result();
}

ArchiveReader::Source file_pieces(int file, const std::string& path) {
  return [file, path, buffer = std::string(1 << 18, '\0')]() mutable -> std::string_view {
    check_interrupted();
    ssize_t count = 0;
    do count = ::read(file, buffer.data(), buffer.size());
    while (count < 0 && errno == EINTR);
    if (count < 0) throw_errno(fmt::format("cannot read '{}'", path));
    return std::string_view(buffer).substr(0, static_cast<std::size_t>(count));
  };
}

Inspection inspect_open_file(const std::string& path, const InspectLimits& limits) {
  const UniqueFd file = open_file(path, O_RDONLY);
  struct stat status {};
  if (fstat(file.get(), &status) != 0) throw_errno(path);
  if (S_ISDIR(status.st_mode)) return inspect_directory(path, limits);
  if (!S_ISREG(status.st_mode)) return inspect_archive(file_pieces(file.get(), path), 0, limits);
  const ByteRange bytes = ByteRange::of_file(file.get());
  if (const auto found = find_squashfs(bytes)) return inspect_image(bytes, *found, limits);
  return inspect_archive(file_pieces(file.get(), path), static_cast<std::uint64_t>(status.st_size),
                         limits);
}

}  // namespace

Inspection inspect_file(const std::string& path, const InspectLimits& limits) {
  try {
    return inspect_open_file(path, limits);
  } catch (const SystemError&) {
    throw;
  } catch (const Error& error) {
    throw error.in(fmt::format("cannot tell what '{}' holds", path))
        .hint(
            "nacre inspect reads images of 'docker save', OCI archives and layouts, tarballs, "
            ".deb, .rpm, SquashFS, AppImage and SIF files");
  }
}

Inspection inspect_bytes(std::string_view bytes, const InspectLimits& limits) {
  const ByteRange range = ByteRange::of_text(bytes);
  if (const auto found = find_squashfs(range)) return inspect_image(range, *found, limits);
  const std::uint64_t size = bytes.size();
  return inspect_archive([bytes]() mutable { return std::exchange(bytes, {}); }, size, limits);
}

}  // namespace nacre
