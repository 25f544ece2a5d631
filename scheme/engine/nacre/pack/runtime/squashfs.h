// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "failure.h"

/// Reads a SquashFS 4.0 file system in a file, compressed by zlib ("gzip") or Zstandard. Nothing in
/// it is believed: what would lead out of the file or of a table is an error. For one thread.
struct squashfs;

/// An inode, named by its place in the table of inodes.
struct squashfs_inode {
  uint64_t place;
  mode_t mode;  ///< with the type
  uint32_t mtime;
  uint32_t number;
  uint32_t link_count;
  uint64_t size;
  // Of a directory: where its entries are.
  uint32_t entries_block;
  uint16_t entries_offset;
  // Of a regular file: where its blocks start, and the part of a shared one that is its end.
  uint64_t blocks;
  uint32_t fragment;
  uint32_t fragment_offset;
  // Of all: what comes after the inode, which is sizes of blocks, or a link's target.
  uint64_t rest_block;
  uint32_t rest_offset;
};

/// Told of an entry of a directory. Anything but 0 ends the walk, which returns it.
typedef int squashfs_entry_function(void* context, const char* name, uint64_t place, mode_t type,
                                    uint32_t number);

/// Opens the file system that is at `offset` in `fd`, which has to stay open. NULL on failure.
struct squashfs* squashfs_open(int fd, uint64_t offset, struct failure* failure);
void squashfs_close(struct squashfs* image);
uint64_t squashfs_root(const struct squashfs* image);

// These return 0, or -1 and set errno: EIO for what is damaged.

int squashfs_read_inode(struct squashfs* image, uint64_t place, struct squashfs_inode* inode);
/// Calls `function` for each entry from the number `first` on, in order of their names.
int squashfs_walk(struct squashfs* image, const struct squashfs_inode* directory, uint64_t first,
                  squashfs_entry_function* function, void* context);
/// ENOENT if there is no such name.
int squashfs_find(struct squashfs* image, const struct squashfs_inode* directory, const char* name,
                  uint64_t* place);
/// `target` is of at least PATH_MAX bytes.
int squashfs_read_link(struct squashfs* image, const struct squashfs_inode* inode, char* target);
/// Returns how much was read: less than `size` at the end of the file only; -1 on failure.
ssize_t squashfs_read_file(struct squashfs* image, const struct squashfs_inode* inode, char* buffer,
                           size_t size, uint64_t offset);
