// SPDX-License-Identifier: GPL-3.0-or-later
// Hostile builders, and a hostile process of the host. Static: builders see nothing but their inputs.
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static void say(const char* what, long result) {
  printf("%s: %s\n", what, result < 0 ? strerror(errno) : "DONE");
}

static void put(const char* path, const char* text) {
  int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0644);
  if (fd < 0 || write(fd, text, strlen(text)) < 0) perror(path);
  close(fd);
}

static struct sockaddr_un abstract_name(const char* name, socklen_t* size) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path + 1, name, sizeof address.sun_path - 2);
  *size = (socklen_t)(sizeof(sa_family_t) + 1 + strlen(name));
  return address;
}

union control {
  struct cmsghdr header;
  char bytes[CMSG_SPACE(sizeof(int))];
};

static long send_descriptor(int to, int fd) {
  char byte = 'x';
  union control control;
  struct iovec data = {&byte, 1};
  struct msghdr message = {.msg_iov = &data,
                           .msg_iovlen = 1,
                           .msg_control = control.bytes,
                           .msg_controllen = sizeof control.bytes};
  struct cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(header), &fd, sizeof fd);
  return sendmsg(to, &message, 0);
}

static int receive_descriptor(int from) {
  char byte;
  int fd;
  union control control;
  struct iovec data = {&byte, 1};
  struct msghdr message = {.msg_iov = &data,
                           .msg_iovlen = 1,
                           .msg_control = control.bytes,
                           .msg_controllen = sizeof control.bytes};
  if (recvmsg(from, &message, 0) <= 0 || !CMSG_FIRSTHDR(&message)) return -1;
  memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
  return fd;
}

// give NAME TEXT: writes TEXT to $out and hands its descriptor, and that of the store, to whoever listens.
static void give(const char* out, const char* name, const char* text) {
  put(out, text);
  socklen_t size;
  struct sockaddr_un address = abstract_name(name, &size);
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  say("socket", fd);
  say("connect", connect(fd, (void*)&address, size));
  say("send file", send_descriptor(fd, open(out, O_RDWR)));
  say("send directory", send_descriptor(fd, open("/gnu/store", O_RDONLY | O_DIRECTORY)));
  usleep(200000);
}

// take NAME: writes through every descriptor that it gets, for ever.
static void take(const char* name) {
  socklen_t size;
  struct sockaddr_un address = abstract_name(name, &size);
  int server = socket(AF_UNIX, SOCK_STREAM, 0);
  if (bind(server, (void*)&address, size) < 0 || listen(server, 5) < 0) perror("listen");
  puts("listening");
  fflush(stdout);
  for (int peer; (peer = accept(server, NULL, NULL)) >= 0;)
    for (int fd; (fd = receive_descriptor(peer)) >= 0;) {
      puts("received");
      fflush(stdout);
      for (int i = 0; i < 100; ++i, usleep(20000))
        if (pwrite(fd, "TAMPERED", 8, 0) < 0) break;
    }
}

// tree: makes the directory that was promised.
static void make_tree(const char* out) {
  char file[4096];
  mkdir(out, 0755);
  snprintf(file, sizeof file, "%s/x", out);
  put(file, "right\n");
  chmod(out, 0757);
  usleep(1000);
}

static int kept[64];
static unsigned kept_count;

static void keep(int fd) {
  if (fd < 0) return;
  int* place = &kept[kept_count++ % 64];
  if (*place > 0) close(*place);
  *place = fd;
}

// What somebody with a descriptor of a builder's store can do, as the builder's user.
static void disturb(int store, const char* victim) {
  DIR* names = fdopendir(dup(store));
  if (!names) return;
  rewinddir(names);
  for (struct dirent* entry; (entry = readdir(names));) {
    struct stat status;
    if (!strstr(entry->d_name, "-race") || strstr(entry->d_name, "swap") ||
        fstatat(store, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) < 0)
      continue;
    if (geteuid() == 0 && (status.st_uid == 0 || seteuid(status.st_uid) < 0)) continue;
    char name[4096];
    snprintf(name, sizeof name, "%s/x", entry->d_name);
    keep(openat(store, name, O_WRONLY | O_NOFOLLOW));
    snprintf(name, sizeof name, "%s-swap", entry->d_name);
    (void)!symlinkat(victim, store, name);
    for (int i = 0; i < 300; ++i)
      if (syscall(SYS_renameat2, store, entry->d_name, store, name, 2 /* exchange */) < 0) break;
    if (getuid() == 0) (void)!seteuid(0);
  }
  closedir(names);
}

// swap BUILDS VICTIM: disturbs whatever is built, and writes to files that were once a builder's.
static void swap(const char* builds, const char* victim) {
  for (unsigned round = 0;; ++round) {
    DIR* directories = opendir(builds);
    for (struct dirent* entry; directories && (entry = readdir(directories));) {
      char name[4096];
      snprintf(name, sizeof name, "%s/%s/store", builds, entry->d_name);
      int store = open(name, O_RDONLY | O_DIRECTORY);
      if (store < 0) continue;
      disturb(store, victim);
      close(store);
    }
    if (directories) closedir(directories);
    for (int i = 0; i < 64; ++i)
      if (kept[i] > 0) (void)!pwrite(kept[i], "WRONG", 5, 0);
    // So that some builds are left alone.
    if (round % 8 == 0) usleep(20000);
  }
}

// Builders that change what the next one finds, and one that looks.
static void replace_link(const char* link) {
  say("unlink", unlink(link));
  say("symlink", symlink("/EVIL", link));
  say("chmod store", chmod("/gnu/store", 0755));
  say("chmod tmp", chmod("/tmp", 0755));
}

static void look(const char* link) {
  char target[4096];
  struct stat store, tmp;
  ssize_t size = readlink(link, target, sizeof target);
  stat("/gnu/store", &store);
  stat("/tmp", &tmp);
  printf("sees %.*s %o %o\n", (int)(size < 0 ? 0 : size), target, store.st_mode, tmp.st_mode);
}

int main(int argc, char** argv) {
  const char* out = getenv("out");
  const char* mode = argc > 1 ? argv[1] : "";
  setvbuf(stdout, NULL, _IOLBF, 0);
  if (!out) alarm(3 * 3600);  // a process of the host does not outlive its test by much
  if (!strcmp(mode, "give")) return give(out, argv[2], argv[3]), 0;
  if (!strcmp(mode, "take")) return take(argv[2]), 0;
  if (!strcmp(mode, "tree")) return make_tree(out), 0;
  if (!strcmp(mode, "swap")) return swap(argv[2], argv[3]), 0;
  if (!strcmp(mode, "link")) return symlink("/the/real/target", out) < 0;
  if (!strcmp(mode, "replace-link")) replace_link(argv[2]);
  if (!strcmp(mode, "look")) look(argv[2]);
  put(out, "x");
  return 0;
}
