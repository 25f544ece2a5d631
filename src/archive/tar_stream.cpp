// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <sys/stat.h>

#include "archive/bounded_sink.hpp"
#include "archive/tar.hpp"
#include "base/error.hpp"
#include "base/files.hpp"

namespace nacre {
namespace {

/// Goes through a tree as TarWriter::add_tree does, without opening its files.
class TreeMeasurer {
 public:
  std::uint64_t measure(const std::string& name, const std::string& path) {
    add(AT_FDCWD, path, name);
    return headers_.size + contents_;
  }

 private:
  /// Of a link's target, the length is all that counts here.
  static std::string any_text(std::size_t size) { return std::string(size, 'x'); }

  void add(int parent, const std::string& file_name, const std::string& name) {
    struct stat status {};
    if (fstatat(parent, file_name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
      throw_errno(fmt::format("looking at the file for '{}'", name));
    if (S_ISLNK(status.st_mode))
      return writer_.add_symlink(name, any_text(static_cast<std::size_t>(status.st_size)));
    if (S_ISDIR(status.st_mode)) return add_directory(parent, file_name, name);
    writer_.add_file(name, {});
    contents_ += (static_cast<std::uint64_t>(status.st_size) + 511) / 512 * 512;
  }

  void add_directory(int parent, const std::string& file_name, const std::string& name) {
    UniqueFd directory(
        openat(parent, file_name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!directory) throw_errno(fmt::format("opening the directory for '{}'", name));
    writer_.add_directory(name);
    for (const std::string& entry : list_directory(directory.get()))
      add(directory.get(), entry, name + "/" + entry);
  }

  NullSink headers_;
  TarWriter writer_{headers_};
  std::uint64_t contents_ = 0;
};

}  // namespace

void TarWriter::add_stream(const std::string& name, std::uint64_t size,
                           const std::function<void(Sink&)>& write, unsigned mode) {
  add_header(name, size, mode);
  BoundedSink sink(sink_, size);
  write(sink);
  if (sink.rest() > 0)
    throw Error("'{}' is {} bytes shorter than was announced", name, sink.rest());
  write_padding(size);
}

void TarWriter::add_header(const std::string& name, std::uint64_t size, unsigned mode) {
  write_header(name, '0', mode, size, {});
}

std::uint64_t tar_tree_size(const std::string& name, const std::string& path) {
  return TreeMeasurer().measure(name, path);
}

}  // namespace nacre
