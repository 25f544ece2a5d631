// SPDX-License-Identifier: GPL-3.0-or-later
#define _GNU_SOURCE
#include "extract.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { deepest = 128, copy_size = 1 << 18 };

/// Where the walk is. A damaged image may have a directory in itself: hence the depth.
struct place {
  struct squashfs* image;
  const char* pattern;
  int say;
  int directory;  ///< open
  int depth;
  const char* name;  ///< relative to the image's root
  char* buffer;
};

static int extract_directory(struct place* place, const struct squashfs_inode* directory);

static int copy_file(const struct place* place, const struct squashfs_inode* inode,
                     const char* name) {
  int fd = openat(place->directory, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                  (inode->mode & 0777) | 0200);
  if (fd < 0) return -1;
  ssize_t got = 0;
  for (uint64_t offset = 0; offset < inode->size; offset += (uint64_t)got) {
    got = squashfs_read_file(place->image, inode, place->buffer, copy_size, offset);
    if (got > 0 && write(fd, place->buffer, (size_t)got) != got) got = -1;
    if (got <= 0) break;
  }
  int error = errno;
  if (close(fd) < 0 && got >= 0) return -1;
  errno = error;
  return got < 0 ? -1 : 0;
}

static int make_link(const struct place* place, const struct squashfs_inode* inode,
                     const char* name) {
  char target[PATH_MAX];
  if (squashfs_read_link(place->image, inode, target) < 0) return -1;
  return symlinkat(target, place->directory, name);
}

// It may be there already, as the parent of something that matched before.
static int enter_directory(const struct place* place, const char* name) {
  if (mkdirat(place->directory, name, 0755) < 0 && errno != EEXIST) return -1;
  return openat(place->directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static int copy_directory(const struct place* place, const struct squashfs_inode* inode,
                          const char* name, const char* full_name, const char* pattern) {
  struct place inside = *place;
  inside.name = full_name;
  inside.pattern = pattern;
  inside.depth++;
  if (inside.depth > deepest) {
    errno = ELOOP;
    return -1;
  }
  inside.directory = enter_directory(place, name);
  if (inside.directory < 0) return -1;
  int result = extract_directory(&inside, inode);
  int error = errno;
  close(inside.directory);
  // One in which nothing matched.
  if (result == 0 && pattern) unlinkat(place->directory, name, AT_REMOVEDIR);
  errno = error;
  return result;
}

static int extract_entry(void* context, const char* name, uint64_t at, mode_t type,
                         uint32_t number) {
  (void)type;
  (void)number;
  struct place* place = context;
  struct squashfs_inode inode;
  char full_name[PATH_MAX];
  int length =
      snprintf(full_name, sizeof full_name, "%s%s%s", place->name, *place->name ? "/" : "", name);
  if (length >= PATH_MAX) {
    errno = ENAMETOOLONG;
    return -1;
  }
  if (squashfs_read_inode(place->image, at, &inode) < 0) return -1;
  int matches = !place->pattern || fnmatch(place->pattern, full_name, 0) == 0;
  if (S_ISDIR(inode.mode))
    return copy_directory(place, &inode, name, full_name, matches ? NULL : place->pattern);
  if (!matches) return 0;
  if (place->say) printf("squashfs-root/%s\n", full_name);
  if (S_ISLNK(inode.mode)) return make_link(place, &inode, name);
  if (S_ISREG(inode.mode)) return copy_file(place, &inode, name);
  return 0;
}

static int extract_directory(struct place* place, const struct squashfs_inode* directory) {
  return squashfs_walk(place->image, directory, 0, extract_entry, place);
}

int extract_image(struct squashfs* image, int directory, const char* pattern, int say,
                  struct failure* failure) {
  struct squashfs_inode root;
  struct place place = {image, pattern, say, directory, 0, "", malloc(copy_size)};
  int result = place.buffer ? squashfs_read_inode(image, squashfs_root(image), &root) : -1;
  if (result == 0) result = extract_directory(&place, &root);
  if (result < 0) fail_errno(failure, "unpacking it");
  free(place.buffer);
  return result;
}

static void empty_directory(int fd) {
  DIR* directory = fdopendir(fd);
  if (!directory) {
    close(fd);
    return;
  }
  for (struct dirent* entry; (entry = readdir(directory));) {
    const char* name = entry->d_name;
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) continue;
    if (unlinkat(fd, name, 0) == 0) continue;
    int inside = openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (inside >= 0) empty_directory(inside);
    unlinkat(fd, name, AT_REMOVEDIR);
  }
  closedir(directory);
}

void remove_tree(const char* name) {
  int fd = open(name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd >= 0) empty_directory(fd);
  rmdir(name);
}
