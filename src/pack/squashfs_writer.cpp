// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/squashfs_writer.hpp"

#include <fcntl.h>
#include <sqfs/block_processor.h>
#include <sqfs/block_writer.h>
#include <sqfs/compressor.h>
#include <sqfs/dir_writer.h>
#include <sqfs/error.h>
#include <sqfs/frag_table.h>
#include <sqfs/id_table.h>
#include <sqfs/inode.h>
#include <sqfs/io.h>
#include <sqfs/meta_writer.h>
#include <sqfs/super.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <map>
#include <vector>

#include "base/error.hpp"
#include "base/interrupt.hpp"
#include "pack/squashfs_compressor.hpp"

namespace nacre {
namespace {

constexpr std::size_t block_size = std::size_t{128} * 1024;
constexpr std::size_t copy_size = 2 * block_size;
constexpr std::size_t blocks_per_thread = 8;
constexpr sqfs_u32 store_time = 1;

/// The file, as libsquashfs uses it, from where it ended at first: what goes wrong is kept here on
/// the way through C.
struct ImageFile : sqfs_file_t {
  explicit ImageFile(NewFile& file);

  template <typename Action>
  int attempt(Action action) {
    try {
      action();
      return 0;
    } catch (const std::exception&) {
      failure = std::current_exception();
      return SQFS_ERROR_IO;
    }
  }
  std::uint64_t end() const { return file.size() - start; }

  NewFile& file;
  std::uint64_t start;
  std::exception_ptr failure;
};

int read_image(sqfs_file_t* base, sqfs_u64 offset, void* bytes, std::size_t size) {
  auto& image = static_cast<ImageFile&>(*base);
  return image.attempt(
      [&] { image.file.read(image.start + offset, static_cast<char*>(bytes), size); });
}

int write_image(sqfs_file_t* base, sqfs_u64 offset, const void* bytes, std::size_t size) {
  auto& image = static_cast<ImageFile&>(*base);
  const std::string_view text(static_cast<const char*>(bytes), size);
  return image.attempt([&] {
    assert(offset == image.end() || offset + size <= image.end());
    if (offset == image.end())
      image.file.write(text);
    else
      image.file.overwrite(image.start + offset, text);
  });
}

sqfs_u64 image_size(const sqfs_file_t* base) {
  return static_cast<const ImageFile&>(*base).end();
}

int truncate_image(sqfs_file_t* base, sqfs_u64 size) {
  auto& image = static_cast<ImageFile&>(*base);
  return image.attempt([&] { image.file.truncate(image.start + size); });
}

ImageFile::ImageFile(NewFile& new_file)
    : sqfs_file_t{{nullptr, nullptr}, read_image, write_image, image_size, truncate_image},
      file(new_file),
      start(new_file.size()) {}

struct FreeInode {
  void operator()(sqfs_inode_generic_t* inode) const { sqfs_free(inode); }
};
using Inode = std::unique_ptr<sqfs_inode_generic_t, FreeInode>;

/// A file of any kind. It stays where it is in memory: libsquashfs completes its inode later.
struct Node {
  explicit Node(unsigned file_mode) : mode(static_cast<sqfs_u16>(file_mode)) {}
  ~Node() { sqfs_free(inode); }
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;
  bool is_directory() const { return S_ISDIR(mode); }

  sqfs_u16 mode;
  sqfs_u32 number = 0;
  sqfs_u64 reference = 0;                 ///< where the inode was written
  sqfs_inode_generic_t* inode = nullptr;  ///< of a regular file
  std::string target;                     ///< of a symbolic link
  std::map<std::string, std::unique_ptr<Node>, std::less<>> children;  ///< of a directory
};

template <typename T>
SqfsPointer<T> own(T* object) {
  if (object == nullptr) throw Error(std::string("libsquashfs cannot be set up"));
  return SqfsPointer<T>(object);
}

Inode symlink_inode(const Node& node) {
  const std::size_t size = node.target.size();
  Inode inode(static_cast<sqfs_inode_generic_t*>(std::calloc(1, sizeof *inode + size)));
  if (!inode) throw std::bad_alloc();
  inode->base.type = SQFS_INODE_SLINK;
  inode->data.slink.nlink = 1;
  inode->data.slink.target_size = static_cast<sqfs_u32>(size);
  std::memcpy(inode->extra, node.target.data(), size);
  return inode;
}

/// As everywhere: a directory has a link from its parent, from itself, and from each child of it.
void set_link_count(sqfs_inode_generic_t& inode, const Node& directory) {
  const auto is_directory = [](const auto& child) { return child.second->is_directory(); };
  const auto count = static_cast<sqfs_u32>(
      2 + std::count_if(directory.children.begin(), directory.children.end(), is_directory));
  if (inode.base.type == SQFS_INODE_DIR)
    inode.data.dir.nlink = count;
  else
    inode.data.dir_ext.nlink = count;
}

}  // namespace

/// Contents go to the file as they are added; inodes and directories are written in the end.
class SquashfsWriter::Writer {
 public:
  Writer(NewFile& file, Compression compression, int level, unsigned threads)
      : image_(file),
        compressor_(make_squashfs_compressor(compression, level, block_size)),
        decompressor_(make_squashfs_decompressor(compression, block_size)),
        blocks_(own(sqfs_block_writer_create(&image_, SQFS_DEVBLK_SIZE, 0))),
        fragments_(own(sqfs_frag_table_create(0))) {
    sqfs_compressor_config_t config;
    compressor_->get_configuration(compressor_.get(), &config);
    check(
        sqfs_super_init(&super_, block_size, store_time, static_cast<SQFS_COMPRESSOR>(config.id)));
    check(sqfs_super_write(&super_, &image_));
    const int options = compressor_->write_options(compressor_.get(), &image_);
    check(std::min(options, 0));
    if (options > 0) super_.flags |= SQFS_FLAG_COMPRESSOR_OPTIONS;
    start_processor(std::max(threads, 1U));
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
    begin_file(node);
    append(contents);
    end_file();
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

  void check(int status) const {
    if (status == 0) return;
    if (image_.failure) std::rethrow_exception(image_.failure);
    if (status == SQFS_ERROR_ALLOC) throw std::bad_alloc();
    throw Error("libsquashfs cannot write the file system (status {})", status);
  }

  /// It compares contents, not checksums alone: hence the file and the decompressor.
  void start_processor(unsigned threads) {
    sqfs_block_processor_desc_t description{};
    description.size = sizeof description;
    description.max_block_size = block_size;
    description.num_workers = threads;
    description.max_backlog = static_cast<sqfs_u32>(threads * blocks_per_thread);
    description.cmp = compressor_.get();
    description.wr = blocks_.get();
    description.tbl = fragments_.get();
    description.file = &image_;
    description.uncmp = decompressor_.get();
    sqfs_block_processor_t* processor = nullptr;
    check(sqfs_block_processor_create_ex(&description, &processor));
    processor_.reset(processor);
  }

  void begin_file(Node& node) {
    check(sqfs_block_processor_begin_file(processor_.get(), &node.inode, nullptr, 0));
  }
  void append(std::string_view bytes) {
    if (!bytes.empty())
      check(sqfs_block_processor_append(processor_.get(), bytes.data(), bytes.size()));
  }
  void end_file() { check(sqfs_block_processor_end_file(processor_.get())); }

  void add_open_file(Node& node, int fd, std::string_view name, const Progress& progress);
  void number_children(Node& directory);
  void write_inodes(Node& directory, sqfs_u32 parent);
  void write_inode(Node& node, sqfs_inode_generic_t& inode);
  Inode directory_inode(const Node& directory, sqfs_u32 parent);
  void write_tables();

  ImageFile image_;
  sqfs_super_t super_{};
  Node root_{S_IFDIR | 0755};
  std::vector<char> buffer_;
  SqfsPointer<sqfs_compressor_t> compressor_;
  SqfsPointer<sqfs_compressor_t> decompressor_;
  SqfsPointer<sqfs_block_writer_t> blocks_;
  SqfsPointer<sqfs_frag_table_t> fragments_;
  SqfsPointer<sqfs_block_processor_t> processor_;  // goes before what it uses
  SqfsPointer<sqfs_id_table_t> owners_;
  SqfsPointer<sqfs_meta_writer_t> inodes_;
  SqfsPointer<sqfs_meta_writer_t> entries_;
  SqfsPointer<sqfs_dir_writer_t> directories_;
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
  begin_file(node);
  for (auto rest = static_cast<std::uint64_t>(status.st_size); rest > 0;) {
    check_interrupted();
    const std::size_t count =
        source.read(buffer_.data(), std::min<std::uint64_t>(rest, buffer_.size()));
    if (count == 0) throw Error("the file for '{}' became shorter while it was being read", name);
    append({buffer_.data(), count});
    progress(count);
    rest -= count;
  }
  end_file();
}

void SquashfsWriter::Writer::finish() {
  check(sqfs_block_processor_finish(processor_.get()));
  owners_ = own(sqfs_id_table_create(0));
  inodes_ = own(sqfs_meta_writer_create(&image_, compressor_.get(), 0));
  entries_ =
      own(sqfs_meta_writer_create(&image_, compressor_.get(), SQFS_META_WRITER_KEEP_IN_MEMORY));
  directories_ = own(sqfs_dir_writer_create(entries_.get(), SQFS_DIR_WRITER_CREATE_EXPORT_TABLE));
  root_.number = super_.inode_count = 1;
  number_children(root_);
  super_.inode_table_start = image_.end();
  write_inodes(root_, 0);
  write_tables();
  super_.bytes_used = image_.end();
  check(sqfs_super_write(&super_, &image_));
  // A loop device has whole blocks.
  const std::size_t rest = image_.end() % SQFS_DEVBLK_SIZE;
  if (rest != 0) image_.file.write(std::string(SQFS_DEVBLK_SIZE - rest, '\0'));
}

/// Those of one directory have consecutive numbers, which makes its entries small.
void SquashfsWriter::Writer::number_children(Node& directory) {
  for (const auto& [name, child] : directory.children) child->number = ++super_.inode_count;
  for (const auto& [name, child] : directory.children)
    if (child->is_directory()) number_children(*child);
}

/// A directory's inode comes after those of what is in it, of which its entries tell the place.
void SquashfsWriter::Writer::write_inodes(Node& directory, sqfs_u32 parent) {
  for (const auto& [name, child] : directory.children)
    if (child->is_directory()) write_inodes(*child, directory.number);
  for (const auto& [name, child] : directory.children) {
    if (S_ISREG(child->mode)) write_inode(*child, *child->inode);
    if (S_ISLNK(child->mode)) write_inode(*child, *symlink_inode(*child));
  }
  write_inode(directory, *directory_inode(directory, parent));
}

void SquashfsWriter::Writer::write_inode(Node& node, sqfs_inode_generic_t& inode) {
  inode.base.mode = node.mode;
  inode.base.mod_time = store_time;
  inode.base.inode_number = node.number;
  check(sqfs_id_table_id_to_index(owners_.get(), 0, &inode.base.uid_idx));
  inode.base.gid_idx = inode.base.uid_idx;
  sqfs_u64 block = 0;
  sqfs_u32 offset = 0;
  sqfs_meta_writer_get_position(inodes_.get(), &block, &offset);
  node.reference = block << 16 | offset;
  check(sqfs_meta_writer_write_inode(inodes_.get(), &inode));
}

Inode SquashfsWriter::Writer::directory_inode(const Node& directory, sqfs_u32 parent) {
  check(sqfs_dir_writer_begin(directories_.get(), 0));
  for (const auto& [name, child] : directory.children)
    check(sqfs_dir_writer_add_entry(directories_.get(), name.c_str(), child->number,
                                    child->reference, child->mode));
  check(sqfs_dir_writer_end(directories_.get()));
  Inode inode(sqfs_dir_writer_create_inode(directories_.get(), 0, UINT32_MAX, parent));
  if (!inode) throw std::bad_alloc();
  set_link_count(*inode, directory);
  return inode;
}

void SquashfsWriter::Writer::write_tables() {
  super_.root_inode_ref = root_.reference;
  check(sqfs_meta_writer_flush(inodes_.get()));
  check(sqfs_meta_writer_flush(entries_.get()));
  super_.directory_table_start = image_.end();
  check(sqfs_meta_write_write_to_file(entries_.get()));
  check(sqfs_frag_table_write(fragments_.get(), &image_, &super_, compressor_.get()));
  check(sqfs_dir_writer_write_export_table(directories_.get(), &image_, compressor_.get(),
                                           root_.number, root_.reference, &super_));
  check(sqfs_id_table_write(owners_.get(), &image_, &super_, compressor_.get()));
}

SquashfsWriter::SquashfsWriter(NewFile& file, Compression compression, int level, unsigned threads)
    : writer_(std::make_unique<Writer>(file, compression, level, threads)) {}

SquashfsWriter::~SquashfsWriter() = default;

bool SquashfsWriter::contains(std::string_view name) const {
  return writer_->find(name) != nullptr;
}

void SquashfsWriter::add_directory(std::string_view name, unsigned mode) {
  writer_->add(name, S_IFDIR | mode);
}

void SquashfsWriter::add_symlink(std::string_view name, const std::string& target) {
  writer_->add(name, S_IFLNK | 0777).target = target;
}

void SquashfsWriter::add_file(std::string_view name, std::string_view contents, unsigned mode) {
  writer_->add_bytes(writer_->add(name, S_IFREG | mode), contents);
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
