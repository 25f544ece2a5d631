// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtest/gtest.h>
#include <sqfs/compressor.h>
#include <sqfs/data_reader.h>
#include <sqfs/dir_reader.h>
#include <sqfs/id_table.h>
#include <sqfs/inode.h>
#include <sqfs/io.h>
#include <sqfs/super.h>

#include <map>
#include <string>

#include "archive/sqfs_pointer.hpp"
#include "pack/archive_reader.hpp"

namespace nacre {

/// What libsquashfs's reader finds in a file system, by name; checks on the way that owner and time
/// say nothing of this machine.
class SquashfsReader {
 public:
  struct Entry {
    mode_t mode = 0;
    std::string contents;  ///< or the target of a symbolic link
    std::uint32_t number = 0;
    std::uint32_t links = 0;  ///< of a directory
    Owner owner{};
  };
  using Entries = std::map<std::string, Entry>;

  explicit SquashfsReader(const std::string& path)
      : file_(sqfs_open_file(path.c_str(), SQFS_FILE_OPEN_READ_ONLY)) {
    expect(file_ ? 0 : -1);
    expect(sqfs_super_read(&super, file_.get()));
    sqfs_compressor_config_t config;
    sqfs_compressor_t* compressor = nullptr;
    expect(sqfs_compressor_config_init(&config, static_cast<SQFS_COMPRESSOR>(super.compression_id),
                                       super.block_size, SQFS_COMP_FLAG_UNCOMPRESS));
    expect(sqfs_compressor_create(&config, &compressor));
    compressor_.reset(compressor);
    if (super.flags & SQFS_FLAG_COMPRESSOR_OPTIONS)
      expect(compressor->read_options(compressor, file_.get()));
    owners_.reset(sqfs_id_table_create(0));
    expect(sqfs_id_table_read(owners_.get(), file_.get(), &super, compressor));
    data_.reset(sqfs_data_reader_create(file_.get(), super.block_size, compressor, 0));
    expect(sqfs_data_reader_load_fragment_table(data_.get(), &super));
  }

  Entries read() {
    SqfsPointer<sqfs_dir_reader_t> directories(
        sqfs_dir_reader_create(&super, compressor_.get(), file_.get(), 0));
    sqfs_tree_node_t* root = nullptr;
    expect(sqfs_dir_reader_get_full_hierarchy(directories.get(), owners_.get(), nullptr, 0, &root));
    Entries entries;
    if (root != nullptr) add(*root, "", entries);
    sqfs_dir_tree_destroy(root);
    return entries;
  }

  sqfs_super_t super{};

 private:
  static void expect(int status) {
    if (status != 0) throw std::runtime_error("libsquashfs: " + std::to_string(status));
  }

  void add(const sqfs_tree_node_t& node, const std::string& name, Entries& entries) {
    const Owner owner{node.uid, node.gid};
    EXPECT_TRUE(owner == Owner{} || owner == somebody) << name;
    EXPECT_EQ(node.inode->base.mod_time, 1U) << name;
    Entry entry{node.inode->base.mode, contents_of(*node.inode), node.inode->base.inode_number,
                links_of(*node.inode), owner};
    EXPECT_TRUE(entries.emplace(name, entry).second) << name << " comes twice";
    for (const sqfs_tree_node_t* child = node.children; child != nullptr; child = child->next) {
      const std::string base(reinterpret_cast<const char*>(child->name));
      add(*child, name.empty() ? base : name + "/" + base, entries);
    }
  }

  static std::uint32_t links_of(const sqfs_inode_generic_t& inode) {
    if (inode.base.type == SQFS_INODE_DIR) return inode.data.dir.nlink;
    return inode.base.type == SQFS_INODE_EXT_DIR ? inode.data.dir_ext.nlink : 0;
  }

  std::string contents_of(const sqfs_inode_generic_t& inode) {
    if (S_ISLNK(inode.base.mode))
      return {reinterpret_cast<const char*>(inode.extra), inode.data.slink.target_size};
    if (!S_ISREG(inode.base.mode)) return {};
    sqfs_u64 size = 0;
    sqfs_inode_get_file_size(&inode, &size);
    std::string contents(size, '\0');
    for (sqfs_u64 at = 0; at < size;) {
      const sqfs_s32 count = sqfs_data_reader_read(data_.get(), &inode, at, contents.data() + at,
                                                   static_cast<sqfs_u32>(size - at));
      expect(count > 0 ? 0 : -1);
      at += static_cast<sqfs_u64>(count);
    }
    return contents;
  }

  SqfsPointer<sqfs_file_t> file_;
  SqfsPointer<sqfs_compressor_t> compressor_;
  SqfsPointer<sqfs_id_table_t> owners_;
  SqfsPointer<sqfs_data_reader_t> data_;
};

}  // namespace nacre
