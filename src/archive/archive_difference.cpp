// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/archive_difference.hpp"

#include <fcntl.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>

#include "archive/archive_reader.hpp"
#include "archive/embedded_squashfs.hpp"
#include "archive/squashfs_image_reader.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/interrupt.hpp"
#include "base/sink.hpp"

namespace nacre {
namespace {

/// A layer in a Docker archive, compressed, in a package is four.
constexpr int max_depth = 6;
constexpr std::size_t piece_size = std::size_t{256} * 1024;

/// Opens an archive again, from its start.
using Open = std::function<std::unique_ptr<FileReader>()>;

/// Gives bytes in pieces of any size; none at the end.
using Pieces = std::function<std::string_view()>;

/// Where two streams begin to differ; nothing if they are the same.
std::optional<std::uint64_t> first_different_byte(const Pieces& left, const Pieces& right) {
  std::string_view one = left();
  std::string_view other = right();
  for (std::uint64_t offset = 0;;) {
    check_interrupted();
    if (one.empty() && other.empty()) return {};
    const std::size_t common = std::min(one.size(), other.size());
    const auto [at, unused] = std::mismatch(
        one.begin(), one.begin() + static_cast<std::ptrdiff_t>(common), other.begin());
    const auto same = static_cast<std::size_t>(at - one.begin());
    offset += same;
    if (same < common || common == 0) return offset;
    one.remove_prefix(common);
    other.remove_prefix(common);
    if (one.empty()) one = left();
    if (other.empty()) other = right();
  }
}

std::string type_name(const ArchiveFile& file) {
  switch (file.type) {
    case ArchiveFile::Type::regular:
      return "a regular file";
    case ArchiveFile::Type::directory:
      return "a directory";
    case ArchiveFile::Type::symlink:
      return "a symbolic link";
    case ArchiveFile::Type::other:
      break;
  }
  return "a special file";
}

/// What differs in all but names and contents; "" if nothing does.
std::string difference_of_metadata(const ArchiveFile& left, const ArchiveFile& right) {
  if (left.type != right.type)
    return fmt::format("{} in one, {} in the other", type_name(left), type_name(right));
  if (left.link_target != right.link_target)
    return fmt::format("target of the link: '{}' and '{}'", left.link_target, right.link_target);
  if (left.mode != right.mode) return fmt::format("mode: {:o} and {:o}", left.mode, right.mode);
  if (left.time != right.time) return fmt::format("time: {} and {}", left.time, right.time);
  if (left.owner != right.owner || left.group != right.group)
    return fmt::format("owner: {}:{} and {}:{}", left.owner, left.group, right.owner, right.group);
  return "";
}

/// Files that are named by their own digest have other names just because their contents differ.
bool is_named_by_digest(const ArchiveFile& file) {
  return file.type == ArchiveFile::Type::regular && file.path.starts_with("blobs/");
}

bool are_counterparts(const ArchiveFile& left, const ArchiveFile& right) {
  return left.path == right.path || (is_named_by_digest(left) && is_named_by_digest(right));
}

std::string difference_of_archives(const Open& left, const Open& right, int depth);

/// What the file at `index` of an archive holds, as an archive itself.
Open nested(const Open& outer, std::size_t index) {
  return [outer, index]() -> std::unique_ptr<FileReader> {
    const std::shared_ptr<FileReader> archive = outer();
    for (std::size_t i = 0; i <= index; ++i)
      if (!archive->next()) throw Error("it ends too early");
    return std::make_unique<ArchiveReader>([archive] { return archive->read(); });
  };
}

/// Of two files of which the contents differ from `offset` on.
std::string describe_contents(const Open& left, const Open& right, std::size_t index,
                              const ArchiveFile& file, std::uint64_t offset, int depth) {
  if (depth < max_depth) {
    const std::string inner =
        difference_of_archives(nested(left, index), nested(right, index), depth + 1);
    if (!inner.empty()) return fmt::format("{}: {}", file.path, inner);
  }
  return fmt::format("{} (contents, from byte {} on)", file.path, offset);
}

/// "" if they are no archives, or hold the same.
std::string difference_of_archives(const Open& left, const Open& right, int depth) {
  try {
    const auto one = left();
    const auto other = right();
    for (std::size_t index = 0;; ++index) {
      check_interrupted();
      const auto file = one->next();
      const auto counterpart = other->next();
      if (!file && !counterpart) return "";
      if (!file || !counterpart)
        return fmt::format("{} (only in one of them)", file ? file->path : counterpart->path);
      if (!are_counterparts(*file, *counterpart))
        return fmt::format("{} (where the other has {})", file->path, counterpart->path);
      const std::string metadata = difference_of_metadata(*file, *counterpart);
      if (!metadata.empty()) return fmt::format("{} ({})", file->path, metadata);
      const auto offset =
          first_different_byte([&] { return one->read(); }, [&] { return other->read(); });
      if (offset) return describe_contents(left, right, index, *file, *offset, depth);
      if (file->path != counterpart->path)
        return fmt::format("{} (where the other has {})", file->path, counterpart->path);
    }
  } catch (const Error&) {
    return "";  // what cannot be read is compared as bytes
  }
}

Pieces file_pieces(int fd) {
  return [fd, buffer = std::string(piece_size, '\0')]() mutable -> std::string_view {
    FdSource source(fd);
    return std::string_view(buffer).substr(0, source.read(buffer.data(), buffer.size()));
  };
}

std::optional<std::uint64_t> first_different_byte_of_files(const std::string& left,
                                                           const std::string& right) {
  const UniqueFd one = open_file(left, O_RDONLY);
  const UniqueFd other = open_file(right, O_RDONLY);
  return first_different_byte(file_pieces(one.get()), file_pieces(other.get()));
}

/// A reader that owns the file which it reads.
template <typename Reader>
class OpenedFile : public FileReader {
 public:
  template <typename Make>
  OpenedFile(UniqueFd file, Make make) : file_(std::move(file)), reader_(make(file_.get())) {}
  std::optional<ArchiveFile> next() override { return reader_->next(); }
  std::string_view read() override { return reader_->read(); }

 private:
  UniqueFd file_;
  std::unique_ptr<Reader> reader_;
};

/// How an archive, or the image of a file system, at `path` is opened.
Open opener(const std::string& path) {
  return [path]() -> std::unique_ptr<FileReader> {
    UniqueFd file = open_file(path, O_RDONLY);
    const ByteRange bytes = ByteRange::of_file(file.get());
    if (const auto image = find_squashfs(bytes))
      return std::make_unique<OpenedFile<SquashfsImageReader>>(std::move(file), [&](int fd) {
        return std::make_unique<SquashfsImageReader>(ByteRange::of_file(fd).from(image->offset));
      });
    return std::make_unique<OpenedFile<ArchiveReader>>(
        std::move(file), [](int fd) { return std::make_unique<ArchiveReader>(file_pieces(fd)); });
  };
}

}  // namespace

std::string file_difference(const std::string& left, const std::string& right) {
  const auto offset = first_different_byte_of_files(left, right);
  if (!offset) return "";
  const std::string inner = difference_of_archives(opener(left), opener(right), 0);
  const std::string contents = fmt::format("contents, from byte {} on", *offset);
  return inner.empty() ? contents : fmt::format("{}; in it: {}", contents, inner);
}

}  // namespace nacre
