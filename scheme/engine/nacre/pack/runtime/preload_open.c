// SPDX-License-Identifier: GPL-3.0-or-later

// Functions that open files, those of programs compiled with _FORTIFY_SOURCE too.
#define _GNU_SOURCE
#include <dirent.h>
#include <ftw.h>
#include <glob.h>
#include <libintl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/inotify.h>

#include "preload.h"

int __open_2(const char* name, int flags);
int __open64_2(const char* name, int flags);
int __openat_2(int directory, const char* name, int flags);
int __openat64_2(int directory, const char* name, int flags);

static enum follow last_part(int flags) {
  return flags & O_NOFOLLOW ? stay : follow;
}

// The mode of a new file, the argument after `flags`, or 0.
#define MODE(flags)                                            \
  ({                                                           \
    mode_t mode = 0;                                           \
    if (flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE) { \
      va_list list;                                            \
      va_start(list, flags);                                   \
      mode = va_arg(list, mode_t);                             \
      va_end(list);                                            \
    }                                                          \
    mode;                                                      \
  })

#define OPEN(function)                                                                     \
  INTERPOSED(function);                                                                    \
  int function(const char* name, int flags, ...) {                                         \
    mode_t mode = MODE(flags);                                                             \
    return MOVED(-1, AT_FDCWD, name, last_part(flags), NEXT(function)(file, flags, mode)); \
  }

#define OPEN_AT(function)                                         \
  INTERPOSED(function);                                           \
  int function(int directory, const char* name, int flags, ...) { \
    mode_t mode = MODE(flags);                                    \
    return MOVED(-1, directory, name, last_part(flags),           \
                 NEXT(function)(directory, file, flags, mode));   \
  }

OPEN(open)
OPEN(open64)
OPEN_AT(openat)
OPEN_AT(openat64)
BY_NAME(int, -1, __open_2, last_part(flags), (const char* name, int flags), (file, flags))
BY_NAME(int, -1, __open64_2, last_part(flags), (const char* name, int flags), (file, flags))
BY_NAME_AT(int, -1, __openat_2, last_part(flags), (int directory, const char* name, int flags),
           (directory, file, flags))
BY_NAME_AT(int, -1, __openat64_2, last_part(flags), (int directory, const char* name, int flags),
           (directory, file, flags))
BY_NAME(int, -1, creat, follow, (const char* name, mode_t mode), (file, mode))
BY_NAME(int, -1, creat64, follow, (const char* name, mode_t mode), (file, mode))

BY_NAME(FILE*, NULL, fopen, follow, (const char* name, const char* mode), (file, mode))
BY_NAME(FILE*, NULL, fopen64, follow, (const char* name, const char* mode), (file, mode))

// These close the stream if they fail.
BY_EXISTING_NAME(FILE*, NULL, freopen, (const char* name, const char* mode, FILE* stream),
                 (file, mode, stream))
BY_EXISTING_NAME(FILE*, NULL, freopen64, (const char* name, const char* mode, FILE* stream),
                 (file, mode, stream))

BY_NAME(DIR*, NULL, opendir, follow, (const char* name), (file))

typedef int choose(const struct dirent*);
typedef int choose64(const struct dirent64*);
typedef int compare(const struct dirent**, const struct dirent**);
typedef int compare64(const struct dirent64**, const struct dirent64**);

BY_EXISTING_NAME(int, -1, scandir,
                 (const char* restrict name, struct dirent*** restrict list, choose* chosen,
                  compare* order),
                 (file, list, chosen, order))
BY_EXISTING_NAME(int, -1, scandir64,
                 (const char* restrict name, struct dirent64*** restrict list, choose64* chosen,
                  compare64* order),
                 (file, list, chosen, order))

// Those below find names that begin as the directory's does.
BY_EXISTING_NAME(int, -1, ftw, (const char* name, __ftw_func_t visit, int most),
                 (file, visit, most))
BY_EXISTING_NAME(int, -1, ftw64, (const char* name, __ftw64_func_t visit, int most),
                 (file, visit, most))
BY_EXISTING_NAME(int, -1, nftw, (const char* name, __nftw_func_t visit, int most, int flags),
                 (file, visit, most, flags))
BY_EXISTING_NAME(int, -1, nftw64, (const char* name, __nftw64_func_t visit, int most, int flags),
                 (file, visit, most, flags))
BY_EXISTING_NAME(int, GLOB_ABORTED, glob,
                 (const char* restrict name, int flags, int (*report)(const char*, int),
                  glob_t* restrict found),
                 (file, flags, report, found))
BY_EXISTING_NAME(int, GLOB_ABORTED, glob64,
                 (const char* restrict name, int flags, int (*report)(const char*, int),
                  glob64_t* restrict found),
                 (file, flags, report, found))

// Here the C library opens files later.
BY_EXISTING_NAME(char*, NULL, bindtextdomain, (const char* domain, const char* name),
                 (domain, file))
BY_NAME(int, -1, inotify_add_watch, follow, (int queue, const char* name, uint32_t mask),
        (queue, file, mask))
