// SPDX-License-Identifier: GPL-3.0-or-later
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <set>
#include <sstream>

#include "archive/libarchive.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "builds/builtins.hpp"

namespace nacre {
namespace {

using Reader = std::unique_ptr<archive, FreeWith<archive_read_free>>;
using Writer = std::unique_ptr<archive, FreeWith<archive_write_free>>;

/// Directories that Debian has both below / and below /usr; here, below usr only.
const std::set<std::string_view> merged = {"bin", "sbin", "lib", "lib32", "lib64", "libx32"};

void check(int result, archive* from, std::string_view what) {
  // Warnings are about what we do not restore.
  if (result < ARCHIVE_WARN) throw Error("{}: {}", what, archive_error_string(from));
}

/// A name in a package, relative to the root directory; empty for that itself.
std::string_view relative_name(std::string_view name) {
  while (name.starts_with("./") || name.starts_with("/"))
    name.remove_prefix(name[0] == '/' ? 1 : 2);
  while (name.ends_with('/')) name.remove_suffix(1);
  return name == "." ? "" : name;
}

/// A relative name as it is in the output.
std::string output_name(std::string_view name) {
  bool is_merged = merged.contains(name.substr(0, name.find('/')));
  return fmt::format("{}{}", is_merged ? "usr/" : "", name);
}

/// The member data.tar.* of a package, as a stream for another reader.
class PackageData {
 public:
  explicit PackageData(const std::string& file) : file_(file), outer_(archive_read_new()) {
    archive_read_support_format_ar(outer_.get());
    check(archive_read_open_filename(outer_.get(), file.c_str(), 128 * 1024), outer_.get(), file);
    archive_entry* entry;
    int result;
    while ((result = archive_read_next_header(outer_.get(), &entry)) != ARCHIVE_EOF) {
      check(result, outer_.get(), file);
      if (std::string_view(archive_entry_pathname(entry)).starts_with("data.tar")) return;
    }
    throw Error("{}: not a Debian package: it has no data.tar", file);
  }

  Reader open() {
    Reader inner(archive_read_new());
    archive_read_support_format_tar(inner.get());
    archive_read_support_filter_gzip(inner.get());
    archive_read_support_filter_xz(inner.get());
    archive_read_support_filter_zstd(inner.get());
    archive_read_support_filter_bzip2(inner.get());
    check(archive_read_open(inner.get(), this, nullptr, read, nullptr), inner.get(), file_);
    return inner;
  }

 private:
  static la_ssize_t read(archive* inner, void* self, const void** block) {
    archive* outer = static_cast<PackageData*>(self)->outer_.get();
    std::size_t size;
    la_int64_t offset;
    int result = archive_read_data_block(outer, block, &size, &offset);
    if (result == ARCHIVE_EOF) return 0;
    if (result < ARCHIVE_WARN) {
      archive_set_error(inner, archive_errno(outer), "%s", archive_error_string(outer));
      return -1;
    }
    return static_cast<la_ssize_t>(size);
  }

  std::string file_;
  Reader outer_;
};

/// Writes into the working directory, and never outside of it: names are relative, and neither ".."
/// nor a link on the way is followed.
class TreeWriter {
 public:
  TreeWriter() : disk_(archive_write_disk_new()) {
    archive_write_disk_set_options(disk_.get(), ARCHIVE_EXTRACT_SECURE_SYMLINKS |
                                                    ARCHIVE_EXTRACT_SECURE_NODOTDOT |
                                                    ARCHIVE_EXTRACT_SECURE_NOABSOLUTEPATHS);
  }

  void copy(archive* from, archive_entry* entry, const std::string& what) {
    std::string_view name = relative_name(archive_entry_pathname(entry));
    if (name.empty()) return;
    // The link that stands for a merged directory.
    if (archive_entry_filetype(entry) == AE_IFLNK && merged.contains(name)) return;
    prepare(entry, output_name(name), what);
    check(archive_write_header(disk_.get(), entry), disk_.get(), what);
    copy_data(from, what);
    check(archive_write_finish_entry(disk_.get()), disk_.get(), what);
  }

  void close() { check(archive_write_close(disk_.get()), disk_.get(), "unpacking"); }

 private:
  /// Reduces an entry to its kind, name, contents, and whether it is executable.
  static void prepare(archive_entry* entry, const std::string& name, const std::string& what) {
    archive_entry_set_pathname(entry, name.c_str());
    if (const char* target = archive_entry_hardlink(entry)) {
      archive_entry_set_hardlink(entry, output_name(relative_name(target)).c_str());
      return;  // the rest is that of the file it is a link to
    }
    mode_t type = archive_entry_filetype(entry);
    if (type != AE_IFREG && type != AE_IFDIR && type != AE_IFLNK) {
      throw Error("{}: '{}' is neither a file nor a directory nor a symbolic link", what, name);
    }
    bool is_executable = type == AE_IFDIR || (archive_entry_perm(entry) & 0111);
    archive_entry_set_perm(entry, is_executable ? 0755 : 0644);
    archive_entry_unset_mtime(entry);
    archive_entry_acl_clear(entry);
    archive_entry_xattr_clear(entry);
  }

  void copy_data(archive* from, const std::string& what) {
    while (true) {
      const void* block;
      std::size_t size;
      la_int64_t offset;
      int result = archive_read_data_block(from, &block, &size, &offset);
      if (result == ARCHIVE_EOF) return;
      check(result, from, what);
      check(static_cast<int>(archive_write_data_block(disk_.get(), block, size, offset)),
            disk_.get(), what);
    }
  }

  Writer disk_;
};

void unpack(const std::string& file, TreeWriter& writer) {
  PackageData package(file);
  Reader data = package.open();
  archive_entry* entry;
  int result;
  while ((result = archive_read_next_header(data.get(), &entry)) != ARCHIVE_EOF) {
    check(result, data.get(), file);
    writer.copy(data.get(), entry, file);
  }
}

}  // namespace

void build_unpack_deb(const BuiltinContext& context) {
  const std::string& output = context.outputs.at("out");
  std::vector<std::string> packages;
  std::istringstream words(context.variable("debs"));
  for (std::string word; words >> word;) packages.push_back(context.input(word));
  make_directories(output);
  if (chdir(output.c_str()) < 0) throw_errno(output);
  TreeWriter writer;
  std::uint64_t done = 0;
  for (const auto& package : packages) {
    std::printf("unpacking %s\n", base_name(package).c_str());
    std::fflush(stdout);
    unpack(package, writer);
    context.progress(++done, packages.size());
  }
  writer.close();
}

}  // namespace nacre
