// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/distribution/rpm_files.hpp"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <set>

#include "archive/cpio.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/interrupt.hpp"
#include "pack/pack_stream.hpp"

namespace nacre {
namespace {

constexpr std::size_t copy_size = std::size_t{256} * 1024;
constexpr std::size_t digest_digits = 64;

/// Directories that a system has anyway, sorted. A package that owned one would quarrel with the
/// system's own about its mode, and would remove it.
// clang-format off
constexpr std::array<std::string_view, 66> system_directories{
    "bin", "boot", "dev", "etc", "etc/opt", "etc/profile.d", "home", "lib", "lib32", "lib64",
    "media", "mnt", "opt", "proc", "root", "run", "sbin", "srv", "sys", "tmp", "usr", "usr/bin",
    "usr/games", "usr/include", "usr/lib", "usr/lib32", "usr/lib64", "usr/libexec", "usr/local",
    "usr/local/bin", "usr/local/etc", "usr/local/games", "usr/local/include", "usr/local/lib",
    "usr/local/lib64", "usr/local/libexec", "usr/local/man", "usr/local/sbin", "usr/local/share",
    "usr/local/src", "usr/sbin", "usr/share", "usr/share/applications", "usr/share/doc",
    "usr/share/fonts", "usr/share/icons", "usr/share/info", "usr/share/licenses",
    "usr/share/locale", "usr/share/man", "usr/share/man/man1", "usr/share/man/man5",
    "usr/share/man/man8", "usr/share/misc", "usr/share/pixmaps", "usr/src", "var", "var/cache",
    "var/lib", "var/local", "var/lock", "var/log", "var/opt", "var/run", "var/spool", "var/tmp"};
// clang-format on
static_assert(std::is_sorted(system_directories.begin(), system_directories.end()));

bool is_system_directory(std::string_view name) {
  return std::binary_search(system_directories.begin(), system_directories.end(), name);
}

class FileLister {
 public:
  void add_directory(const std::string& name, mode_t mode) {
    files_.push_back({name, S_IFDIR | mode, 0, {}, {}, {}, {}});
  }

  void add_link(const std::string& name, std::string target) {
    const std::uint64_t size = target.size();
    files_.push_back({name, S_IFLNK | 0777, size, std::move(target), {}, {}, {}});
  }

  void add_text(const std::string& name, const std::string& contents) {
    files_.push_back({name, S_IFREG | 0644, contents.size(), {}, {}, contents, no_digest()});
  }

  /// The tree at `path`; modes as in the store.
  void add_tree(const std::string& name, const std::string& path) {
    check_interrupted();
    const struct stat status = lstat_file(path);
    if (S_ISLNK(status.st_mode)) return add_link(name, read_link(path));
    if (S_ISREG(status.st_mode)) return add_file(name, path, status);
    if (!S_ISDIR(status.st_mode))
      throw Error("{} is neither a regular file, a directory nor a symbolic link", path);
    add_directory(name, 0555);
    for (const std::string& entry : list_directory(path))
      add_tree(name + "/" + entry, path + "/" + entry);
  }

  std::vector<RpmFile> sorted() && {
    std::sort(files_.begin(), files_.end(),
              [](const RpmFile& one, const RpmFile& other) { return one.name < other.name; });
    return std::move(files_);
  }

 private:
  static std::string no_digest() { return std::string(digest_digits, '0'); }

  void add_file(const std::string& name, const std::string& path, const struct stat& status) {
    const auto size = static_cast<std::uint64_t>(status.st_size);
    if (size > std::numeric_limits<std::uint32_t>::max())
      throw Error("{} has {} bytes: an RPM package holds files of less than 4 GiB", path, size)
          .hint("choose another --format");
    const mode_t mode = S_IFREG | (status.st_mode & S_IXUSR ? 0555 : 0444);
    files_.push_back({name, mode, size, {}, path, {}, no_digest()});
  }

  std::vector<RpmFile> files_;
};

/// The directories of links and of /var/guix that the package is to own.
std::set<std::string> link_directories(const PackInput& input) {
  std::set<std::string> directories;
  for (const PackSymlink& link : input.symlinks)
    for (std::size_t end = link.source.find('/'); end != std::string::npos;
         end = link.source.find('/', end + 1))
      directories.insert(link.source.substr(0, end));
  directories.erase("gnu");
  if (input.local_state)
    for (const std::string& directory : input.local_state->directories)
      directories.insert(directory);
  std::erase_if(directories, is_system_directory);
  return directories;
}

void add_local_state(FileLister& lister, const LocalState& state) {
  lister.add_text(state.database_name, state.database);
  for (const auto& [name, target] : state.links) lister.add_link(name, target);
}

/// Copies a file of which the size is known, by way of `buffer`; returns its digest.
std::string copy_file(const RpmFile& file, std::string& buffer, Sink& out) {
  if (file.source.empty()) {
    out.write(file.contents);
    return hash_bytes(HashAlgorithm::sha256, file.contents).base16();
  }
  const UniqueFd input = open_file(file.source, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  FdSource source(input.get());
  HashSink digest(HashAlgorithm::sha256);
  while (std::size_t count = source.read(buffer.data(), buffer.size())) {
    check_interrupted();
    digest.write({buffer.data(), count});
    out.write({buffer.data(), count});
  }
  return digest.finish().base16();
}

template <typename Value>
std::vector<Value> all_files(const std::vector<RpmFile>& files, Value value) {
  return std::vector<Value>(files.size(), std::move(value));
}

template <typename Get>
auto of_each(const std::vector<RpmFile>& files, Get get) {
  std::vector<decltype(get(files.front()))> list;
  list.reserve(files.size());
  for (const RpmFile& file : files) list.push_back(get(file));
  return list;
}

/// A name is an index in a list of directories and the rest.
void describe_names(const std::vector<RpmFile>& files, RpmHeader& header) {
  std::map<std::string, std::uint32_t> indexes;
  std::vector<std::string> directories, names;
  std::vector<std::uint32_t> places;
  for (const RpmFile& file : files) {
    const std::string path = "/" + file.name;
    const std::size_t end = path.rfind('/') + 1;
    const auto [entry, is_new] =
        indexes.emplace(path.substr(0, end), static_cast<std::uint32_t>(directories.size()));
    if (is_new) directories.push_back(entry->first);
    places.push_back(entry->second);
    names.push_back(path.substr(end));
  }
  header.set_texts(RpmTag::directory_names, directories);
  header.set_texts(RpmTag::base_names, names);
  header.set_numbers(RpmTag::directory_indexes, places);
}

}  // namespace

std::vector<RpmFile> list_rpm_files(const BuiltinContext& context, const PackInput& input) {
  FileLister lister;
  lister.add_directory("gnu", 0755);
  lister.add_directory("gnu/store", 0755);
  for (const StorePath& path : input.closure)
    lister.add_tree(archive_name(path), context.store.physical(path));
  for (const std::string& directory : link_directories(input))
    lister.add_directory(directory, 0755);
  for (const PackSymlink& link : input.symlinks)
    lister.add_link(link.source, input.profile.text() + "/" + link.target);
  if (input.local_state) add_local_state(lister, *input.local_state);
  return std::move(lister).sorted();
}

std::uint64_t installed_size(const std::vector<RpmFile>& files) {
  std::uint64_t size = 0;
  for (const RpmFile& file : files) size += file.size;
  return size;
}

void describe_rpm_files(const std::vector<RpmFile>& files, RpmHeader& header) {
  describe_names(files, header);
  std::uint32_t inode = 0;
  header.set_numbers(RpmTag::file_inodes, of_each(files, [&](const RpmFile&) { return ++inode; }));
  header.set_numbers(RpmTag::file_sizes, of_each(files, [](const RpmFile& file) {
                       return static_cast<std::uint32_t>(file.size);
                     }));
  header.set_numbers(RpmTag::file_modes, of_each(files, [](const RpmFile& file) {
                       return static_cast<std::uint16_t>(file.mode);
                     }));
  header.set_texts(RpmTag::file_digests,
                   of_each(files, [](const RpmFile& file) { return file.digest; }));
  header.set_texts(RpmTag::file_links,
                   of_each(files, [](const RpmFile& file) { return file.link_target; }));
  header.set_numbers(RpmTag::file_digest_algorithm, std::vector{rpm_sha256});
  header.set_numbers(RpmTag::file_special_devices, all_files<std::uint16_t>(files, 0));
  header.set_numbers(RpmTag::file_times, all_files<std::uint32_t>(files, 1));
  header.set_numbers(RpmTag::file_flags, all_files<std::uint32_t>(files, 0));
  header.set_numbers(RpmTag::file_verification, all_files<std::uint32_t>(files, 0xffffffff));
  header.set_numbers(RpmTag::file_devices, all_files<std::uint32_t>(files, 1));
  header.set_texts(RpmTag::file_languages, all_files<std::string>(files, ""));
  header.set_texts(RpmTag::file_users, all_files<std::string>(files, "root"));
  header.set_texts(RpmTag::file_groups, all_files<std::string>(files, "root"));
}

std::uint64_t rpm_payload_size(const std::vector<RpmFile>& files) {
  std::uint64_t size = cpio_end_size();
  for (const RpmFile& file : files) size += cpio_entry_size(file.name, file.size);
  return size;
}

void write_rpm_payload(const BuiltinContext& context, const PackInput& input,
                       std::vector<RpmFile>& files, Sink& out) {
  PackStream stream(context, input, rpm_payload_size(files), out);
  CpioWriter cpio(stream);
  std::string buffer(copy_size, '\0');
  for (RpmFile& file : files) {
    if (S_ISDIR(file.mode))
      cpio.add_directory(file.name, file.mode & ~S_IFMT);
    else if (S_ISLNK(file.mode))
      cpio.add_symlink(file.name, file.link_target);
    else
      cpio.add_stream(
          file.name, file.size, [&](Sink& sink) { file.digest = copy_file(file, buffer, sink); },
          file.mode & ~S_IFMT);
  }
  cpio.finish();
  stream.finish();
}

}  // namespace nacre
