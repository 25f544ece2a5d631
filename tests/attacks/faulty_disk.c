// SPDX-License-Identifier: GPL-3.0-or-later
// A library for LD_PRELOAD: of the calls that change files below FAULTY_DIRECTORY, number FAULTY_AT fails, or does
// half of what it should where FAULTY_KIND is "short". Makes the file FAULTY_HIT when it comes to that.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int count;

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int is_below(const char *path) {
  const char *directory = getenv("FAULTY_DIRECTORY");
  // In the name space of a store that lies elsewhere, its files have these names.
  for (const char *const *other = (const char *const[]){"/gnu/store", "/var/guix", NULL}; *other; ++other)
    if (strncmp(path, *other, strlen(*other)) == 0) return 1;
  return directory && strncmp(path, directory, strlen(directory)) == 0;
}

static int is_file_below(int fd) {
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t size = readlink(link, path, sizeof path - 1);
  if (size <= 0) return 0;
  path[size] = 0;
  return is_below(path);
}

static int is_name_below(int directory, const char *name) {
  if (name[0] == '/') return is_below(name);
  return directory == AT_FDCWD ? 0 : is_file_below(directory);
}

static int is_new(int directory, const char *name) {
  return syscall(SYS_faccessat, directory, name, F_OK) != 0;
}

/// Whether this call is the one.
static int is_the_one(void) {
  const char *at = getenv("FAULTY_AT"), *hit = getenv("FAULTY_HIT");
  if (!at || __atomic_add_fetch(&count, 1, __ATOMIC_SEQ_CST) != atoi(at)) return 0;
  if (hit) syscall(SYS_close, syscall(SYS_openat, AT_FDCWD, hit, O_WRONLY | O_CREAT, 0666));
  return 1;
}

static int is_short(void) {
  const char *kind = getenv("FAULTY_KIND");
  return kind && strcmp(kind, "short") == 0;
}

static int full(void) {
  errno = ENOSPC;
  return -1;
}

/// How much of `size` is written, -1 for nothing and an error.
static ssize_t room(int fd, size_t size) {
  if (!is_file_below(fd) || !is_the_one()) return (ssize_t)size;
  if (!is_short()) return full();
  return (ssize_t)(size > 1 ? size / 2 : size);
}

ssize_t write(int fd, const void *bytes, size_t size) {
  ssize_t some = room(fd, size);
  return some < 0 ? some : NEXT(write)(fd, bytes, (size_t)some);
}
ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at) {
  ssize_t some = room(fd, size);
  return some < 0 ? some : NEXT(pwrite)(fd, bytes, (size_t)some, at);
}
ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t at) {
  ssize_t some = room(fd, size);
  return some < 0 ? some : NEXT(pwrite64)(fd, bytes, (size_t)some, at);
}
ssize_t copy_file_range(int from, off64_t *from_at, int to, off64_t *to_at, size_t size, unsigned flags) {
  ssize_t some = room(to, size);
  return some < 0 ? some : NEXT(copy_file_range)(from, from_at, to, to_at, (size_t)some, flags);
}

#define FAILS(condition) \
  if ((condition) && is_the_one() && !is_short()) return full();

int ftruncate(int fd, off_t size) {
  FAILS(is_file_below(fd))
  return NEXT(ftruncate)(fd, size);
}
int ftruncate64(int fd, off64_t size) {
  FAILS(is_file_below(fd))
  return NEXT(ftruncate64)(fd, size);
}
int fsync(int fd) {
  FAILS(is_file_below(fd))
  return NEXT(fsync)(fd);
}
int fdatasync(int fd) {
  FAILS(is_file_below(fd))
  return NEXT(fdatasync)(fd);
}
int syncfs(int fd) {
  FAILS(is_file_below(fd))
  return NEXT(syncfs)(fd);
}
int mkdir(const char *name, mode_t mode) {
  FAILS(is_name_below(AT_FDCWD, name))
  return NEXT(mkdir)(name, mode);
}
int mkdirat(int directory, const char *name, mode_t mode) {
  FAILS(is_name_below(directory, name))
  return NEXT(mkdirat)(directory, name, mode);
}
int symlink(const char *target, const char *name) {
  FAILS(is_name_below(AT_FDCWD, name))
  return NEXT(symlink)(target, name);
}
int symlinkat(const char *target, int directory, const char *name) {
  FAILS(is_name_below(directory, name))
  return NEXT(symlinkat)(target, directory, name);
}
int link(const char *from, const char *to) {
  FAILS(is_name_below(AT_FDCWD, to))
  return NEXT(link)(from, to);
}
int linkat(int from_directory, const char *from, int directory, const char *to, int flags) {
  FAILS(is_name_below(directory, to))
  return NEXT(linkat)(from_directory, from, directory, to, flags);
}
int rename(const char *from, const char *to) {
  FAILS(is_name_below(AT_FDCWD, to))
  return NEXT(rename)(from, to);
}
int renameat(int from_directory, const char *from, int directory, const char *to) {
  FAILS(is_name_below(directory, to))
  return NEXT(renameat)(from_directory, from, directory, to);
}
int renameat2(int from_directory, const char *from, int directory, const char *to, unsigned flags) {
  FAILS(is_name_below(directory, to))
  return NEXT(renameat2)(from_directory, from, directory, to, flags);
}

#define OPENS(directory, path)                                              \
  mode_t mode = 0;                                                          \
  if (flags & (O_CREAT | __O_TMPFILE)) {                                    \
    va_list rest;                                                           \
    va_start(rest, flags);                                                  \
    mode = va_arg(rest, mode_t);                                            \
    va_end(rest);                                                           \
    FAILS((flags & O_CREAT) && is_name_below(directory, path) && is_new(directory, path)) \
  }

int open(const char *path, int flags, ...) {
  OPENS(AT_FDCWD, path)
  return NEXT(open)(path, flags, mode);
}
int open64(const char *path, int flags, ...) {
  OPENS(AT_FDCWD, path)
  return NEXT(open64)(path, flags, mode);
}
int openat(int directory, const char *path, int flags, ...) {
  OPENS(directory, path)
  return NEXT(openat)(directory, path, flags, mode);
}
int openat64(int directory, const char *path, int flags, ...) {
  OPENS(directory, path)
  return NEXT(openat64)(directory, path, flags, mode);
}
