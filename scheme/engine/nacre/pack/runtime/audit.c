// SPDX-License-Identifier: GPL-3.0-or-later

// Tells the dynamic linker of a pack's program where the libraries are that it looks for below
// /gnu/store. What it asks for is looked for here by the same rules, as it would remember that
// directories do not exist. See rtld-audit(7).
#define _GNU_SOURCE
#include <elf.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "start.h"
#include "store_name.h"

#if defined(__x86_64__)
static const ElfW(Half) own_machine = EM_X86_64;
#else
static const ElfW(Half) own_machine = EM_AARCH64;
#endif

static char store[PATH_MAX], preload[PATH_MAX], program[PATH_MAX];
static const char* library_path = "";
static struct link_map* main_map;

static const char* value_of(const char* variable, const char* name) {
  size_t length = strlen(name);
  return strncmp(variable, name, length) == 0 && variable[length] == '=' ? variable + length + 1
                                                                         : NULL;
}

// Writes `head`, the `length` first bytes of `middle`, and `tail`; "" if that is too long.
static void join(char* text, const char* head, const char* middle, size_t length,
                 const char* tail) {
  size_t head_length = strlen(head), tail_length = strlen(tail);
  *text = 0;
  if (head_length + length + tail_length >= PATH_MAX) return;
  memcpy(text, head, head_length);
  memcpy(text + head_length, middle, length);
  memcpy(text + head_length + length, tail, tail_length + 1);
}

static size_t directory_length(const char* name) {
  size_t length = 0;
  for (size_t i = 0; name[i]; i++)
    if (name[i] == '/') length = i;
  return length;
}

static void set_libraries(const char* libraries) {
  join(store, "", libraries, directory_length(libraries), "");
  join(preload, libraries, "/lib/", 5, PRELOAD_NAME);
}

// Programs may write over what they were given.
static void set_library_path(const char* path) {
  static char copy[8 * PATH_MAX];
  size_t size = strlen(path) + 1;
  library_path = size <= sizeof copy ? memcpy(copy, path, size) : path;
}

__attribute__((constructor)) static void read_environment(int count, char** arguments,
                                                          char** environment) {
  (void)count;
  (void)arguments;
  for (; *environment; environment++) {
    const char* value;
    if ((value = value_of(*environment, LIBRARIES_VARIABLE))) set_libraries(value);
    if ((value = value_of(*environment, PROGRAM_VARIABLE))) join(program, value, "", 0, "");
    if ((value = value_of(*environment, "LD_LIBRARY_PATH"))) set_library_path(value);
  }
}

unsigned la_version(unsigned version) {
  return version < LAV_CURRENT ? version : LAV_CURRENT;
}

unsigned la_objopen(struct link_map* map, Lmid_t name_space, uintptr_t* cookie) {
  (void)name_space;
  *cookie = (uintptr_t)map;
  if (!main_map) main_map = map;
  return 0;
}

// The text that the object has for the tag, or NULL.
static const char* dynamic_text(const struct link_map* map, ElfW(Sxword) tag) {
  const char* strings = NULL;
  const ElfW(Dyn)* found = NULL;
  for (const ElfW(Dyn)* entry = map->l_ld; entry && entry->d_tag != DT_NULL; entry++) {
    if (entry->d_tag == DT_STRTAB) strings = (const char*)entry->d_un.d_ptr;
    if (entry->d_tag == tag) found = entry;
  }
  if (!strings || !found) return NULL;
  // The dynamic linker has made it an address, unless it could not write there.
  if ((uintptr_t)strings < map->l_addr) strings += map->l_addr;
  return strings + found->d_un.d_val;
}

// Whether the file is a library for this kind of machine.
static int is_library(const char* name) {
  ElfW(Ehdr) header;
  long file = syscall(SYS_openat, (long)AT_FDCWD, name, (long)(O_RDONLY | O_CLOEXEC), 0L);
  if (file < 0) return 0;
  long size = syscall(SYS_read, file, &header, sizeof header, 0L);
  syscall(SYS_close, file, 0L, 0L, 0L);
  return size == sizeof header && strncmp((const char*)header.e_ident, ELFMAG, SELFMAG) == 0 &&
         header.e_ident[EI_CLASS] == (sizeof(void*) == 8 ? ELFCLASS64 : ELFCLASS32) &&
         header.e_machine == own_machine;
}

// Where the file is that has this name if the store is at /gnu/store.
static char* find_file(const char* name) {
  static char found[PATH_MAX];
  if (move_name(store, name, found) < 0) return NULL;
  if (is_library(found)) return found;
  return follow_links(store, AT_FDCWD, found, 1, found) > 0 && is_library(found) ? found : NULL;
}

// Replaces $ORIGIN at the beginning of a directory's name, of `length` bytes.
static void expand(char* directory, const char* text, size_t length, const struct link_map* map) {
  static const char* const tokens[] = {"$ORIGIN", "${ORIGIN}"};
  const char* own_name = map == main_map ? program : map->l_name;
  for (size_t i = 0; i < 2; i++) {
    size_t size = strlen(tokens[i]);
    if (length < size || strncmp(text, tokens[i], size) != 0) continue;
    char origin[PATH_MAX];
    join(origin, "", own_name, directory_length(own_name), "");
    join(directory, origin, text + size, length - size, "/");
    return;
  }
  join(directory, "", text, length, "/");
}

// Looks for the library in the directories of `path`, which belongs to `map`.
static char* search(const char* path, const struct link_map* map, const char* library) {
  char directory[PATH_MAX], name[PATH_MAX];
  while (path && *path) {
    size_t length = 0;
    while (path[length] && path[length] != ':' && (path != library_path || path[length] != ';'))
      length++;
    expand(directory, path, length, map);
    join(name, directory, library, strlen(library), "");
    char* found = length > 0 && *directory && *name ? find_file(name) : NULL;
    if (found) return found;
    path += length + (path[length] != 0);
  }
  return NULL;
}

static char* search_library(const char* library, const struct link_map* map) {
  const char* path = dynamic_text(map, DT_RUNPATH);
  char* found = NULL;
  if (!path) {
    found = search(dynamic_text(map, DT_RPATH), map, library);
    if (!found && main_map && main_map != map && !dynamic_text(main_map, DT_RUNPATH))
      found = search(dynamic_text(main_map, DT_RPATH), main_map, library);
  }
  if (!found) found = search(library_path, map, library);
  return found ? found : search(path, map, library);
}

char* la_objsearch(const char* name, uintptr_t* cookie, unsigned kind) {
  char* found = NULL;
  if (!*store) return (char*)name;
  if (strncmp(name, PRELOAD_NAME, sizeof PRELOAD_NAME) == 0) return preload;
  if (strchr(name, '/'))
    found = after_store(name) ? find_file(name) : NULL;
  else if (kind == LA_SER_ORIG && *cookie)
    found = search_library(name, (const struct link_map*)*cookie);
  return found ? found : (char*)name;
}
