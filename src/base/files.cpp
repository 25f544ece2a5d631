// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/files.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>

#include "base/error.hpp"
#include "base/fd_error.hpp"
#include "base/interrupt.hpp"

namespace nacre {
namespace {

constexpr std::size_t read_size = std::size_t{256} * 1024;

struct CloseDirectory {
  void operator()(DIR* stream) const { closedir(stream); }
};

/// The path without the slashes at its end; "/" stays.
std::string_view strip_slashes(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return path;
}

[[noreturn]] void throw_path_error(std::string_view doing, std::string_view path) {
  int code = errno;
  throw SystemError(code, fmt::format("{} '{}'", doing, path));
}

}  // namespace

UniqueFd& UniqueFd::operator=(UniqueFd&& other) noexcept {
  if (this != &other) {
    reset();
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

void UniqueFd::reset() {
  if (fd_ >= 0) close(std::exchange(fd_, -1));
}

TemporaryDirectory::TemporaryDirectory(std::string_view prefix, std::string_view parent)
    : path_(fmt::format("{}/{}XXXXXX", parent.empty() ? temporary_directory() : std::string(parent),
                        prefix)) {
  if (!mkdtemp(path_.data())) {
    std::string pattern = std::exchange(path_, {});
    throw_path_error("creating the temporary directory", pattern);
  }
}

TemporaryDirectory::~TemporaryDirectory() {
  if (path_.empty()) return;
  try {
    remove_tree(path_);
  } catch (const std::exception&) {
    // What cannot be removed stays: a destructor reports nothing.
  }
}

TemporaryDirectory::TemporaryDirectory(TemporaryDirectory&& other) noexcept
    : path_(std::exchange(other.path_, {})) {}

UniqueFd open_file(const std::string& path, int flags, mode_t mode) {
  for (;;) {
    UniqueFd fd(open(path.c_str(), flags | O_CLOEXEC, mode));
    if (fd) return fd;
    if (errno != EINTR) throw_path_error("opening", path);
    check_interrupted();
  }
}

UniqueFd open_unnamed_file() {
  std::string name = temporary_directory() + "/nacre-XXXXXX";
  UniqueFd file(mkostemp(name.data(), O_CLOEXEC));
  if (!file) throw_path_error("creating the temporary file", name);
  unlink(name.c_str());
  return file;
}

std::string read_file(const std::string& path) {
  UniqueFd file = open_file(path, O_RDONLY);
  try {
    return read_fd(file.get());
  } catch (const SystemError& error) {
    throw SystemError(error.code(), fmt::format("reading '{}'", path));
  }
}

std::string read_fd(int fd) {
  std::string text;
  struct stat status {};
  bool sized = fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0;
  // One byte more than the size, so that the end is met without growing.
  std::size_t room = sized ? static_cast<std::size_t>(status.st_size) + 1 : read_size;
  std::size_t used = 0;
  for (;;) {
    if (text.size() - used == 0) text.resize(used + std::max(room, used));
    ssize_t count = read(fd, text.data() + used, text.size() - used);
    if (count == 0) break;
    if (count > 0) {
      used += static_cast<std::size_t>(count);
      continue;
    }
    if (errno != EINTR) throw_fd_error("reading", fd);
    check_interrupted();
  }
  text.resize(used);
  return text;
}

void write_file_atomically(const std::string& path, std::string_view text, mode_t mode) {
  std::string temporary = fmt::format("{}/.{}.XXXXXX", directory_name(path), base_name(path));
  UniqueFd file(mkostemp(temporary.data(), O_CLOEXEC));
  if (!file) throw_path_error("creating a temporary file for", path);
  try {
    write_fully(file.get(), text);
    if (fchmod(file.get(), mode) != 0) throw_path_error("changing the permissions of", temporary);
    file.reset();
    rename_file(temporary, path);
  } catch (...) {
    unlink(temporary.c_str());
    throw;
  }
}

void write_fully(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t count = write(fd, bytes.data(), bytes.size());
    if (count >= 0)
      bytes.remove_prefix(static_cast<std::size_t>(count));
    else if (errno != EINTR)
      throw_fd_error("writing", fd);
    else
      check_interrupted();
  }
}

std::optional<struct stat> try_lstat(const std::string& path) {
  struct stat status {};
  if (lstat(path.c_str(), &status) == 0) return status;
  if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
  throw_path_error("looking at", path);
}

struct stat lstat_file(const std::string& path) {
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0) throw_path_error("looking at", path);
  return status;
}

bool path_exists(const std::string& path) {
  return try_lstat(path).has_value();
}

std::string read_link(const std::string& path) {
  std::string target(256, '\0');
  for (;;) {
    ssize_t length = readlink(path.c_str(), target.data(), target.size());
    if (length < 0) throw_path_error("reading the symbolic link", path);
    auto size = static_cast<std::size_t>(length);
    if (size < target.size()) return target.substr(0, size);
    target.resize(target.size() * 2);  // it may have been cut off
  }
}

std::vector<std::string> list_directory(const std::string& path) {
  UniqueFd directory = open_file(path, O_RDONLY | O_DIRECTORY);
  return list_directory(directory.get());
}

std::vector<std::string> list_directory(int directory) {
  UniqueFd copy(fcntl(directory, F_DUPFD_CLOEXEC, 0));
  if (!copy) throw_fd_error("listing", directory);
  std::unique_ptr<DIR, CloseDirectory> stream(fdopendir(copy.get()));
  if (!stream) throw_fd_error("listing", directory);
  copy.release();  // the stream's now
  rewinddir(stream.get());

  std::vector<std::string> names;
  for (;;) {
    errno = 0;
    const dirent* entry = readdir(stream.get());
    if (!entry) break;
    std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  if (errno != 0) throw_fd_error("listing", directory);
  std::sort(names.begin(), names.end());  // char_traits compare bytes as unsigned
  return names;
}

void make_directories(const std::string& path, mode_t mode) {
  if (mkdir(path.c_str(), mode) == 0) return;
  if (errno == ENOENT && directory_name(path) != path) {
    make_directories(directory_name(path), mode);
    if (mkdir(path.c_str(), mode) == 0) return;
  }
  int code = errno;
  struct stat status {};
  if (code == EEXIST && stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) return;
  throw SystemError(code, fmt::format("creating the directory '{}'", path));
}

void rename_file(const std::string& from, const std::string& to) {
  if (rename(from.c_str(), to.c_str()) != 0)
    throw_path_error(fmt::format("renaming '{}' to", from), to);
}

void create_symlink(const std::string& target, const std::string& path) {
  if (symlink(target.c_str(), path.c_str()) != 0)
    throw_path_error("creating the symbolic link", path);
}

std::string absolute_path(std::string_view path) {
  std::string joined;
  if (!path.starts_with('/')) {
    std::unique_ptr<char, decltype(&free)> working(getcwd(nullptr, 0), &free);
    if (!working) throw_errno("looking up the working directory");
    joined = std::string(working.get()) + "/";
  }
  joined += path;

  std::string result;
  for (std::size_t begin = 0; begin < joined.size();) {
    std::size_t end = std::min(joined.find('/', begin), joined.size());
    std::string_view part = std::string_view(joined).substr(begin, end - begin);
    if (part == "..")
      result.resize(result.empty() ? 0 : result.rfind('/'));
    else if (!part.empty() && part != ".")
      result.append("/").append(part);
    begin = end + 1;
  }
  return result.empty() ? "/" : result;
}

std::string base_name(std::string_view path) {
  path = strip_slashes(path);
  if (path == "/") return "/";
  return std::string(path.substr(path.rfind('/') + 1));
}

std::string directory_name(std::string_view path) {
  path = strip_slashes(path);
  std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  return std::string(strip_slashes(path.substr(0, std::max<std::size_t>(slash, 1))));
}

std::string temporary_directory() {
  const char* chosen = std::getenv("TMPDIR");
  return chosen && *chosen ? chosen : "/tmp";
}

}  // namespace nacre
