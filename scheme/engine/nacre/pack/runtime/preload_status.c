// SPDX-License-Identifier: GPL-3.0-or-later

// Functions that tell something of files, those of programs compiled with older C libraries or
// with _FORTIFY_SOURCE too.
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "preload.h"
#include "store_name.h"

int __xstat(int version, const char* name, struct stat* status);
int __xstat64(int version, const char* name, struct stat64* status);
int __lxstat(int version, const char* name, struct stat* status);
int __lxstat64(int version, const char* name, struct stat64* status);
int __fxstatat(int version, int directory, const char* name, struct stat* status, int flags);
int __fxstatat64(int version, int directory, const char* name, struct stat64* status, int flags);
ssize_t __readlink_chk(const char* name, char* text, size_t size, size_t space);
ssize_t __readlinkat_chk(int directory, const char* name, char* text, size_t size, size_t space);
char* __realpath_chk(const char* name, char* resolved, size_t space);

static enum follow last_part(int flags) {
  return flags & AT_SYMLINK_NOFOLLOW ? stay : follow;
}

BY_NAME(int, -1, stat, follow, (const char* restrict name, struct stat* restrict status),
        (file, status))
BY_NAME(int, -1, stat64, follow, (const char* restrict name, struct stat64* restrict status),
        (file, status))
BY_NAME(int, -1, lstat, stay, (const char* restrict name, struct stat* restrict status),
        (file, status))
BY_NAME(int, -1, lstat64, stay, (const char* restrict name, struct stat64* restrict status),
        (file, status))
BY_NAME_AT(int, -1, fstatat, last_part(flags),
           (int directory, const char* restrict name, struct stat* restrict status, int flags),
           (directory, file, status, flags))
BY_NAME_AT(int, -1, fstatat64, last_part(flags),
           (int directory, const char* restrict name, struct stat64* restrict status, int flags),
           (directory, file, status, flags))
BY_NAME_AT(int, -1, statx, last_part(flags),
           (int directory, const char* restrict name, int flags, unsigned mask,
            struct statx* restrict status),
           (directory, file, flags, mask, status))
BY_NAME(int, -1, __xstat, follow, (int version, const char* name, struct stat* status),
        (version, file, status))
BY_NAME(int, -1, __xstat64, follow, (int version, const char* name, struct stat64* status),
        (version, file, status))
BY_NAME(int, -1, __lxstat, stay, (int version, const char* name, struct stat* status),
        (version, file, status))
BY_NAME(int, -1, __lxstat64, stay, (int version, const char* name, struct stat64* status),
        (version, file, status))
BY_NAME_AT(int, -1, __fxstatat, last_part(flags),
           (int version, int directory, const char* name, struct stat* status, int flags),
           (version, directory, file, status, flags))
BY_NAME_AT(int, -1, __fxstatat64, last_part(flags),
           (int version, int directory, const char* name, struct stat64* status, int flags),
           (version, directory, file, status, flags))

BY_NAME(int, -1, access, follow, (const char* name, int mode), (file, mode))
BY_NAME(int, -1, eaccess, follow, (const char* name, int mode), (file, mode))
BY_NAME(int, -1, euidaccess, follow, (const char* name, int mode), (file, mode))
BY_NAME_AT(int, -1, faccessat, last_part(flags),
           (int directory, const char* name, int mode, int flags), (directory, file, mode, flags))

BY_NAME(int, -1, statfs, follow, (const char* name, struct statfs* status), (file, status))
BY_NAME(int, -1, statfs64, follow, (const char* name, struct statfs64* status), (file, status))
BY_NAME(int, -1, statvfs, follow, (const char* restrict name, struct statvfs* restrict status),
        (file, status))
BY_NAME(int, -1, statvfs64, follow, (const char* restrict name, struct statvfs64* restrict status),
        (file, status))
BY_NAME(long, -1, pathconf, follow, (const char* name, int variable), (file, variable))

BY_NAME(ssize_t, -1, getxattr, follow,
        (const char* name, const char* attribute, void* value, size_t size),
        (file, attribute, value, size))
BY_NAME(ssize_t, -1, lgetxattr, stay,
        (const char* name, const char* attribute, void* value, size_t size),
        (file, attribute, value, size))
BY_NAME(ssize_t, -1, listxattr, follow, (const char* name, char* list, size_t size),
        (file, list, size))
BY_NAME(ssize_t, -1, llistxattr, stay, (const char* name, char* list, size_t size),
        (file, list, size))

// The link that would name the dynamic linker.
static ssize_t read_own_link(char* text, size_t size) {
  char name[PATH_MAX];
  strcpy(name, own_program());
  move_back(own_pack()->store, name);
  size_t length = strlen(name);
  if (length > size) length = size;
  memcpy(text, name, length);
  return (ssize_t)length;
}

INTERPOSED(readlinkat);
ssize_t readlinkat(int directory, const char* restrict name, char* restrict text, size_t size) {
  if (is_own_link(name)) return read_own_link(text, size);
  return MOVED(-1, directory, name, stay, NEXT(readlinkat)(directory, file, text, size));
}

EXPORTED(readlink);
ssize_t readlink(const char* restrict name, char* restrict text, size_t size) {
  return readlinkat(AT_FDCWD, name, text, size);
}

// Where the C library would end the program too.
static void check(size_t size, size_t space) {
  if (size > space) abort();
}

EXPORTED(__readlinkat_chk);
ssize_t __readlinkat_chk(int directory, const char* name, char* text, size_t size, size_t space) {
  check(size, space);
  return readlinkat(directory, name, text, size);
}

EXPORTED(__readlink_chk);
ssize_t __readlink_chk(const char* name, char* text, size_t size, size_t space) {
  check(size, space);
  return readlinkat(AT_FDCWD, name, text, size);
}

// A name below /gnu/store stays there.
INTERPOSED(realpath);
char* realpath(const char* restrict name, char* restrict resolved) {
  char found[PATH_MAX];
  if (!MOVED(NULL, AT_FDCWD, name, follow, NEXT(realpath)(file, found))) return NULL;
  if (is_own_link(name) || after_store(name)) move_back(own_pack()->store, found);
  return resolved ? strcpy(resolved, found) : strdup(found);
}

EXPORTED(canonicalize_file_name);
char* canonicalize_file_name(const char* name) {
  return realpath(name, NULL);
}

EXPORTED(__realpath_chk);
char* __realpath_chk(const char* name, char* resolved, size_t space) {
  check(PATH_MAX, space);
  return realpath(name, resolved);
}
