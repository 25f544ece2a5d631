// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/squashfs/squashfs_writer.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <climits>
#include <map>
#include <vector>

#include "base/error.hpp"
#include "base/interrupt.hpp"
#include "pack/squashfs/squashfs_data.hpp"
#include "pack/squashfs/squashfs_format.hpp"
#include "pack/squashfs/squashfs_metadata.hpp"

namespace nacre {
namespace {

using namespace squashfs;

constexpr std::size_t copy_size = 2 * block_size;
constexpr std::uint32_t store_time = 1;

/// A file of any kind. It stays where it is in memory: its data is set later.
struct Node {
  explicit Node(unsigned file_mode) : mode(file_mode) {}
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;
  bool is_directory() const { return S_ISDIR(mode); }

  unsigned mode;
  Owner owner;
  std::uint16_t user = 0;  ///< of the owner: places in the table of owners
  std::uint16_t group = 0;
  std::uint32_t number = 0;
  Metadata::Position inode{};                                          ///< where it was written
  FileData data;                                                       ///< of a regular file
  std::string target;                                                  ///< of a symbolic link
  std::map<std::string, std::unique_ptr<Node>, std::less<>> children;  ///< of a directory
};

/// As everywhere: a directory has a link from its parent, from itself, and from each child of it.
std::uint32_t link_count(const Node& directory) {
  const auto is_directory = [](const auto& child) { return child.second->is_directory(); };
  return static_cast<std::uint32_t>(
      2 + std::count_if(directory.children.begin(), directory.children.end(), is_directory));
}

std::optional<CodecMethod> block_method(Compression compression, int level) {
  const auto number = static_cast<std::uint32_t>(level);
  switch (compression) {
    case Compression::none:
      return {};
    case Compression::gzip:
      return CodecMethod{CODEC_ZLIB, {number, 0, 0}};
    case Compression::zstd:
      return CodecMethod{CODEC_ZSTD, {number, 0, 0}};
    case Compression::xz:
      return CodecMethod{CODEC_XZ, {number, block_size, 0}};
    case Compression::lzip:
    case Compression::bzip2:
      break;
  }
  throw Error("SquashFS has no compression by {}", to_string(compression));
}

/// Without compression it does not matter.
CompressorId compressor_id(Compression compression) {
  return compression == Compression::zstd ? zstd_id
         : compression == Compression::xz ? xz_id
                                          : zlib_id;
}

InodeType basic_type(const Node& node) {
  return node.is_directory() ? directory_type : S_ISLNK(node.mode) ? symlink_type : file_type;
}

/// What every inode begins with.
Fields inode_head(const Node& node, InodeType type) {
  return Fields()
      .number(std::uint16_t{type})
      .number(static_cast<std::uint16_t>(node.mode & 07777))
      .number(node.user)
      .number(node.group)
      .number(store_time)
      .number(node.number);
}

std::string symlink_inode(const Node& node) {
  return inode_head(node, symlink_type)
      .number(std::uint32_t{1})
      .number(static_cast<std::uint32_t>(node.target.size()))
      .text(node.target)
      .bytes();
}

std::string file_inode(const Node& node) {
  const FileData& data = node.data;
  const std::uint32_t fragment = data.fragment.value_or(nothing);
  const bool is_long = data.size > UINT32_MAX || data.start > UINT32_MAX || data.sparse > 0;
  Fields inode = inode_head(node, is_long ? long_file_type : file_type);
  if (is_long)
    inode.number(data.start)
        .number(data.size)
        .number(data.sparse)
        .number(std::uint32_t{1})
        .number(fragment)
        .number(data.offset)
        .number(nothing);
  else
    inode.number(static_cast<std::uint32_t>(data.start))
        .number(fragment)
        .number(data.offset)
        .number(static_cast<std::uint32_t>(data.size));
  for (const std::uint32_t size : data.sizes) inode.number(size);
  return inode.bytes();
}

/// The entries of a directory: runs of those whose inodes are in one block of metadata, and whose
/// numbers are near to the first one's.
std::string directory_listing(const Node& directory) {
  constexpr std::size_t longest_run = 256;
  Fields listing;
  const auto& children = directory.children;
  for (auto run = children.begin(); run != children.end();) {
    const Node& first = *run->second;
    Fields entries;
    std::uint32_t count = 0;
    for (; run != children.end() && count < longest_run; ++run, ++count) {
      const Node& child = *run->second;
      const std::int64_t distance = std::int64_t{child.number} - first.number;
      if (child.inode.block != first.inode.block || distance != static_cast<std::int16_t>(distance))
        break;
      entries.number(child.inode.offset)
          .number(static_cast<std::uint16_t>(distance))
          .number(std::uint16_t{basic_type(child)})
          .number(static_cast<std::uint16_t>(run->first.size() - 1))
          .text(run->first);
    }
    listing.number(count - 1).number(first.inode.block).number(first.number).text(entries.bytes());
  }
  return listing.bytes();
}

/// Three more than the entries take, for "." and "..", is what readers expect as a size.
std::string directory_inode(const Node& directory, Metadata::Position listing, std::size_t size,
                            std::uint32_t parent) {
  const bool is_long = size + 3 > UINT16_MAX;
  Fields inode = inode_head(directory, is_long ? long_directory_type : directory_type);
  if (is_long)
    return inode.number(link_count(directory))
        .number(static_cast<std::uint32_t>(size + 3))
        .number(listing.block)
        .number(parent)
        .number(std::uint16_t{0})
        .number(listing.offset)
        .number(nothing)
        .bytes();
  return inode.number(listing.block)
      .number(link_count(directory))
      .number(static_cast<std::uint16_t>(size + 3))
      .number(listing.offset)
      .number(parent)
      .bytes();
}

}  // namespace

/// Contents go to the file as they are added; inodes and directories are written in the end. The
/// file system is: a superblock, blocks of data, and tables of inodes, directories, fragments,
/// inodes by number, and owners.
class SquashfsWriter::Writer {
 public:
  Writer(NewFile& file, const Codecs& codecs, Compression compression, int level, unsigned threads)
      : file_(file),
        start_(file.size()),
        compression_(compression),
        codec_(codecs, block_method(compression, level)),
        data_(file, start_, codecs, block_method(compression, level), threads) {
    file_.write(std::string(superblock_size, '\0'));
  }

  const Node* find(std::string_view name) const {
    const Node* node = &root_;
    while (node != nullptr && !name.empty()) {
      const auto child = node->children.find(take_component(name));
      node = child == node->children.end() ? nullptr : child->second.get();
    }
    return node;
  }

  /// The new node of this name; a directory that is there already will do for a directory.
  Node& add(std::string_view name, unsigned mode) {
    Node* node = &root_;
    for (std::string_view rest = name; !rest.empty();) {
      const std::string component(take_component(rest));
      const unsigned wanted = rest.empty() ? mode : S_IFDIR | 0755U;
      auto [child, is_new] = node->children.try_emplace(component);
      if (is_new)
        child->second = std::make_unique<Node>(wanted);
      else if (!S_ISDIR(wanted) || !child->second->is_directory())
        throw Error("there would be two files called /{}", name);
      node = child->second.get();
    }
    return *node;
  }

  void add_bytes(Node& node, std::string_view contents) {
    data_.begin_file(node.data, contents.size());
    data_.append(contents);
    data_.end_file();
  }

  void add_file_from(Node& node, const std::string& path, std::string_view name) {
    const UniqueFd fd = open_file(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    add_open_file(node, fd.get(), name, [](std::size_t) {});
  }

  /// Looked up in the open directory that holds it; no link is followed.
  void add_entry(Node& node, int parent, const char* file, std::string_view name,
                 const Progress& progress);
  static unsigned mode_of(int parent, const char* file, std::string_view name);
  void finish();

 private:
  static std::string_view take_component(std::string_view& name) {
    const std::size_t end = std::min(name.find('/'), name.size());
    const std::string_view component = name.substr(0, end);
    name.remove_prefix(std::min(end + 1, name.size()));
    assert(!component.empty() && component != "." && component != "..");
    return component;
  }

  void add_open_file(Node& node, int fd, std::string_view name, const Progress& progress);
  std::uint16_t owner_number(std::uint32_t id);
  void number_children(Node& directory);
  void write_inodes(Node& directory, std::uint32_t parent);
  void write_inode(Node& node, std::string_view inode);
  std::uint64_t end() const { return file_.size() - start_; }

  NewFile& file_;
  const std::uint64_t start_;
  const Compression compression_;
  Node root_{S_IFDIR | 0755};
  std::uint32_t count_ = 0;  ///< of inodes
  std::vector<char> buffer_;
  MetadataCodec codec_;
  Metadata inodes_{codec_};
  Metadata entries_{codec_};
  std::vector<std::uint32_t> owners_{0};
  std::vector<std::uint64_t> references_;  ///< where inodes are, by number
  DataWriter data_;
};

unsigned SquashfsWriter::Writer::mode_of(int parent, const char* file, std::string_view name) {
  struct stat status {};
  if (fstatat(parent, file, &status, AT_SYMLINK_NOFOLLOW) != 0)
    throw_errno(fmt::format("looking at the file for '{}'", name));
  if (S_ISLNK(status.st_mode)) return S_IFLNK | 0777U;
  if (S_ISDIR(status.st_mode)) return S_IFDIR | 0555U;
  if (!S_ISREG(status.st_mode))
    throw Error("the file for '{}' is neither a regular file, a directory nor a symbolic link",
                name);
  return S_IFREG | (status.st_mode & S_IXUSR ? 0555U : 0444U);
}

void SquashfsWriter::Writer::add_entry(Node& node, int parent, const char* file,
                                       std::string_view name, const Progress& progress) {
  if (S_ISLNK(node.mode)) {
    std::array<char, PATH_MAX> target;
    const ssize_t length = readlinkat(parent, file, target.data(), target.size());
    if (length < 0) throw_errno(fmt::format("reading the symbolic link for '{}'", name));
    node.target.assign(target.data(), static_cast<std::size_t>(length));
    return;
  }
  const int kind = node.is_directory() ? O_DIRECTORY : 0;
  UniqueFd fd(openat(parent, file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | kind));
  if (!fd) throw_errno(fmt::format("opening the file for '{}'", name));
  if (!node.is_directory()) return add_open_file(node, fd.get(), name, progress);
  for (const std::string& entry : list_directory(fd.get())) {
    const std::string child_name = fmt::format("{}/{}", name, entry);
    auto child = std::make_unique<Node>(mode_of(fd.get(), entry.c_str(), child_name));
    Node& place = *(node.children[entry] = std::move(child));
    add_entry(place, fd.get(), entry.c_str(), child_name, progress);
  }
}

void SquashfsWriter::Writer::add_open_file(Node& node, int fd, std::string_view name,
                                           const Progress& progress) {
  struct stat status {};
  if (fstat(fd, &status) != 0) throw_errno(fmt::format("looking at the file for '{}'", name));
  if (!S_ISREG(status.st_mode)) throw Error("the file for '{}' is not a regular one", name);
  buffer_.resize(copy_size);
  FdSource source(fd);
  const auto size = static_cast<std::uint64_t>(status.st_size);
  data_.begin_file(node.data, size);
  for (std::uint64_t rest = size; rest > 0;) {
    check_interrupted();
    const std::size_t count =
        source.read(buffer_.data(), std::min<std::uint64_t>(rest, buffer_.size()));
    if (count == 0) throw Error("the file for '{}' became shorter while it was being read", name);
    data_.append({buffer_.data(), count});
    progress(count);
    rest -= count;
  }
  data_.end_file();
}

/// The place of a user or group in their table, which has each number once.
std::uint16_t SquashfsWriter::Writer::owner_number(std::uint32_t id) {
  const auto found = std::find(owners_.begin(), owners_.end(), id);
  if (found != owners_.end()) return static_cast<std::uint16_t>(found - owners_.begin());
  if (owners_.size() > UINT16_MAX) throw Error("a SquashFS has no more than {} owners", UINT16_MAX);
  owners_.push_back(id);
  return static_cast<std::uint16_t>(owners_.size() - 1);
}

/// Those of one directory have consecutive numbers, which makes its entries small.
void SquashfsWriter::Writer::number_children(Node& directory) {
  for (const auto& [name, child] : directory.children) {
    child->number = ++count_;
    child->user = owner_number(child->owner.user);
    child->group = owner_number(child->owner.group);
  }
  for (const auto& [name, child] : directory.children)
    if (child->is_directory()) number_children(*child);
}

/// A directory's inode comes after those of what is in it, of which its entries tell the place.
void SquashfsWriter::Writer::write_inodes(Node& directory, std::uint32_t parent) {
  for (const auto& [name, child] : directory.children)
    if (child->is_directory()) write_inodes(*child, directory.number);
  for (const auto& [name, child] : directory.children) {
    if (S_ISREG(child->mode)) write_inode(*child, file_inode(*child));
    if (S_ISLNK(child->mode)) write_inode(*child, symlink_inode(*child));
  }
  const Metadata::Position place = entries_.position();
  const std::string listing = directory_listing(directory);
  entries_.append(listing);
  write_inode(directory, directory_inode(directory, place, listing.size(), parent));
}

void SquashfsWriter::Writer::write_inode(Node& node, std::string_view inode) {
  node.inode = inodes_.position();
  references_.at(node.number - 1) = node.inode.reference();
  inodes_.append(inode);
}

void SquashfsWriter::Writer::finish() {
  data_.finish();
  root_.number = count_ = 1;
  number_children(root_);
  references_.resize(count_);
  write_inodes(root_, count_ + 1);  // the root's parent is none of them

  const std::uint64_t inode_table = end();
  file_.write(inodes_.finish());
  const std::uint64_t directory_table = end();
  file_.write(entries_.finish());
  const std::string& fragments = data_.fragments();
  const std::uint64_t fragment_table = write_table(file_, start_, codec_, fragments);
  Fields references;
  for (const std::uint64_t reference : references_) references.number(reference);
  const std::uint64_t export_table = write_table(file_, start_, codec_, references.bytes());
  Fields owners;
  for (const std::uint32_t owner : owners_) owners.number(owner);
  const std::uint64_t owner_table = write_table(file_, start_, codec_, owners.bytes());

  constexpr std::size_t fragment_entry = 16;
  Fields super;
  super.number(magic).number(count_).number(store_time).number(std::uint32_t{block_size});
  super.number(static_cast<std::uint32_t>(fragments.size() / fragment_entry));
  for (const unsigned field : {unsigned{compressor_id(compression_)}, block_log,
                               unsigned{stores_equal_once | is_exportable | has_no_attributes},
                               static_cast<unsigned>(owners_.size()), 4U, 0U})
    super.number(static_cast<std::uint16_t>(field));
  for (const std::uint64_t field : {root_.inode.reference(), end(), owner_table, no_table,
                                    inode_table, directory_table, fragment_table, export_table})
    super.number(field);
  assert(super.bytes().size() == superblock_size);
  file_.overwrite(start_, super.bytes());
  // A loop device has whole blocks.
  const std::size_t rest = end() % device_block_size;
  if (rest != 0) file_.write(std::string(device_block_size - rest, '\0'));
}

SquashfsWriter::SquashfsWriter(NewFile& file, const Codecs& codecs, Compression compression,
                               int level, unsigned threads)
    : writer_(std::make_unique<Writer>(file, codecs, compression, level, threads)) {}

SquashfsWriter::~SquashfsWriter() = default;

bool SquashfsWriter::contains(std::string_view name) const {
  return writer_->find(name) != nullptr;
}

void SquashfsWriter::add_directory(std::string_view name, unsigned mode) {
  writer_->add(name, S_IFDIR | mode);
}

void SquashfsWriter::add_directory(std::string_view name, unsigned mode, const Owner& owner) {
  Node& node = writer_->add(name, S_IFDIR | mode);
  node.mode = S_IFDIR | mode;
  node.owner = owner;
}

void SquashfsWriter::add_symlink(std::string_view name, const std::string& target) {
  writer_->add(name, S_IFLNK | 0777).target = target;
}

void SquashfsWriter::add_file(std::string_view name, std::string_view contents, unsigned mode) {
  writer_->add_bytes(writer_->add(name, S_IFREG | mode), contents);
}

void SquashfsWriter::add_file_from(std::string_view name, const std::string& path, unsigned mode,
                                   const Owner& owner) {
  Node& node = writer_->add(name, S_IFREG | mode);
  node.owner = owner;
  writer_->add_file_from(node, path, name);
}

void SquashfsWriter::add_tree(std::string_view name, const std::string& path,
                              const Progress& progress) {
  Node& node = writer_->add(name, Writer::mode_of(AT_FDCWD, path.c_str(), name));
  writer_->add_entry(node, AT_FDCWD, path.c_str(), name, progress);
}

void SquashfsWriter::finish() {
  writer_->finish();
}

}  // namespace nacre
