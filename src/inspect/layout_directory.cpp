// SPDX-License-Identifier: GPL-3.0-or-later
#include "inspect/layout_directory.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "base/error.hpp"
#include "base/sink.hpp"

namespace nacre {
namespace {

constexpr int flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
/// "blobs/sha256/DIGEST"
constexpr int blob_depth = 2;

UniqueFd open_below(int directory, const std::string& name, int more_flags) {
  return UniqueFd(openat(directory, name.c_str(), flags | more_flags));
}

}  // namespace

LayoutDirectory::LayoutDirectory(const std::string& path)
    : root_(open_file(path, O_RDONLY | O_DIRECTORY)), buffer_(1 << 18, '\0') {
  list(root_.get(), "", 0);
  for (const char* name : {"oci-layout", "index.json"})
    if (std::find(names_.begin(), names_.end(), name) == names_.end())
      throw Error("it is a directory, and no OCI image layout: '{}' is missing", name);
}

void LayoutDirectory::list(int directory, const std::string& prefix, int depth) {
  for (const std::string& name : list_directory(directory)) {
    struct stat status {};
    if (fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
    if (S_ISREG(status.st_mode) && (depth == 0 || depth == blob_depth))
      names_.push_back(prefix + name);
    const bool may_hold_blobs = depth > 0 || name == "blobs";
    if (!S_ISDIR(status.st_mode) || depth == blob_depth || !may_hold_blobs) continue;
    if (const UniqueFd below = open_below(directory, name, O_DIRECTORY))
      list(below.get(), prefix + name + "/", depth + 1);
  }
}

std::optional<ArchiveFile> LayoutDirectory::next() {
  if (position_ == names_.size()) return {};
  ArchiveFile file;
  file.path = names_[position_++];
  file_ = open_below(root_.get(), file.path, 0);
  struct stat status {};
  if (!file_ || fstat(file_.get(), &status) != 0)
    throw_errno(fmt::format("cannot read '{}' in it", file.path));
  if (!S_ISREG(status.st_mode)) throw Error("'{}' in it is not a regular file", file.path);
  file.type = ArchiveFile::Type::regular;
  file.size = static_cast<std::uint64_t>(status.st_size);
  return file;
}

std::string_view LayoutDirectory::read() {
  FdSource source(file_.get());
  return std::string_view(buffer_).substr(0, source.read(buffer_.data(), buffer_.size()));
}

}  // namespace nacre
