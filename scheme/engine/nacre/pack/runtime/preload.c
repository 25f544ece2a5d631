// SPDX-License-Identifier: GPL-3.0-or-later
#define _GNU_SOURCE
#include "preload.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "store_name.h"

// The linker says where they are.
extern struct next __start_nacre_functions[] __attribute__((visibility("hidden")));
extern struct next __stop_nacre_functions[] __attribute__((visibility("hidden")));

static char store[PATH_MAX], program[PATH_MAX], libraries[NAME_MAX + 1];
static struct pack pack = {store, libraries};
static int is_set_up;

// A value that does not fit is none: the dynamic linker's part of the work would have failed.
static void copy(char* to, size_t size, const char* from) {
  if (strlen(from) < size) strcpy(to, from);
}

// What the one who started this says is for this process alone: its children may be programs of the
// system.
static void set_up(void) {
  const char* own_libraries = getenv(LIBRARIES_VARIABLE);
  const char* own_file = getenv(PROGRAM_VARIABLE);
  const char* item = own_libraries ? strrchr(own_libraries, '/') : NULL;
  is_set_up = 1;
  if (!item || !own_file) return;
  copy(libraries, sizeof libraries, item + 1);
  copy(program, sizeof program, own_file);
  copy(store, sizeof store, own_libraries);
  if (strlen(store) >= strlen(item)) store[strlen(store) - strlen(item)] = 0;
}

// All functions are found before there are threads, or children that have but a part of them.
__attribute__((constructor)) static void start(void) {
  if (!is_set_up) set_up();
  for (struct next* next = __start_nacre_functions; next < __stop_nacre_functions; next++)
    find_next(next);
  unsetenv(LIBRARIES_VARIABLE);
  unsetenv(PROGRAM_VARIABLE);
  const char* name = strrchr(program, '/');
  if (name) prctl(PR_SET_NAME, name + 1);
}

const struct pack* own_pack(void) {
  if (!is_set_up) set_up();
  return &pack;
}

const char* own_program(void) {
  return program;
}

void* find_next(struct next* next) {
  if (!next->function) next->function = dlsym(RTLD_NEXT, next->name);
  return next->function;
}

int is_own_link(const char* name) {
  char with_number[64];
  if (!*program || strncmp(name, "/proc/", 6) != 0) return 0;
  snprintf(with_number, sizeof with_number, "/proc/%ld/exe", (long)getpid());
  return strcmp(name, "/proc/self/exe") == 0 || strcmp(name, with_number) == 0;
}

const char* move(struct moved* moved, const char* name, enum follow last) {
  if (!name || !*own_pack()->store) return name;
  if (last == follow && is_own_link(name)) return program;
  if (!after_store(name)) return name;
  return move_name(store, name, moved->name) < 0 ? NULL : moved->name;
}

int is_unmoved(const char* file, const char* name) {
  return !file && name;
}

int move_links(struct moved* moved, int directory, const char* file, enum follow last) {
  if (errno != ENOENT || !file || !*store) return 0;
  if (follow_links(store, directory, file, last == follow, moved->name) > 0) return 1;
  errno = ENOENT;
  return 0;
}

const char* move_existing(struct moved* moved, const char* name) {
  const char* file = move(moved, name, follow);
  if (file && syscall(SYS_faccessat, AT_FDCWD, file, F_OK) < 0 &&
      move_links(moved, AT_FDCWD, file, follow))
    return moved->name;
  return file;
}
