// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/squashfs_image_reader.hpp"

#include <sqfs/compressor.h>
#include <sqfs/data_reader.h>
#include <sqfs/dir.h>
#include <sqfs/dir_reader.h>
#include <sqfs/error.h>
#include <sqfs/id_table.h>
#include <sqfs/inode.h>
#include <sqfs/io.h>
#include <sqfs/super.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <vector>

#include "archive/sqfs_pointer.hpp"
#include "base/error.hpp"

namespace nacre {
namespace {

constexpr std::size_t max_depth = 200;

struct SqfsFree {
  void operator()(void* memory) const { sqfs_free(memory); }
};
template <typename T>
using SqfsMemory = std::unique_ptr<T, SqfsFree>;
using Inode = SqfsMemory<sqfs_inode_generic_t>;

/// The bytes, as libsquashfs reads them: what goes wrong is kept here on the way through C.
struct InputFile : sqfs_file_t {
  explicit InputFile(ByteRange range);

  ByteRange bytes;
  std::exception_ptr failure;
};

int read_input(sqfs_file_t* base, sqfs_u64 offset, void* bytes, std::size_t size) {
  auto& input = static_cast<InputFile&>(*base);
  try {
    input.bytes.read(offset, static_cast<char*>(bytes), size);
    return 0;
  } catch (const std::exception&) {
    input.failure = std::current_exception();
    return SQFS_ERROR_IO;
  }
}

sqfs_u64 input_size(const sqfs_file_t* base) {
  return static_cast<const InputFile&>(*base).bytes.size();
}

int refuse_write(sqfs_file_t*, sqfs_u64, const void*, std::size_t) {
  return SQFS_ERROR_IO;
}

int refuse_truncate(sqfs_file_t*, sqfs_u64) {
  return SQFS_ERROR_IO;
}

InputFile::InputFile(ByteRange range)
    : sqfs_file_t{{nullptr, nullptr}, read_input, refuse_write, input_size, refuse_truncate},
      bytes(std::move(range)) {}

ArchiveFile::Type file_type(unsigned mode) {
  if (S_ISREG(mode)) return ArchiveFile::Type::regular;
  if (S_ISDIR(mode)) return ArchiveFile::Type::directory;
  if (S_ISLNK(mode)) return ArchiveFile::Type::symlink;
  return ArchiveFile::Type::other;
}

}  // namespace

class SquashfsImageReader::Image {
 public:
  explicit Image(ByteRange bytes) : file_(std::move(bytes)) {
    expect(sqfs_super_read(&super_, &file_));
    make_decompressor();
    // A table has an entry for each piece of the file: a longer one would only take memory.
    if (super_.fragment_entry_count > file_.bytes.size()) fail();
    owners_.reset(checked(sqfs_id_table_create(0)));
    expect(sqfs_id_table_read(owners_.get(), &file_, &super_, decompressor_.get()));
    data_.reset(
        checked(sqfs_data_reader_create(&file_, super_.block_size, decompressor_.get(), 0)));
    expect(sqfs_data_reader_load_fragment_table(data_.get(), &super_));
    open_root();
  }

  std::optional<ArchiveFile> next() {
    while (!levels_.empty()) {
      sqfs_dir_entry_t* read_entry = nullptr;
      const int status = sqfs_dir_reader_read(levels_.back().reader.get(), &read_entry);
      const SqfsMemory<sqfs_dir_entry_t> entry(read_entry);
      if (status < 0) fail();
      if (status == 0) return describe(*entry);
      levels_.pop_back();
    }
    return {};
  }

  std::string_view read() {
    if (!inode_ || offset_ >= size_) return {};
    const auto wanted = static_cast<sqfs_u32>(std::min<sqfs_u64>(buffer_.size(), size_ - offset_));
    const sqfs_s32 count =
        sqfs_data_reader_read(data_.get(), inode_.get(), offset_, buffer_.data(), wanted);
    if (count <= 0) fail();
    offset_ += static_cast<sqfs_u64>(count);
    return std::string_view(buffer_).substr(0, static_cast<std::size_t>(count));
  }

  std::string compression() const {
    const char* name =
        sqfs_compressor_name_from_id(static_cast<SQFS_COMPRESSOR>(super_.compression_id));
    return name != nullptr ? name : "unknown";
  }

 private:
  struct Level {
    SqfsPointer<sqfs_dir_reader_t> reader;
    std::string path;
  };

  [[noreturn]] void fail() const {
    if (file_.failure) std::rethrow_exception(file_.failure);
    throw Error("the SquashFS file system is damaged");
  }

  void expect(int status) const {
    if (status == SQFS_ERROR_UNSUPPORTED)
      throw Error("the SquashFS file system has a compression that is not supported");
    if (status != 0) fail();
  }

  template <typename T>
  T* checked(T* object) const {
    if (object == nullptr) fail();
    return object;
  }

  void make_decompressor() {
    sqfs_compressor_config_t config;
    sqfs_compressor_t* decompressor = nullptr;
    expect(sqfs_compressor_config_init(&config, static_cast<SQFS_COMPRESSOR>(super_.compression_id),
                                       super_.block_size, SQFS_COMP_FLAG_UNCOMPRESS));
    expect(sqfs_compressor_create(&config, &decompressor));
    decompressor_.reset(decompressor);
    if ((super_.flags & SQFS_FLAG_COMPRESSOR_OPTIONS) != 0)
      expect(decompressor->read_options(decompressor, &file_));
    buffer_.resize(super_.block_size);
  }

  void open_root() {
    SqfsPointer<sqfs_dir_reader_t> reader = new_directory_reader();
    sqfs_inode_generic_t* root = nullptr;
    expect(sqfs_dir_reader_get_root_inode(reader.get(), &root));
    const Inode owned(root);
    open_directory(*root, "");
  }

  SqfsPointer<sqfs_dir_reader_t> new_directory_reader() {
    return SqfsPointer<sqfs_dir_reader_t>(
        checked(sqfs_dir_reader_create(&super_, decompressor_.get(), &file_, 0)));
  }

  void open_directory(const sqfs_inode_generic_t& inode, std::string path) {
    if (levels_.size() >= max_depth)
      throw Error("its directories are nested more than {} deep", max_depth);
    SqfsPointer<sqfs_dir_reader_t> reader = new_directory_reader();
    expect(sqfs_dir_reader_open_dir(reader.get(), &inode, 0));
    levels_.push_back({std::move(reader), std::move(path)});
  }

  /// The name, which is foreign, and nothing that leads elsewhere.
  std::string entry_name(const sqfs_dir_entry_t& entry) const {
    std::string name(reinterpret_cast<const char*>(entry.name), std::size_t{entry.size} + 1);
    const bool is_good = !name.empty() && name != "." && name != ".." &&
                         name.find('/') == std::string::npos &&
                         name.find('\0') == std::string::npos;
    if (!is_good) fail();
    return name;
  }

  ArchiveFile describe(const sqfs_dir_entry_t& entry) {
    const std::string& parent = levels_.back().path;
    sqfs_inode_generic_t* inode = nullptr;
    expect(sqfs_dir_reader_get_inode(levels_.back().reader.get(), &inode));
    inode_.reset(inode);
    offset_ = size_ = 0;
    ArchiveFile file;
    file.path = parent.empty() ? entry_name(entry) : parent + "/" + entry_name(entry);
    file.type = file_type(inode->base.mode);
    file.mode = inode->base.mode & 07777;
    file.time = inode->base.mod_time;
    file.owner = owner(inode->base.uid_idx);
    file.group = owner(inode->base.gid_idx);
    if (file.type == ArchiveFile::Type::regular) {
      expect(sqfs_inode_get_file_size(inode, &size_));
      file.size = size_;
    } else if (file.type == ArchiveFile::Type::symlink) {
      const std::size_t length = std::min(inode->data.slink.target_size, inode->payload_bytes_used);
      file.link_target.assign(reinterpret_cast<const char*>(inode->extra), length);
    } else if (file.type == ArchiveFile::Type::directory) {
      open_directory(*inode, file.path);
    }
    return file;
  }

  std::uint64_t owner(sqfs_u16 index) const {
    sqfs_u32 id = 0;
    expect(sqfs_id_table_index_to_id(owners_.get(), index, &id));
    return id;
  }

  InputFile file_;
  sqfs_super_t super_{};
  SqfsPointer<sqfs_compressor_t> decompressor_;
  SqfsPointer<sqfs_id_table_t> owners_;
  SqfsPointer<sqfs_data_reader_t> data_;
  std::vector<Level> levels_;  ///< directories that are being read, the root first
  Inode inode_;                ///< of the last file
  sqfs_u64 offset_ = 0;        ///< how much of it was read
  sqfs_u64 size_ = 0;
  std::string buffer_;
};

SquashfsImageReader::SquashfsImageReader(ByteRange bytes)
    : image_(std::make_unique<Image>(std::move(bytes))) {}

SquashfsImageReader::~SquashfsImageReader() = default;

std::optional<ArchiveFile> SquashfsImageReader::next() {
  return image_->next();
}

std::string_view SquashfsImageReader::read() {
  return image_->read();
}

std::string SquashfsImageReader::compression() const {
  return image_->compression();
}

}  // namespace nacre
