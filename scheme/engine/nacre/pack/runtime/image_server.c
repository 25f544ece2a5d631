// SPDX-License-Identifier: GPL-3.0-or-later
#define _GNU_SOURCE
#define FUSE_USE_VERSION 312
#include "image_server.h"

#include <errno.h>
#include <fuse_lowlevel.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct image_server {
  struct fuse_session* session;
};

// Nothing of it ever changes.
static const double forever = 1e9;

// The kernel's number of an inode is its place, but for the root, which is 1.
static fuse_ino_t number_of(const struct squashfs* image, uint64_t place) {
  return place == squashfs_root(image) ? FUSE_ROOT_ID : place + 2;
}

static int read_numbered(fuse_req_t request, fuse_ino_t number, struct squashfs_inode* inode) {
  struct squashfs* image = fuse_req_userdata(request);
  uint64_t place = number == FUSE_ROOT_ID ? squashfs_root(image) : number - 2;
  if (squashfs_read_inode(image, place, inode) == 0) return 0;
  fuse_reply_err(request, EIO);
  return -1;
}

static void describe(const struct squashfs* image, const struct squashfs_inode* inode,
                     struct stat* status) {
  memset(status, 0, sizeof *status);
  status->st_ino = number_of(image, inode->place);
  status->st_mode = inode->mode;
  status->st_nlink = inode->link_count;
  status->st_size = (off_t)inode->size;
  status->st_blocks = (blkcnt_t)((inode->size + 511) / 512);
  status->st_uid = getuid();
  status->st_gid = getgid();
  status->st_mtime = status->st_ctime = status->st_atime = inode->mtime;
}

static void answer_lookup(fuse_req_t request, fuse_ino_t parent, const char* name) {
  struct squashfs* image = fuse_req_userdata(request);
  struct squashfs_inode inode;
  struct fuse_entry_param entry;
  uint64_t place;
  if (read_numbered(request, parent, &inode) < 0) return;
  memset(&entry, 0, sizeof entry);
  entry.attr_timeout = entry.entry_timeout = forever;
  if (squashfs_find(image, &inode, name, &place) == 0) {
    if (read_numbered(request, number_of(image, place), &inode) < 0) return;
    entry.ino = number_of(image, place);
    describe(image, &inode, &entry.attr);
  } else if (errno != ENOENT) {
    fuse_reply_err(request, errno);
    return;
  }
  // Number 0 says that there is no such file, nor ever will be.
  fuse_reply_entry(request, &entry);
}

static void answer_getattr(fuse_req_t request, fuse_ino_t number, struct fuse_file_info* file) {
  (void)file;
  struct squashfs_inode inode;
  struct stat status;
  if (read_numbered(request, number, &inode) < 0) return;
  describe(fuse_req_userdata(request), &inode, &status);
  fuse_reply_attr(request, &status, forever);
}

static void answer_readlink(fuse_req_t request, fuse_ino_t number) {
  struct squashfs_inode inode;
  char target[PATH_MAX];
  if (read_numbered(request, number, &inode) < 0) return;
  if (squashfs_read_link(fuse_req_userdata(request), &inode, target) < 0)
    fuse_reply_err(request, errno);
  else
    fuse_reply_readlink(request, target);
}

static void answer_open(fuse_req_t request, fuse_ino_t number, struct fuse_file_info* file) {
  (void)number;
  file->keep_cache = 1;
  file->cache_readdir = 1;
  fuse_reply_open(request, file);
}

static void answer_read(fuse_req_t request, fuse_ino_t number, size_t size, off_t offset,
                        struct fuse_file_info* file) {
  (void)file;
  struct squashfs_inode inode;
  if (read_numbered(request, number, &inode) < 0) return;
  char* buffer = malloc(size);
  ssize_t length = buffer ? squashfs_read_file(fuse_req_userdata(request), &inode, buffer, size,
                                               (uint64_t)offset)
                          : -1;
  if (length < 0)
    fuse_reply_err(request, errno);
  else
    fuse_reply_buf(request, buffer, (size_t)length);
  free(buffer);
}

/// Entries on their way to the kernel.
struct reply {
  fuse_req_t request;
  char* buffer;
  size_t size;
  size_t length;
  off_t next;
};

static int add_entry(void* context, const char* name, uint64_t place, mode_t type,
                     uint32_t number) {
  (void)number;
  struct reply* reply = context;
  struct stat status = {.st_ino = number_of(fuse_req_userdata(reply->request), place),
                        .st_mode = type};
  size_t added = fuse_add_direntry(reply->request, reply->buffer + reply->length,
                                   reply->size - reply->length, name, &status, reply->next + 1);
  if (added > reply->size - reply->length) return 1;
  reply->length += added;
  reply->next++;
  return 0;
}

// The entries are numbered from 0; the first two are "." and "..", which the image does not have.
static int add_entries(struct reply* reply, const struct squashfs_inode* directory) {
  struct squashfs* image = fuse_req_userdata(reply->request);
  if (reply->next == 0 && add_entry(reply, ".", directory->place, S_IFDIR, 0) != 0) return 0;
  if (reply->next == 1 && add_entry(reply, "..", directory->place, S_IFDIR, 0) != 0) return 0;
  return squashfs_walk(image, directory, (uint64_t)reply->next - 2, add_entry, reply);
}

static void answer_readdir(fuse_req_t request, fuse_ino_t number, size_t size, off_t offset,
                           struct fuse_file_info* file) {
  (void)file;
  struct squashfs_inode inode;
  if (read_numbered(request, number, &inode) < 0) return;
  struct reply reply = {request, malloc(size), size, 0, offset < 0 ? 0 : offset};
  if (!reply.buffer || add_entries(&reply, &inode) < 0)
    fuse_reply_err(request, errno);
  else
    fuse_reply_buf(request, reply.buffer, reply.length);
  free(reply.buffer);
}

static const struct fuse_lowlevel_ops operations = {
    .lookup = answer_lookup,
    .getattr = answer_getattr,
    .readlink = answer_readlink,
    .open = answer_open,
    .read = answer_read,
    .opendir = answer_open,
    .readdir = answer_readdir,
};

static int mount_session(struct fuse_session* session, int device, const char* directory) {
  char name[32];
  if (device < 0) return fuse_session_mount(session, directory);
  snprintf(name, sizeof name, "/dev/fd/%d", device);
  return fuse_session_mount(session, name);
}

struct image_server* serve_image(struct squashfs* image, int device, const char* directory,
                                 struct failure* failure) {
  char* words[] = {"nacre", "-oro,nosuid,nodev,fsname=nacre,subtype=squashfs", NULL};
  struct fuse_args arguments = FUSE_ARGS_INIT(device < 0 ? 2 : 1, words);
  struct image_server* server = calloc(1, sizeof *server);
  if (server) server->session = fuse_session_new(&arguments, &operations, sizeof operations, image);
  if (server && server->session && mount_session(server->session, device, directory) == 0)
    return server;
  fail_text(failure, "FUSE cannot mount it");
  return NULL;
}

// One request, or none if there is an end to it.
static int answer_request(struct fuse_session* session, struct fuse_buf* buffer) {
  int length = fuse_session_receive_buf(session, buffer);
  if (length == -EINTR) return 1;
  if (length <= 0) return 0;
  fuse_session_process_buf(session, buffer);
  return 1;
}

void run_image_server(struct image_server* server, int alive) {
  struct fuse_session* session = server->session;
  struct fuse_buf buffer = {0};
  struct pollfd ends[] = {{fuse_session_fd(session), POLLIN, 0}, {alive, POLLIN, 0}};
  fuse_set_signal_handlers(session);
  while (!fuse_session_exited(session)) {
    if (poll(ends, 2, -1) < 0 && errno != EINTR) break;
    if (ends[1].revents) break;
    if (ends[0].revents && !answer_request(session, &buffer)) break;
    ends[0].revents = ends[1].revents = 0;
  }
  fuse_remove_signal_handlers(session);
  fuse_session_unmount(session);
  fuse_session_destroy(session);
}
