// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/directory_tree.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>

#include "archive/tree_limits.hpp"
#include "base/error.hpp"
#include "base/files.hpp"

namespace nacre {
namespace {

constexpr off_t worth_announcing = 1 << 20;  ///< files whose reading is announced to the kernel

[[noreturn]] void fail(std::string_view doing, const std::string& path) {
  const int reason = errno;
  throw SystemError(reason, fmt::format("{} '{}'", doing, shortened_path(path)));
}

/// Contents of an open file, from its beginning.
class OpenContents final : public FileContents {
 public:
  explicit OpenContents(int fd) : fd_(fd) {
    if (lseek(fd_, 0, SEEK_SET) < 0) throw_errno("rewinding a file");
  }
  std::size_t read(char* buffer, std::size_t size) override {
    return FdSource(fd_).read(buffer, size);
  }
  int descriptor() const override { return fd_; }

 private:
  int fd_;
};

class HeldContents final : public FileContents {
 public:
  explicit HeldContents(std::string_view text) : source_(text) {}
  std::size_t read(char* buffer, std::size_t size) override { return source_.read(buffer, size); }

 private:
  StringSource source_;
};

class DirectoryNode final : public SourceNode {
 public:
  /// Opens the entry `name` of the directory `parent`; nothing if it is to be left out.
  static std::unique_ptr<SourceNode> open(int parent, const std::string& name, std::string path,
                                          const DirectoryOptions& options) {
    auto node = std::unique_ptr<DirectoryNode>(new DirectoryNode(std::move(path), options));
    return node->open_at(parent, name) ? std::move(node) : nullptr;
  }

  /// Opens a file whatever links lead to it.
  static std::unique_ptr<SourceNode> open_plain(const std::string& path,
                                                const DirectoryOptions& options) {
    auto node = std::unique_ptr<DirectoryNode>(new DirectoryNode(path, options));
    node->open_file(path);
    return node;
  }

  Kind kind() const override { return kind_; }
  const std::string& path() const override { return path_; }
  std::uint64_t size() const override { return size_; }

  std::unique_ptr<FileContents> contents() const override {
    if (held_) return std::make_unique<HeldContents>(*held_);
    if (size_ >= worth_announcing) posix_fadvise(fd_.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
    return std::make_unique<OpenContents>(fd_.get());
  }

  std::string target() const override { return held_.value(); }

  std::vector<std::string> names() const override {
    std::vector<std::string> names = list_directory(fd_.get());
    if (options_.filter)
      std::erase_if(names, [&](const std::string& name) {
        return !options_.filter(fmt::format("{}/{}", path_, name));
      });
    return names;
  }

  std::unique_ptr<SourceNode> entry(const std::string& name) const override {
    return open(fd_.get(), name, fmt::format("{}/{}", path_, name), options_);
  }

 private:
  DirectoryNode(std::string path, const DirectoryOptions& options)
      : path_(std::move(path)), options_(options) {}

  bool open_at(int parent, const std::string& name) {
    struct stat status {};
    if (fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) fail("reading", path_);
    check_owner(status);
    if (S_ISLNK(status.st_mode)) {
      read_link_at(parent, name);
    } else if (S_ISDIR(status.st_mode) || S_ISREG(status.st_mode)) {
      open_entry(parent, name, status);
    } else {
      if (options_.skip_special) return false;
      refuse_special();
    }
    return true;
  }

  /// What is opened may be something else than what was looked at a moment ago.
  void open_entry(int parent, const std::string& name, struct stat& status) {
    const mode_t kind = status.st_mode & S_IFMT;
    // O_NONBLOCK: should it have become a pipe, opening must not wait for a writer.
    const int flags =
        O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | (kind == S_IFDIR ? O_DIRECTORY : 0);
    fd_ = UniqueFd(openat(parent, name.c_str(), flags));
    if (!fd_ && errno == EACCES && options_.expected_owner &&
        fchmodat(parent, name.c_str(), (status.st_mode & 0777) | (kind == S_IFDIR ? 0500 : 0400),
                 AT_SYMLINK_NOFOLLOW) == 0)
      fd_ = UniqueFd(openat(parent, name.c_str(), flags));
    if (!fd_ || fstat(fd_.get(), &status) != 0) fail("opening", path_);
    check_owner(status);
    if ((status.st_mode & S_IFMT) != kind)
      throw Error("'{}' changed while it was being read", shortened_path(path_));
    if (kind == S_IFDIR) {
      kind_ = Kind::directory;
      return;
    }
    kind_ = status.st_mode & S_IXUSR ? Kind::executable : Kind::regular;
    size_ = static_cast<std::uint64_t>(status.st_size);
  }

  void open_file(const std::string& path) {
    fd_ = UniqueFd(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    struct stat status {};
    if (!fd_ || fstat(fd_.get(), &status) != 0) fail("reading", path_);
    if (!S_ISREG(status.st_mode))
      throw Error("'{}' is not a regular file", shortened_path(path_))
          .hint("directories can be added recursively only");
    size_ = static_cast<std::uint64_t>(status.st_size);
    // Files such as those of /proc say that they have no size.
    if (size_ == 0) {
      held_ = read_fd(fd_.get());
      size_ = held_->size();
    }
  }

  void read_link_at(int parent, const std::string& name) {
    std::array<char, PATH_MAX> target{};
    const ssize_t length = readlinkat(parent, name.c_str(), target.data(), target.size());
    if (length < 0) fail("reading the symbolic link", path_);
    kind_ = Kind::symlink;
    held_ = std::string(target.data(), static_cast<std::size_t>(length));
  }

  void check_owner(const struct stat& status) const {
    if (!options_.expected_owner || status.st_uid == *options_.expected_owner) return;
    throw Error("'{}' belongs to user {}, not to {} who made it", shortened_path(path_),
                status.st_uid, *options_.expected_owner);
  }

  [[noreturn]] void refuse_special() const {
    throw Error("'{}' is neither a regular file, a directory nor a symbolic link",
                shortened_path(path_))
        .hint("devices, pipes and sockets cannot be in the store");
  }

  std::string path_;
  const DirectoryOptions& options_;
  Kind kind_ = Kind::regular;
  UniqueFd fd_;
  std::uint64_t size_ = 0;
  std::optional<std::string> held_;  ///< a link's target, or contents that are not in a file
};

}  // namespace

std::unique_ptr<SourceNode> DirectoryTree::root() const {
  if (options_.plain_file) return DirectoryNode::open_plain(path_, options_);
  auto root = DirectoryNode::open(AT_FDCWD, path_, path_, options_);
  if (!root) throw Error("'{}' is not a file, directory or symbolic link", shortened_path(path_));
  return root;
}

}  // namespace nacre
