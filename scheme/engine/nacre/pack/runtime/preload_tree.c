// SPDX-License-Identifier: GPL-3.0-or-later

// Functions that change something: in the pack, if its user may write there.
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <utime.h>

#include "preload.h"

static enum follow last_part(int flags) {
  return flags & AT_SYMLINK_NOFOLLOW ? stay : follow;
}

BY_NAME(int, -1, chdir, follow, (const char* name), (file))

BY_NAME(int, -1, mkdir, stay, (const char* name, mode_t mode), (file, mode))
BY_NAME_AT(int, -1, mkdirat, stay, (int directory, const char* name, mode_t mode),
           (directory, file, mode))
BY_NAME(int, -1, mknod, stay, (const char* name, mode_t mode, dev_t device), (file, mode, device))
BY_NAME_AT(int, -1, mknodat, stay, (int directory, const char* name, mode_t mode, dev_t device),
           (directory, file, mode, device))
BY_NAME(int, -1, mkfifo, stay, (const char* name, mode_t mode), (file, mode))
BY_NAME_AT(int, -1, mkfifoat, stay, (int directory, const char* name, mode_t mode),
           (directory, file, mode))

BY_NAME(int, -1, rmdir, stay, (const char* name), (file))
BY_NAME(int, -1, unlink, stay, (const char* name), (file))
BY_NAME_AT(int, -1, unlinkat, stay, (int directory, const char* name, int flags),
           (directory, file, flags))
BY_NAME(int, -1, remove, stay, (const char* name), (file))

// A link's target is what it is.
BY_NAME(int, -1, symlink, stay, (const char* target, const char* name), (target, file))
BY_NAME_AT(int, -1, symlinkat, stay, (const char* target, int directory, const char* name),
           (target, directory, file))

/// Defines a function with two names, of which `name` is the one that has to exist.
#define BY_TWO_NAMES(function, directory, parameters, arguments)       \
  INTERPOSED(function);                                                \
  int function parameters {                                            \
    struct moved moved_new;                                            \
    const char* new_file = move(&moved_new, new_name, stay);           \
    if (is_unmoved(new_file, new_name)) return -1;                     \
    return MOVED(-1, directory, name, stay, NEXT(function) arguments); \
  }

BY_TWO_NAMES(rename, AT_FDCWD, (const char* name, const char* new_name), (file, new_file))
BY_TWO_NAMES(link, AT_FDCWD, (const char* name, const char* new_name), (file, new_file))
BY_TWO_NAMES(renameat, directory,
             (int directory, const char* name, int new_directory, const char* new_name),
             (directory, file, new_directory, new_file))
BY_TWO_NAMES(renameat2, directory,
             (int directory, const char* name, int new_directory, const char* new_name,
              unsigned flags),
             (directory, file, new_directory, new_file, flags))
BY_TWO_NAMES(linkat, directory,
             (int directory, const char* name, int new_directory, const char* new_name, int flags),
             (directory, file, new_directory, new_file, flags))

BY_NAME(int, -1, chmod, follow, (const char* name, mode_t mode), (file, mode))
BY_NAME_AT(int, -1, fchmodat, last_part(flags),
           (int directory, const char* name, mode_t mode, int flags),
           (directory, file, mode, flags))
BY_NAME(int, -1, chown, follow, (const char* name, uid_t user, gid_t group), (file, user, group))
BY_NAME(int, -1, lchown, stay, (const char* name, uid_t user, gid_t group), (file, user, group))
BY_NAME_AT(int, -1, fchownat, last_part(flags),
           (int directory, const char* name, uid_t user, gid_t group, int flags),
           (directory, file, user, group, flags))
BY_NAME(int, -1, truncate, follow, (const char* name, off_t length), (file, length))
BY_NAME(int, -1, truncate64, follow, (const char* name, off64_t length), (file, length))

BY_NAME(int, -1, utime, follow, (const char* name, const struct utimbuf* times), (file, times))
BY_NAME(int, -1, utimes, follow, (const char* name, const struct timeval times[2]), (file, times))
BY_NAME(int, -1, lutimes, stay, (const char* name, const struct timeval times[2]), (file, times))
BY_NAME_AT(int, -1, futimesat, follow,
           (int directory, const char* name, const struct timeval times[2]),
           (directory, file, times))
BY_NAME_AT(int, -1, utimensat, last_part(flags),
           (int directory, const char* name, const struct timespec times[2], int flags),
           (directory, file, times, flags))

BY_NAME(int, -1, setxattr, follow,
        (const char* name, const char* attribute, const void* value, size_t size, int flags),
        (file, attribute, value, size, flags))
BY_NAME(int, -1, lsetxattr, stay,
        (const char* name, const char* attribute, const void* value, size_t size, int flags),
        (file, attribute, value, size, flags))
BY_NAME(int, -1, removexattr, follow, (const char* name, const char* attribute), (file, attribute))
BY_NAME(int, -1, lremovexattr, stay, (const char* name, const char* attribute), (file, attribute))
