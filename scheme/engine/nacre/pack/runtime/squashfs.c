// SPDX-License-Identifier: GPL-3.0-or-later
#define _GNU_SOURCE
#include "squashfs.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inflate_block.h"

enum {
  superblock_size = 96,
  metadata_size = 8192,
  metadata_stored = 0x8000,  // in the header of a block of metadata: it is not compressed
  data_stored = 1 << 24,     // likewise, in the size of a block of data
  no_fragment = 0xffffffff,
  longest_name = 256,
  entry_limit = 256,  // entries that share a header
  metadata_slots = 64,
  data_slots = 8,
};

/// What was read last, decompressed. A slot whose address is 0 is empty: the superblock is there.
struct slot {
  uint64_t address;
  uint64_t next;  ///< of metadata: where the next block is
  uint64_t age;
  size_t length;
  char* bytes;
};

struct squashfs {
  int fd;
  uint64_t offset;
  uint64_t size;
  uint32_t block_size;
  uint32_t fragment_count;
  unsigned compression;
  uint64_t root;
  uint64_t inode_table;
  uint64_t directory_table;
  uint64_t fragment_table;
  uint64_t clock;
  struct slot metadata[metadata_slots];
  struct slot data[data_slots];
  char* packed;  ///< a block as it is in the file
};

/// A place in a table of metadata.
struct cursor {
  uint64_t block;
  uint32_t offset;
};

static int damaged(void) {
  errno = EIO;
  return -1;
}

static uint32_t get16(const char* bytes) {
  const unsigned char* b = (const unsigned char*)bytes;
  return b[0] | (uint32_t)b[1] << 8;
}

static uint32_t get32(const char* bytes) {
  return get16(bytes) | get16(bytes + 2) << 16;
}

static uint64_t get64(const char* bytes) {
  return get32(bytes) | (uint64_t)get32(bytes + 4) << 32;
}

static int read_bytes(const struct squashfs* image, uint64_t address, char* buffer, size_t size) {
  if (address > image->size || size > image->size - address) return damaged();
  while (size > 0) {
    ssize_t got = pread(image->fd, buffer, size, (off_t)(image->offset + address));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -1;
    if (got == 0) return damaged();
    buffer += got;
    size -= (size_t)got;
    address += (uint64_t)got;
  }
  return 0;
}

/// The slot that has `address`, or the one to use for it.
static struct slot* find_slot(struct squashfs* image, struct slot* slots, size_t count,
                              uint64_t address) {
  struct slot* oldest = slots;
  for (size_t i = 0; i < count; i++) {
    if (slots[i].address == address) oldest = &slots[i];
    if (slots[i].address == address) break;
    if (slots[i].age < oldest->age) oldest = &slots[i];
  }
  oldest->age = ++image->clock;
  return oldest;
}

/// Reads a block of `packed_size` bytes at `address`, which has at most `limit` when unpacked.
static int fill_slot(struct squashfs* image, struct slot* slot, uint64_t address,
                     size_t packed_size, int is_stored, size_t limit) {
  slot->address = 0;
  if (!slot->bytes && !(slot->bytes = malloc(limit))) return -1;
  if (packed_size == 0 || packed_size > limit) return damaged();
  if (read_bytes(image, address, is_stored ? slot->bytes : image->packed, packed_size) < 0)
    return -1;
  ssize_t length = (ssize_t)packed_size;
  if (!is_stored)
    length = inflate_block(image->compression, image->packed, packed_size, slot->bytes, limit);
  if (length <= 0) return damaged();
  slot->length = (size_t)length;
  slot->address = address;
  return 0;
}

static struct slot* metadata_block(struct squashfs* image, uint64_t block) {
  struct slot* slot = find_slot(image, image->metadata, metadata_slots, block);
  if (slot->address == block && block != 0) return slot;
  char header[2];
  if (read_bytes(image, block, header, sizeof header) < 0) return NULL;
  size_t packed_size = get16(header) & (metadata_stored - 1);
  int is_stored = (get16(header) & metadata_stored) != 0;
  if (fill_slot(image, slot, block + 2, packed_size, is_stored, metadata_size) < 0) return NULL;
  slot->address = block;
  slot->next = block + 2 + packed_size;
  return slot;
}

/// Reads from a table, and moves the cursor on.
static int read_metadata(struct squashfs* image, struct cursor* cursor, char* buffer, size_t size) {
  while (size > 0) {
    const struct slot* slot = metadata_block(image, cursor->block);
    if (!slot) return -1;
    if (cursor->offset > slot->length) return damaged();
    size_t count = slot->length - cursor->offset;
    if (count > size) count = size;
    memcpy(buffer, slot->bytes + cursor->offset, count);
    buffer += count;
    size -= count;
    cursor->offset += (uint32_t)count;
    if (size == 0) break;
    cursor->block = slot->next;
    cursor->offset = 0;
  }
  return 0;
}

static int read_superblock(struct squashfs* image, struct failure* failure) {
  char bytes[superblock_size];
  image->size = superblock_size;
  if (read_bytes(image, 0, bytes, sizeof bytes) < 0 || memcmp(bytes, "hsqs", 4) != 0)
    return fail_text(failure, "there is no SquashFS file system in it");
  image->block_size = get32(bytes + 12);
  image->fragment_count = get32(bytes + 16);
  image->compression = get16(bytes + 20);
  image->root = get64(bytes + 32);
  image->size = get64(bytes + 40);
  image->inode_table = get64(bytes + 64);
  image->directory_table = get64(bytes + 72);
  image->fragment_table = get64(bytes + 80);
  if (get16(bytes + 28) != 4) return fail_text(failure, "its file system is not SquashFS 4");
  if (image->block_size < 4096 || image->block_size > 1 << 20 ||
      (image->block_size & (image->block_size - 1)) != 0)
    return fail_text(failure, "its file system is damaged");
  if (!can_inflate(image->compression))
    return fail_text(failure, "its file system has a compression that is not supported here");
  return 0;
}

void squashfs_close(struct squashfs* image) {
  for (size_t i = 0; i < metadata_slots; i++) free(image->metadata[i].bytes);
  for (size_t i = 0; i < data_slots; i++) free(image->data[i].bytes);
  free(image->packed);
  free(image);
}

static int open_image(struct squashfs* image, struct failure* failure) {
  struct stat status;
  if (fstat(image->fd, &status) < 0) return fail_errno(failure, "opening its file system");
  if (read_superblock(image, failure) < 0) return -1;
  uint64_t file_size = (uint64_t)status.st_size;
  if (image->offset > file_size || image->size > file_size - image->offset)
    return fail_text(failure, "its end is missing");
  size_t longest = image->block_size > metadata_size ? image->block_size : metadata_size;
  image->packed = malloc(longest);
  return image->packed ? 0 : fail_errno(failure, "opening its file system");
}

struct squashfs* squashfs_open(int fd, uint64_t offset, struct failure* failure) {
  struct squashfs* image = calloc(1, sizeof *image);
  if (!image) {
    fail_errno(failure, "opening its file system");
    return NULL;
  }
  image->fd = fd;
  image->offset = offset;
  if (open_image(image, failure) == 0) return image;
  squashfs_close(image);
  return NULL;
}

uint64_t squashfs_root(const struct squashfs* image) {
  return image->root;
}

static const mode_t types[] = {0, S_IFDIR, S_IFREG, S_IFLNK, S_IFBLK, S_IFCHR, S_IFIFO, S_IFSOCK};

enum { basic_types = 7 };

static int read_directory(struct squashfs* image, struct cursor* cursor, int is_extended,
                          struct squashfs_inode* inode) {
  char bytes[24];
  if (read_metadata(image, cursor, bytes, is_extended ? 24 : 16) < 0) return -1;
  if (is_extended) {
    inode->link_count = get32(bytes);
    inode->size = get32(bytes + 4);
    inode->entries_block = get32(bytes + 8);
    inode->entries_offset = (uint16_t)get16(bytes + 18);
  } else {
    inode->entries_block = get32(bytes);
    inode->link_count = get32(bytes + 4);
    inode->size = get16(bytes + 8);
    inode->entries_offset = (uint16_t)get16(bytes + 10);
  }
  return 0;
}

static int read_regular(struct squashfs* image, struct cursor* cursor, int is_extended,
                        struct squashfs_inode* inode) {
  char bytes[40];
  if (read_metadata(image, cursor, bytes, is_extended ? 40 : 16) < 0) return -1;
  if (is_extended) {
    inode->blocks = get64(bytes);
    inode->size = get64(bytes + 8);
    inode->link_count = get32(bytes + 24);
    inode->fragment = get32(bytes + 28);
    inode->fragment_offset = get32(bytes + 32);
  } else {
    inode->blocks = get32(bytes);
    inode->link_count = 1;
    inode->fragment = get32(bytes + 4);
    inode->fragment_offset = get32(bytes + 8);
    inode->size = get32(bytes + 12);
  }
  return inode->size <= INT64_MAX ? 0 : damaged();
}

static int read_symbolic_link(struct squashfs* image, struct cursor* cursor,
                              struct squashfs_inode* inode) {
  char bytes[8];
  if (read_metadata(image, cursor, bytes, sizeof bytes) < 0) return -1;
  inode->link_count = get32(bytes);
  inode->size = get32(bytes + 4);
  return inode->size < PATH_MAX ? 0 : damaged();
}

int squashfs_read_inode(struct squashfs* image, uint64_t place, struct squashfs_inode* inode) {
  char bytes[16];
  struct cursor cursor = {image->inode_table + (place >> 16), place & 0xffff};
  memset(inode, 0, sizeof *inode);
  if (place >> 48 || read_metadata(image, &cursor, bytes, sizeof bytes) < 0) return damaged();
  unsigned type = get16(bytes);
  int is_extended = type > basic_types;
  if (is_extended) type -= basic_types;
  if (type < 1 || type > basic_types) return damaged();
  inode->place = place;
  inode->mode = types[type] | (get16(bytes + 2) & 07777);
  inode->mtime = get32(bytes + 8);
  inode->number = get32(bytes + 12);
  inode->link_count = 1;
  int result = S_ISDIR(inode->mode)   ? read_directory(image, &cursor, is_extended, inode)
               : S_ISREG(inode->mode) ? read_regular(image, &cursor, is_extended, inode)
               : S_ISLNK(inode->mode) ? read_symbolic_link(image, &cursor, inode)
                                      : 0;
  inode->rest_block = cursor.block;
  inode->rest_offset = cursor.offset;
  return result;
}

/// What is left of the entries of a directory.
struct listing {
  struct cursor cursor;
  uint64_t rest;
};

static int read_listing(struct squashfs* image, struct listing* listing, char* buffer,
                        size_t size) {
  if (size > listing->rest) return damaged();
  listing->rest -= size;
  return read_metadata(image, &listing->cursor, buffer, size);
}

/// Reads the name of an entry; it is one that a directory can have.
static int read_name(struct squashfs* image, struct listing* listing, size_t length, char* name) {
  if (length > longest_name || read_listing(image, listing, name, length) < 0) return damaged();
  name[length] = 0;
  if (strlen(name) != length || strchr(name, '/') || strcmp(name, ".") == 0 ||
      strcmp(name, "..") == 0)
    return damaged();
  return 0;
}

int squashfs_walk(struct squashfs* image, const struct squashfs_inode* directory, uint64_t first,
                  squashfs_entry_function* function, void* context) {
  // The size counts three bytes for "." and "..", which are not there.
  if (directory->size <= 3) return 0;
  struct listing listing = {
      {image->directory_table + directory->entries_block, directory->entries_offset},
      directory->size - 3};
  for (uint64_t index = 0; listing.rest > 0;) {
    char header[12], entry[8], name[longest_name + 1];
    if (read_listing(image, &listing, header, sizeof header) < 0) return -1;
    if (get32(header) >= entry_limit) return damaged();
    for (uint32_t count = get32(header) + 1; count > 0; count--, index++) {
      if (read_listing(image, &listing, entry, sizeof entry) < 0) return -1;
      if (read_name(image, &listing, (size_t)get16(entry + 6) + 1, name) < 0) return -1;
      unsigned type = get16(entry + 4);
      if (type < 1 || type > basic_types) return damaged();
      if (index < first) continue;
      uint64_t place = (uint64_t)get32(header + 4) << 16 | get16(entry);
      uint32_t number = get32(header + 8) + (uint32_t)(int16_t)get16(entry + 2);
      int result = function(context, name, place, types[type], number);
      if (result != 0) return result;
    }
  }
  return 0;
}

struct search {
  const char* name;
  uint64_t place;
};

static int compare_entry(void* context, const char* name, uint64_t place, mode_t type,
                         uint32_t number) {
  (void)type;
  (void)number;
  struct search* search = context;
  int order = strcmp(name, search->name);
  search->place = place;
  return order < 0 ? 0 : order == 0 ? 1 : 2;
}

int squashfs_find(struct squashfs* image, const struct squashfs_inode* directory, const char* name,
                  uint64_t* place) {
  struct search search = {name, 0};
  int result = squashfs_walk(image, directory, 0, compare_entry, &search);
  if (result < 0) return -1;
  *place = search.place;
  errno = ENOENT;
  return result == 1 ? 0 : -1;
}

int squashfs_read_link(struct squashfs* image, const struct squashfs_inode* inode, char* target) {
  struct cursor cursor = {inode->rest_block, inode->rest_offset};
  if (!S_ISLNK(inode->mode) || inode->size >= PATH_MAX) return damaged();
  target[inode->size] = 0;
  return read_metadata(image, &cursor, target, inode->size);
}

/// Where a block of a file is, as the sizes of those before it say.
struct block {
  uint64_t address;
  uint32_t size;
  int is_stored;
};

static int find_block(struct squashfs* image, const struct squashfs_inode* inode, uint64_t index,
                      struct block* block) {
  enum { size_length = 4, at_once = 512 };
  struct cursor cursor = {inode->rest_block, inode->rest_offset};
  char sizes[size_length * at_once];
  uint32_t size = 0;
  block->address = inode->blocks;
  for (uint64_t i = 0; i <= index; i++) {
    block->address += size & (data_stored - 1);
    if (block->address > image->size) return damaged();
    uint64_t left = index + 1 - i;
    size_t count = left < at_once ? (size_t)left : at_once;
    if (i % at_once == 0 && read_metadata(image, &cursor, sizes, count * size_length) < 0)
      return -1;
    size = get32(sizes + i % at_once * size_length);
  }
  block->size = size & (data_stored - 1);
  block->is_stored = (size & data_stored) != 0;
  return 0;
}

static int find_fragment(struct squashfs* image, const struct squashfs_inode* inode,
                         struct block* block) {
  enum { entry_size = 16, entries = metadata_size / entry_size };
  char bytes[entry_size];
  if (inode->fragment >= image->fragment_count) return damaged();
  uint64_t place = image->fragment_table + inode->fragment / entries * 8ULL;
  if (read_bytes(image, place, bytes, 8) < 0) return -1;
  struct cursor cursor = {get64(bytes), inode->fragment % entries * entry_size};
  if (read_metadata(image, &cursor, bytes, sizeof bytes) < 0) return -1;
  block->address = get64(bytes);
  block->size = get32(bytes + 8) & (data_stored - 1);
  block->is_stored = (get32(bytes + 8) & data_stored) != 0;
  return 0;
}

static const struct slot* data_block(struct squashfs* image, const struct block* block) {
  struct slot* slot = find_slot(image, image->data, data_slots, block->address);
  if (slot->address == block->address && block->address != 0) return slot;
  if (fill_slot(image, slot, block->address, block->size, block->is_stored, image->block_size) < 0)
    return NULL;
  return slot;
}

/// Copies `count` bytes of the file's block `index`, from `offset` in it.
static int copy_block(struct squashfs* image, const struct squashfs_inode* inode, uint64_t index,
                      size_t offset, char* buffer, size_t count) {
  struct block block = {0};
  int is_end = inode->fragment != no_fragment && index == inode->size / image->block_size;
  int result =
      is_end ? find_fragment(image, inode, &block) : find_block(image, inode, index, &block);
  if (result < 0) return -1;
  if (!is_end && block.size == 0) {  // a hole
    memset(buffer, 0, count);
    return 0;
  }
  const struct slot* slot = data_block(image, &block);
  if (!slot) return -1;
  if (is_end) {
    if (inode->fragment_offset > slot->length) return damaged();
    offset += inode->fragment_offset;
  }
  if (offset > slot->length || count > slot->length - offset) return damaged();
  memcpy(buffer, slot->bytes + offset, count);
  return 0;
}

ssize_t squashfs_read_file(struct squashfs* image, const struct squashfs_inode* inode, char* buffer,
                           size_t size, uint64_t offset) {
  if (!S_ISREG(inode->mode)) return damaged();
  if (offset >= inode->size) return 0;
  if (size > inode->size - offset) size = (size_t)(inode->size - offset);
  for (size_t done = 0; done < size;) {
    uint64_t at = offset + done;
    size_t within = (size_t)(at % image->block_size);
    size_t count = image->block_size - within;
    if (count > size - done) count = size - done;
    if (copy_block(image, inode, at / image->block_size, within, buffer + done, count) < 0)
      return -1;
    done += count;
  }
  return (ssize_t)size;
}
