// SPDX-License-Identifier: GPL-3.0-or-later

// The C library's converters of character sets. It opens the list of them by itself, when a program
// asks for the first, from a directory that the environment may name.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <iconv.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "preload.h"
#include "store_name.h"

static const char variable[] = "GCONV_PATH";

INTERPOSED(iconv_open);

// Writes where the C library of this program has its converters. Returns 0 if that cannot be named
// in a list with colons.
static int find_converters(char* directory) {
  static const char name[] = "/gconv";
  Dl_info library;
  if (!*own_pack()->store || !dladdr((void*)NEXT(iconv_open), &library)) return 0;
  if (move_name(own_pack()->store, library.dli_fname, directory) < 0) return 0;
  char* slash = strrchr(directory, '/');
  if (!slash || slash + sizeof name > directory + PATH_MAX) return 0;
  strcpy(slash, name);
  return strchr(directory, ':') == NULL;
}

// The variable is gone afterwards: children may be programs of the system.
static void read_list(void) {
  char directory[PATH_MAX];
  if (getenv(variable) || !find_converters(directory)) return;
  setenv(variable, directory, 1);
  iconv_t converter = NEXT(iconv_open)("UTF-8", "ISO-8859-1");
  if (converter != (iconv_t)-1) iconv_close(converter);
  unsetenv(variable);
}

iconv_t iconv_open(const char* to, const char* from) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, read_list);
  return NEXT(iconv_open)(to, from);
}
