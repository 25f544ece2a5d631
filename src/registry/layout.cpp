// SPDX-License-Identifier: GPL-3.0-or-later
#include "registry/layout.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/interrupt.hpp"
#include "base/read_at.hpp"
#include "registry/answer.hpp"

namespace nacre::registry {
namespace {

constexpr std::uint64_t largest_document = std::uint64_t{4} << 20;
constexpr std::size_t read_size = std::size_t{256} << 10;

std::string read_all(const Contents& contents) {
  std::string text(contents.size, '\0');
  contents.read(0, text.data(), text.size());
  return text;
}

}  // namespace

ImageLayout::ImageLayout(const std::string& file)
    : file_(file), fd_(open_file(file, O_RDONLY | O_NOFOLLOW)) {
  struct stat status {};
  if (fstat(fd_.get(), &status) != 0) throw_errno(file);
  try {
    files_ = index_tar([this](std::uint64_t offset, char* bytes,
                              std::size_t size) { read_fully_at(fd_.get(), offset, bytes, size); },
                       static_cast<std::uint64_t>(status.st_size));
  } catch (const Error& error) {
    throw error.in(fmt::format("'{}' is not an image layout", file));
  }
}

Contents ImageLayout::contents(const std::string& name) const {
  const auto found = files_.find(name);
  if (found == files_.end()) throw Error("'{}' is not an image layout: it has no {}", file_, name);
  auto read = [this, begin = found->second.offset](std::uint64_t offset, char* bytes,
                                                   std::size_t size) {
    read_fully_at(fd_.get(), begin + offset, bytes, size);
  };
  return {found->second.size, read};
}

std::string ImageLayout::index() const {
  const Contents index = contents("index.json");
  if (index.size > largest_document) throw Error("the index in '{}' is too large", file_);
  return read_all(index);
}

Blob ImageLayout::blob(const Json& descriptor) const {
  const std::string digest = text_member(descriptor, "digest");
  if (!is_sha256_digest(digest))
    throw Error("'{}' names a blob with the bad digest '{}'", file_, one_line(digest));
  Blob blob{digest, contents("blobs/sha256/" + digest.substr(digest.find(':') + 1))};
  const Json& size = member(descriptor, "size");
  if (!size.is_number_unsigned() || size.get<std::uint64_t>() != blob.contents.size)
    throw Error("{} in '{}' has another size than it says", digest, file_);
  return blob;
}

std::string ImageLayout::document(const Json& descriptor) const {
  const Blob blob = this->blob(descriptor);
  if (blob.contents.size > largest_document)
    throw Error("the document {} in '{}' is too large", blob.digest, file_);
  check_digest(blob);
  return read_all(blob.contents);
}

void check_digest(const Blob& blob) {
  HashSink hash(HashAlgorithm::sha256);
  std::string buffer(read_size, '\0');
  for (std::uint64_t offset = 0; offset < blob.contents.size;) {
    check_interrupted();
    const auto count =
        static_cast<std::size_t>(std::min<std::uint64_t>(read_size, blob.contents.size - offset));
    blob.contents.read(offset, buffer.data(), count);
    hash.write({buffer.data(), count});
    offset += count;
  }
  if ("sha256:" + hash.finish().base16() != blob.digest)
    throw Error("the image is damaged: the contents of {} have another digest", blob.digest)
        .hint("'nacre gc --verify=contents' finds what is damaged in the store");
}

}  // namespace nacre::registry
