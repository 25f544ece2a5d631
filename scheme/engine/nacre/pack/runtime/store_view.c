// SPDX-License-Identifier: GPL-3.0-or-later
#define _GNU_SOURCE
#include "store_view.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const char store_directory[] = "/gnu/store";

// Where the host's root is while the new one is put together.
static const char host[] = "/.host";

static int write_file(const char* name, const char* text) {
  int fd = open(name, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  ssize_t written = write(fd, text, strlen(text));
  int error = errno;
  close(fd);
  errno = error;
  return written == (ssize_t)strlen(text) ? 0 : -1;
}

// We stay who we are; to map anybody else would need privileges.
static int map_identity(const char* kind, unsigned id, struct failure* failure) {
  char name[64], text[64];
  snprintf(name, sizeof name, "/proc/self/%s_map", kind);
  snprintf(text, sizeof text, "%u %u 1", id, id);
  return write_file(name, text) == 0 ? 0 : fail_errno(failure, "writing %s", name);
}

static int keep_mounts(struct failure* failure) {
  if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) == 0) return 0;
  return fail_errno(failure, "keeping mounts to oneself");
}

int enter_namespaces(struct failure* failure) {
  uid_t uid = geteuid();
  gid_t gid = getegid();
  if (uid == 0 && unshare(CLONE_NEWNS) == 0) return keep_mounts(failure);
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0) {
    if (errno == ENOSPC) errno = EPERM;  // what is out of space is the number that is allowed
    return fail_errno(failure, "creating a user namespace");
  }
  // A kernel before 3.19 has no such file, and needs none.
  if (write_file("/proc/self/setgroups", "deny") < 0 && errno != ENOENT)
    return fail_errno(failure, "writing /proc/self/setgroups");
  if (map_identity("gid", gid, failure) < 0) return -1;
  if (map_identity("uid", uid, failure) < 0) return -1;
  return keep_mounts(failure);
}

static int join(char* result, const char* directory, const char* name) {
  int length = snprintf(result, PATH_MAX, "%s/%s", directory, name);
  if (length < PATH_MAX) return 0;
  errno = ENAMETOOLONG;
  return -1;
}

static int is_directory(const char* name) {
  struct stat status;
  return stat(name, &status) == 0 && S_ISDIR(status.st_mode);
}

static int bind_tree(const char* source, const char* target) {
  return mount(source, target, NULL, MS_BIND | MS_REC, NULL);
}

// What this user may not look at, such as another's FUSE mount, stays an empty place.
static void mirror_entry(const char* source, const char* target) {
  struct stat status;
  char link[PATH_MAX];
  if (lstat(source, &status) < 0) return;
  if (S_ISLNK(status.st_mode)) {
    ssize_t length = readlink(source, link, sizeof link - 1);
    if (length < 0) return;
    link[length] = 0;
    if (symlink(link, target) < 0) return;
  } else if (S_ISDIR(status.st_mode)) {
    if (mkdir(target, 0755) == 0) bind_tree(source, target);
  } else {
    if (mknod(target, S_IFREG | 0644, 0) == 0) bind_tree(source, target);
  }
}

// Makes the directory `target` show all that `source` has, but for the names `but` and "." and
// "..".
static int mirror(const char* source, const char* target, const char* but) {
  char from[PATH_MAX], to[PATH_MAX];
  DIR* directory = opendir(source);
  if (!directory) return -1;
  for (struct dirent* entry; (entry = readdir(directory));) {
    const char* name = entry->d_name;
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || strcmp(name, but) == 0) continue;
    if (join(from, source, name) == 0 && join(to, target, name) == 0) mirror_entry(from, to);
  }
  closedir(directory);
  return 0;
}

// The host has /gnu/store: what is in it can be had beside the pack's own, where the kernel has
// overlays.
static int cover_host_store(const char* store, struct failure* failure) {
  if (chdir(store) < 0) return fail_errno(failure, "%s", store);
  // Relative, so that no character of the name means anything.
  if (mount("nacre", store_directory, "overlay", MS_RDONLY, "lowerdir=.:/gnu/store") == 0) return 0;
  if (bind_tree(".", store_directory) == 0) return 0;
  return fail_errno(failure, "mounting %s", store_directory);
}

// An empty file system becomes the root, and the former one appears in it, at `host`. It is mounted
// over `place`, any directory; when it has moved to the root, that is as it was.
static int enter_empty_root(const char* place, struct failure* failure) {
  if (mount("nacre", place, "tmpfs", 0, "mode=0755,size=16m") < 0)
    return fail_errno(failure, "mounting a file system in memory");
  if (chdir(place) < 0 || mkdir(host + 1, 0755) < 0) return fail_errno(failure, "%s", place);
  if (syscall(SYS_pivot_root, ".", host + 1) < 0 || chdir("/") < 0)
    return fail_errno(failure, "changing the root directory");
  return 0;
}

static int mirror_host_with(const char* store, struct failure* failure) {
  char name[PATH_MAX];
  if (mirror(host, "", "gnu") < 0) return fail_errno(failure, "listing the root directory");
  if (mkdir("/gnu", 0755) < 0) return fail_errno(failure, "creating /gnu");
  if (join(name, host, "gnu") == 0) mirror(name, "/gnu", "store");
  if (mkdir(store_directory, 0755) < 0) return fail_errno(failure, "creating %s", store_directory);
  if (join(name, host, store + 1) < 0 || bind_tree(name, store_directory) < 0)
    return fail_errno(failure, "mounting %s", store_directory);
  return 0;
}

// The former root goes; and what would be written to the new one would be lost, so nothing can be.
static int seal_root(struct failure* failure) {
  if (umount2(host, MNT_DETACH) < 0 || rmdir(host) < 0)
    return fail_errno(failure, "leaving the former root directory");
  if (mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL) < 0)
    return fail_errno(failure, "sealing the root directory");
  return 0;
}

int enter_store_view(const char* store, struct failure* failure) {
  char directory[PATH_MAX];
  if (!getcwd(directory, sizeof directory) || directory[0] != '/') strcpy(directory, "/");
  if (enter_namespaces(failure) < 0) return -1;
  if (is_directory(store_directory)) {
    if (cover_host_store(store, failure) < 0) return -1;
  } else if (enter_empty_root(store, failure) < 0 || mirror_host_with(store, failure) < 0 ||
             seal_root(failure) < 0) {
    return -1;
  }
  // The directory may be one that this user can be in but not reach.
  if (chdir(directory) < 0 && chdir("/") < 0) return fail_errno(failure, "%s", directory);
  return 0;
}

// What the child that tries says: nothing if it died, else success, or why not.
static void report_trial(const char* store, int descriptor) {
  struct failure reason = {{0}};
  const char* report = enter_store_view(store, &reason) == 0 ? "+" : reason.text;
  _exit(write(descriptor, report, strlen(report)) < 0);
}

int try_store_view(const char* store, struct failure* failure) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) < 0) return fail_errno(failure, "pipe");
  pid_t child = fork();
  if (child < 0) return fail_errno(failure, "fork");
  if (child == 0) report_trial(store, ends[1]);
  close(ends[1]);
  ssize_t length = read(ends[0], failure->text, sizeof failure->text - 1);
  close(ends[0]);
  while (waitpid(child, NULL, 0) < 0 && errno == EINTR) continue;
  if (length <= 0) return fail_text(failure, "a trial of name spaces died");
  failure->text[length] = 0;
  return strcmp(failure->text, "+") == 0 ? 0 : -1;
}
