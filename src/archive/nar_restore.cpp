// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <utility>
#include <vector>

#include "archive/nar.hpp"
#include "archive/nar_format.hpp"
#include "archive/tree_limits.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/interrupt.hpp"

namespace nacre {
namespace {

constexpr std::size_t copy_size = std::size_t{256} * 1024;
constexpr std::size_t max_keyword = 32;

/// Foreign bytes as they may be shown on a terminal.
std::string printable(std::string_view text) {
  std::string result;
  for (unsigned char byte : text)
    if (byte >= 0x20 && byte < 0x7f && byte != '\\')
      result += static_cast<char>(byte);
    else
      result += fmt::format("\\x{:02x}", byte);
  return result;
}

template <typename... Args>
[[noreturn]] void malformed(fmt::format_string<Args...> format, Args&&... args) {
  throw Error("malformed archive: {}", fmt::format(format, std::forward<Args>(args)...));
}

/// The strings of the archive. It reads exactly what it returns.
class NarReader {
 public:
  explicit NarReader(Source& source) : source_(source) {}

  std::uint64_t number() {
    std::array<unsigned char, 8> digits;
    read(reinterpret_cast<char*>(digits.data()), digits.size());
    std::uint64_t value = 0;
    for (std::size_t i = digits.size(); i-- > 0;) value = value << 8 | digits[i];
    return value;
  }

  std::string string(std::size_t limit, std::string_view what) {
    std::uint64_t size = number();
    if (size > limit) malformed("{} of {} bytes", what, size);
    std::string text(static_cast<std::size_t>(size), '\0');
    read(text.data(), text.size());
    padding(size);
    return text;
  }

  std::string keyword() { return string(max_keyword, "a keyword"); }

  void expect(std::string_view wanted) { expect(keyword(), wanted); }

  static void expect(std::string_view found, std::string_view wanted) {
    if (found != wanted) malformed("'{}' where '{}' should be", printable(found), wanted);
  }

  void padding(std::uint64_t size) {
    std::array<char, nar::alignment> zeros{};
    std::size_t count = nar::padding_of(size);
    read(zeros.data(), count);
    if (std::any_of(zeros.begin(), zeros.begin() + count, [](char byte) { return byte != 0; }))
      malformed("padding that is not zero");
  }

  void read(char* buffer, std::size_t size) {
    while (size > 0) {
      std::size_t count = source_.read(buffer, size);
      if (count == 0) malformed("it ends too early");
      buffer += count;
      size -= count;
    }
  }

 private:
  Source& source_;
};

/// Every entry is created in the open directory that holds it, and must be new there: nothing
/// that the archive or somebody else put there is ever followed or overwritten.
class NarRestorer {
 public:
  NarRestorer(Source& source, std::string path)
      : root_(std::move(path)), in_(source), buffer_(copy_size) {}

  void restore() {
    try {
      in_.expect(nar::magic);
      restore_node(AT_FDCWD, root_, 0);
    } catch (...) {
      remove_leftovers();
      throw;
    }
  }

 private:
  void remove_leftovers() noexcept {
    if (!created_) return;
    try {
      remove_tree(root_);
    } catch (const std::exception&) {
      // The failure that brought us here says more than this one.
    }
  }

  [[noreturn]] void fail(const std::string& name) const {
    throw_errno(fmt::format("creating '{}' in '{}'", printable(name), root_));
  }

  void restore_node(int parent, const std::string& name, int depth) {
    check_interrupted();
    in_.expect("(");
    in_.expect("type");
    std::string type = in_.keyword();
    if (type == "regular") return restore_regular(parent, name);
    if (type == "directory") return restore_directory(parent, name, depth);
    if (type == "symlink") return restore_symlink(parent, name);
    malformed("unknown file type '{}'", printable(type));
  }

  void restore_regular(int parent, const std::string& name) {
    std::string keyword = in_.keyword();
    bool executable = keyword == "executable";
    if (executable) {
      in_.expect("");
      keyword = in_.keyword();
    }
    NarReader::expect(keyword, "contents");
    std::uint64_t size = in_.number();
    if (size > INT64_MAX) malformed("a file of {} bytes", size);

    UniqueFd file(
        openat(parent, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file) fail(name);
    created_ = true;
    copy_contents(file.get(), size);
    if (fchmod(file.get(), executable ? 0755 : 0644) != 0) fail(name);
    in_.padding(size);
    in_.expect(")");
  }

  void copy_contents(int fd, std::uint64_t size) {
    while (size > 0) {
      check_interrupted();
      auto count = static_cast<std::size_t>(std::min<std::uint64_t>(size, buffer_.size()));
      in_.read(buffer_.data(), count);
      write_fully(fd, {buffer_.data(), count});
      size -= count;
    }
  }

  void restore_symlink(int parent, const std::string& name) {
    in_.expect("target");
    std::string target = in_.string(PATH_MAX - 1, "a symbolic link's target");
    if (target.empty()) malformed("an empty symbolic link");
    if (target.find('\0') != std::string::npos) malformed("a symbolic link's target with a NUL");
    in_.expect(")");
    if (symlinkat(target.c_str(), parent, name.c_str()) != 0) fail(name);
    created_ = true;
  }

  void restore_directory(int parent, const std::string& name, int depth) {
    check_tree_depth(depth, root_);
    if (mkdirat(parent, name.c_str(), 0700) != 0) fail(name);
    created_ = true;
    UniqueFd directory(
        openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!directory || fchmod(directory.get(), 0755) != 0) fail(name);

    std::string previous;
    for (std::string keyword = in_.keyword(); keyword != ")"; keyword = in_.keyword()) {
      NarReader::expect(keyword, "entry");
      in_.expect("(");
      in_.expect("name");
      std::string entry = in_.string(NAME_MAX, "a file name");
      check_name(entry, previous);
      in_.expect("node");
      const std::size_t above = length_;
      length_ += 1 + entry.size();
      check_path_length(length_, root_);
      restore_node(directory.get(), entry, depth + 1);
      in_.expect(")");
      length_ = above;
      previous = std::move(entry);
    }
  }

  static void check_name(const std::string& name, const std::string& previous) {
    if (name.empty() || name == "." || name == ".." ||
        name.find_first_of(std::string_view("/\0", 2)) != std::string::npos)
      malformed("the file name '{}' is not allowed", printable(name));
    if (name == previous) malformed("the file name '{}' comes twice", printable(name));
    if (name < previous)
      malformed("the file name '{}' comes after '{}'", printable(name), printable(previous));
  }

  std::string root_;
  NarReader in_;
  std::vector<char> buffer_;
  std::size_t length_ = 0;  ///< of the path below `root_` of what is being read
  bool created_ = false;    ///< something exists at `root_` that is ours to remove
};

}  // namespace

void restore_nar(Source& source, const std::string& path) {
  NarRestorer(source, path).restore();
}

}  // namespace nacre
