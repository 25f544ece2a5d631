// SPDX-License-Identifier: GPL-3.0-or-later

// Also a part of nacre-audit.so, which has no C library: it may use the functions of
// audit_system.c, and errno not at all.
#include "store_name.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { most_links = 40 };

static int fail(int error) {
#ifdef NACRE_NO_LIBC
  (void)error;
#else
  errno = error;
#endif
  return -1;
}

// What follows slashes and `part` in `name`, or NULL.
static const char* after_part(const char* name, const char* part) {
  size_t length = strlen(part);
  if (*name != '/') return NULL;
  while (*name == '/') name++;
  if (strncmp(name, part, length) != 0) return NULL;
  name += length;
  return *name == 0 || *name == '/' ? name : NULL;
}

const char* after_store(const char* name) {
  const char* rest = after_part(name, "gnu");
  return rest ? after_part(rest, "store") : NULL;
}

// Puts `head` and `tail` in place of the part of `name` from `start` to `end`.
static int replace(char* name, size_t start, size_t end, const char* head, const char* tail) {
  size_t head_length = strlen(head), tail_length = strlen(tail), rest = strlen(name + end) + 1;
  if (start + head_length + tail_length + rest > PATH_MAX) return fail(ENAMETOOLONG);
  memmove(name + start + head_length + tail_length, name + end, rest);
  memcpy(name + start, head, head_length);
  memcpy(name + start + head_length, tail, tail_length);
  return 0;
}

static size_t count_slashes(const char* name) {
  size_t count = 0;
  while (name[count] == '/') count++;
  return count;
}

static void cut(char* name, size_t start, size_t end) {
  memmove(name + start, name + end, strlen(name + end) + 1);
}

int move_name(const char* store, const char* name, char* moved) {
  const char* rest = after_store(name);
  *moved = 0;
  return rest ? replace(moved, 0, 0, store, rest) : replace(moved, 0, 0, name, "");
}

static int is_in(const char* name, const char* directory) {
  size_t length = strlen(directory);
  return strncmp(name, directory, length) == 0 && (name[length] == '/' || name[length] == 0);
}

void move_back(const char* store, char* name) {
  if (is_in(name, store)) replace(name, 0, strlen(store), "/gnu/store", "");
}

// The part of a name that is looked at, from `start` to `end`.
struct part {
  size_t start, end;
};

// Goes to the next, with one slash before it. Returns 0 if there are no more.
static int next_part(char* name, struct part* part) {
  part->start = part->end + (name[part->end] == '/');
  size_t slashes = count_slashes(name + part->start);
  if (slashes > 0) cut(name, part->start, part->start + slashes);
  part->end = part->start;
  while (name[part->end] && name[part->end] != '/') part->end++;
  return part->end > part->start;
}

static int part_is(const char* name, const struct part* part, const char* text) {
  size_t length = part->end - part->start;
  return length == strlen(text) && strncmp(name + part->start, text, length) == 0;
}

// Takes "." out, and ".." with the part before it, which is no link. Returns 1 if it was one.
static int drop_dots(char* name, struct part* part) {
  int is_parent = part_is(name, part, "..");
  if (!is_parent && !part_is(name, part, ".")) return 0;
  size_t start = part->start;
  if (is_parent) {
    while (start > 0 && name[start - 1] == '/') start--;
    while (start > 0 && name[start - 1] != '/') start--;
    // The parent of the directory that a name is relative to stays.
    if (name[0] != '/' && (start == part->start || strncmp(name + start, "../", 3) == 0)) return 1;
    if (start == 0 && name[0] == '/') start = 1;
  }
  size_t end = part->end + count_slashes(name + part->end);
  if (start == 0 && !name[end]) return 1;
  cut(name, start, end);
  part->end = start;
  return 1;
}

static long read_link(int directory, char* name, size_t end, char* target) {
  char next = name[end];
  name[end] = 0;
  long length = syscall(SYS_readlinkat, directory, name, target, PATH_MAX - 1);
  name[end] = next;
  target[length < 0 ? 0 : length] = 0;
  return length;
}

// Puts the target of the link that is the part in its place, and goes back to where the new part of
// the name begins. Returns 1 if it leads below /gnu/store.
static int replace_link(const char* store, char* name, struct part* part, const char* target) {
  const char* rest = after_store(target);
  int is_absolute = *target == '/';
  if (replace(name, is_absolute ? 0 : part->start, part->end, rest ? store : target,
              rest ? rest : "") < 0)
    return -1;
  // The store's own name has no links.
  part->end = rest ? strlen(store) : is_absolute ? 0 : part->start;
  return rest != NULL;
}

int follow_links(const char* store, int directory, const char* name, int follow_last, char* moved) {
  char target[PATH_MAX];
  if (name != moved && move_name(store, name, moved) < 0) return -1;
  struct part part = {0, is_in(moved, store) ? strlen(store) : 0};
  int found = 0, links = 0;
  while (next_part(moved, &part)) {
    if (drop_dots(moved, &part)) continue;
    if (!follow_last && !moved[part.end]) break;
    if (read_link(directory, moved, part.end, target) <= 0) continue;
    if (++links > most_links) return fail(ELOOP);
    int leads_to_store = replace_link(store, moved, &part, target);
    if (leads_to_store < 0) return -1;
    found |= leads_to_store;
  }
  return found;
}
