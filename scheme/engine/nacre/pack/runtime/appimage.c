// SPDX-License-Identifier: GPL-3.0-or-later

// The head of an AppImage (type 2): makes the file system that comes after it in the file visible,
// and runs the AppRun in that. By FUSE in a name space of its own, if it can; else by FUSE and
// fusermount3; else, it unpacks it for as long as the program runs. AppRun does the rest: the store
// appears at /gnu/store.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "extract.h"
#include "failure.h"
#include "image_server.h"
#include "squashfs.h"
#include "store_view.h"

struct appimage {
  const char* name;          ///< as it was called
  char file[PATH_MAX];       ///< its own, without symbolic links
  char directory[PATH_MAX];  ///< where its contents appear
  uint64_t offset;
  int fd;
  struct squashfs* contents;
};

static int report(const struct appimage* appimage, const char* what, const char* hint) {
  fprintf(stderr, "%s: error: %s\n", appimage->name, what);
  if (hint) fprintf(stderr, "hint: %s\n", hint);
  return 1;
}

static int report_errno(const struct appimage* appimage, const char* what, const char* hint) {
  struct failure failure;
  fail_errno(&failure, "%s", what);
  return report(appimage, failure.text, hint);
}

// The file system begins where the program, of which the table of sections is the last, ends.
static int find_offset(struct appimage* appimage, struct failure* failure) {
  ElfW(Ehdr) header;
  if (pread(appimage->fd, &header, sizeof header, 0) != sizeof header)
    return fail_text(failure, "its head is incomplete");
  if (memcmp(header.e_ident, ELFMAG, SELFMAG) != 0)
    return fail_text(failure, "its head is damaged");
  appimage->offset = header.e_shoff + (uint64_t)header.e_shentsize * header.e_shnum;
  return 0;
}

static int open_appimage(struct appimage* appimage, struct failure* failure) {
  ssize_t length = readlink("/proc/self/exe", appimage->file, sizeof appimage->file - 1);
  if (length < 0) return fail_errno(failure, "finding its own file (is /proc mounted?)");
  appimage->file[length] = 0;
  appimage->fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  if (appimage->fd < 0) return fail_errno(failure, "%s", appimage->file);
  if (find_offset(appimage, failure) < 0) return -1;
  appimage->contents = squashfs_open(appimage->fd, appimage->offset, failure);
  return appimage->contents ? 0 : -1;
}

// A directory of this user alone, whose name says what it is for.
static int make_directory(struct appimage* appimage, struct failure* failure) {
  const char* parent = getenv("TMPDIR");
  if (!parent || *parent != '/') parent = "/tmp";
  int length =
      snprintf(appimage->directory, sizeof appimage->directory, "%s/.appimage-XXXXXX", parent);
  if (length >= (int)sizeof appimage->directory || !mkdtemp(appimage->directory))
    return fail_errno(failure, "making a temporary directory in %s", parent);
  return 0;
}

// What the specification promises to the program.
static void set_variables(const struct appimage* appimage) {
  char directory[PATH_MAX];
  setenv("APPIMAGE", appimage->file, 1);
  setenv("APPDIR", appimage->directory, 1);
  setenv("ARGV0", appimage->name, 1);
  if (getcwd(directory, sizeof directory)) setenv("OWD", directory, 1);
}

static int run_contents(const struct appimage* appimage, char** arguments) {
  char program[PATH_MAX + 8];
  snprintf(program, sizeof program, "%s/AppRun", appimage->directory);
  set_variables(appimage);
  execv(program, arguments);
  return report_errno(appimage, "its AppRun cannot be run", NULL);
}

// A server in a process of its own, which nobody waits for.

static int send_descriptor(int socket, int descriptor) {
  char byte = 0, control[CMSG_SPACE(sizeof descriptor)] = {0};
  struct iovec data = {&byte, 1};
  struct msghdr message = {
      .msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  struct cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof descriptor);
  memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  return sendmsg(socket, &message, MSG_NOSIGNAL) == 1 ? 0 : -1;
}

static int receive_descriptor(int socket) {
  int descriptor;
  char byte, control[CMSG_SPACE(sizeof descriptor)];
  struct iovec data = {&byte, 1};
  struct msghdr message = {
      .msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  if (recvmsg(socket, &message, MSG_CMSG_CLOEXEC) != 1) return -1;
  const struct cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (!header || header->cmsg_type != SCM_RIGHTS) return -1;
  memcpy(&descriptor, CMSG_DATA(header), sizeof descriptor);
  return descriptor;
}

// Lets go of all that is its parent's: the terminal, the working directory, standard input and
// output.
static void detach(void) {
  setsid();
  if (chdir("/") < 0) _exit(1);
  int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int fd = 0; fd < 3; fd++)
    if (null >= 0) dup2(null, fd);
}

// The child of a child, so that it is nobody's whom the program might wait for.
static pid_t fork_away(void) {
  pid_t child = fork();
  if (child < 0) return -1;
  if (child == 0) {
    pid_t grandchild = fork();
    if (grandchild == 0) return 0;
    _exit(grandchild < 0);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return status == 0 ? child : -1;
}

// First way: a mount in a name space of its own, which ends with the last process in it.

static int mount_device(const char* directory, int device) {
  char options[128];
  snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=%u,group_id=%u", device,
           geteuid(), getegid());
  return mount("nacre", directory, "fuse.squashfs", MS_RDONLY | MS_NOSUID | MS_NODEV, options);
}

// The descriptor has to be opened in the name space that the mount is made in.
static int mount_privately(const char* directory, struct failure* failure) {
  if (enter_namespaces(failure) < 0) return -1;
  int device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
  if (device < 0) return fail_errno(failure, "/dev/fuse");
  if (mount_device(directory, device) == 0) return device;
  fail_errno(failure, "mounting by FUSE");
  close(device);
  return -1;
}

static int try_private_mount(const char* directory) {
  pid_t child = fork();
  if (child == 0) {
    struct failure failure;
    _exit(mount_privately(directory, &failure) < 0);
  }
  int status = 1;
  while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return child > 0 && status == 0 ? 0 : -1;
}

static void serve_private_mount(struct appimage* appimage, int socket) {
  struct failure failure;
  int device = receive_descriptor(socket);
  struct image_server* server =
      device < 0 ? NULL : serve_image(appimage->contents, device, appimage->directory, &failure);
  close(socket);
  detach();
  if (server) run_image_server(server, -1);
  rmdir(appimage->directory);
  _exit(0);
}

// Returns if it is not possible, and this process is as before; or 1 if it is too late for that.
static int run_in_private_mount(struct appimage* appimage, char** arguments) {
  int ends[2];
  struct failure failure;
  char directory[PATH_MAX];
  if (try_private_mount(appimage->directory) < 0) return -1;
  if (!getcwd(directory, sizeof directory)) strcpy(directory, "/");
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) return -1;
  pid_t server = fork_away();
  if (server == 0) {
    close(ends[0]);
    serve_private_mount(appimage, ends[1]);
  }
  close(ends[1]);
  if (server < 0) return -1;
  int device = mount_privately(appimage->directory, &failure);
  if (device < 0) return report(appimage, failure.text, NULL);
  if (send_descriptor(ends[0], device) < 0) return report(appimage, "its server is gone", NULL);
  close(device);
  close(ends[0]);
  if (chdir(directory) < 0) return report_errno(appimage, directory, NULL);
  return run_contents(appimage, arguments);
}

// Second way: a mount that everybody sees, until the last process that has a pipe open ends.

static int tell_and_serve(struct appimage* appimage, int ready, int alive) {
  struct failure failure;
  struct image_server* server = serve_image(appimage->contents, -1, appimage->directory, &failure);
  if (!server) _exit(1);
  if (write(ready, "+", 1) != 1) _exit(1);
  close(ready);
  detach();
  run_image_server(server, alive);
  rmdir(appimage->directory);
  _exit(0);
}

// What mounts for users says why not on standard error, which does not matter here.
static int hush(void) {
  int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
  return null < 0 ? -1 : dup2(null, 2);
}

static int run_in_public_mount(struct appimage* appimage, char** arguments) {
  int ready[2], alive[2];
  char byte;
  if (pipe2(ready, O_CLOEXEC) < 0 || pipe2(alive, 0) < 0) return -1;
  pid_t server = fork_away();
  if (server == 0) {
    close(ready[0]);
    close(alive[1]);
    hush();
    tell_and_serve(appimage, ready[1], alive[0]);
  }
  close(ready[1]);
  close(alive[0]);
  int is_ready = server > 0 && read(ready[0], &byte, 1) == 1;
  close(ready[0]);
  if (is_ready) return run_contents(appimage, arguments);
  close(alive[1]);
  return -1;
}

// Last way: unpack.

static volatile sig_atomic_t running;

enum { passed_count = 8 };
static const int passed_signals[passed_count] = {SIGHUP,  SIGINT,  SIGQUIT, SIGTERM,
                                                 SIGUSR1, SIGUSR2, SIGCONT, SIGWINCH};
static struct sigaction former_actions[passed_count];

// Those of the terminal reach the program anyway. This process has to outlive it.
static void pass_signal(int number, siginfo_t* info, void* context) {
  (void)context;
  if (info->si_code <= 0 && running > 0) kill(running, number);
}

static void pass_signals(void) {
  struct sigaction action = {.sa_sigaction = pass_signal, .sa_flags = SA_RESTART | SA_SIGINFO};
  for (int i = 0; i < passed_count; i++) sigaction(passed_signals[i], &action, &former_actions[i]);
}

static void restore_signals(void) {
  for (int i = 0; i < passed_count; i++) sigaction(passed_signals[i], &former_actions[i], NULL);
}

static int end_like(int status) {
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  signal(WTERMSIG(status), SIG_DFL);
  raise(WTERMSIG(status));
  return 128 + WTERMSIG(status);
}

static int unpack_and_run(const struct appimage* appimage, char** arguments) {
  struct failure failure;
  int fd = open(appimage->directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return report_errno(appimage, appimage->directory, NULL);
  if (extract_image(appimage->contents, fd, NULL, 0, &failure) < 0)
    return report(appimage, failure.text, "choose another place by the variable TMPDIR");
  return run_contents(appimage, arguments);
}

// All is done in a child, so that a signal at any time ends that, and the directory goes.
static int run_unpacked(const struct appimage* appimage, char** arguments) {
  sigset_t all, former;
  int status = 1 << 8;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, &former);
  pass_signals();
  pid_t child = fork();
  running = child;
  if (child == 0) restore_signals();
  sigprocmask(SIG_SETMASK, &former, NULL);
  if (child == 0) _exit(unpack_and_run(appimage, arguments));
  while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  remove_tree(appimage->directory);
  return end_like(status);
}

// What it can be asked to do.

static int run(struct appimage* appimage, char** arguments, int unpack) {
  struct failure failure;
  if (make_directory(appimage, &failure) < 0)
    return report(appimage, failure.text, "choose another place by the variable TMPDIR");
  if (!unpack) {
    int result = run_in_private_mount(appimage, arguments);
    if (result >= 0) return result;
    result = run_in_public_mount(appimage, arguments);
    if (result >= 0) return result;
    fprintf(stderr, "%s: FUSE is not to be had here: unpacking to %s\n", appimage->name,
            appimage->directory);
  }
  return run_unpacked(appimage, arguments);
}

static int extract(const struct appimage* appimage, const char* pattern) {
  struct failure failure;
  if (mkdir("squashfs-root", 0755) < 0)
    return report_errno(appimage, "making the directory squashfs-root",
                        "remove it, or change to another directory");
  int fd = open("squashfs-root", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return report_errno(appimage, "squashfs-root", NULL);
  if (extract_image(appimage->contents, fd, pattern, 1, &failure) < 0)
    return report(appimage, failure.text, NULL);
  return 0;
}

static int mount_and_wait(struct appimage* appimage) {
  struct failure failure;
  if (make_directory(appimage, &failure) < 0) return report(appimage, failure.text, NULL);
  struct image_server* server = serve_image(appimage->contents, -1, appimage->directory, &failure);
  if (!server) {
    rmdir(appimage->directory);
    return report(appimage, failure.text, "use --appimage-extract");
  }
  printf("%s\n", appimage->directory);
  fflush(stdout);
  run_image_server(server, -1);
  rmdir(appimage->directory);
  return 0;
}

static int help(const struct appimage* appimage) {
  printf(
      "%s is an AppImage: a program with all that it needs, in one file.\n\n"
      "  --appimage-extract [PATTERN]  unpack it, or what matches, in the directory squashfs-root\n"
      "  --appimage-extract-and-run    run it unpacked, in a temporary directory (so does the\n"
      "                                variable APPIMAGE_EXTRACT_AND_RUN=1)\n"
      "  --appimage-mount              mount it, print where, and wait for an interrupt\n"
      "  --appimage-offset             print where its file system begins\n"
      "  --appimage-help               this text\n"
      "  --appimage-version            print the version of its head\n\n"
      "Everything else is for the program. GUIX_EXECUTION_ENGINE chooses how its store is made\n"
      "visible: default, performance, userns, proot or fakechroot.\n",
      appimage->name);
  return 0;
}

int main(int argc, char** argv) {
  struct appimage appimage = {.name = argc > 0 && *argv[0] ? argv[0] : "AppImage"};
  struct failure failure;
  const char* option = argc > 1 && strncmp(argv[1], "--appimage-", 11) == 0 ? argv[1] + 11 : "";
  if (strcmp(option, "help") == 0) return help(&appimage);
  if (strcmp(option, "version") == 0) return printf("Version: 1 (nacre)\n") < 0;
  if (open_appimage(&appimage, &failure) < 0)
    return report(&appimage, failure.text, "get the file again");
  if (strcmp(option, "offset") == 0)
    return printf("%llu\n", (unsigned long long)appimage.offset) < 0;
  if (strcmp(option, "extract") == 0) return extract(&appimage, argc > 2 ? argv[2] : NULL);
  if (strcmp(option, "mount") == 0) return mount_and_wait(&appimage);
  const char* variable = getenv("APPIMAGE_EXTRACT_AND_RUN");
  int unpack = variable && *variable && strcmp(variable, "0") != 0;
  if (strcmp(option, "extract-and-run") == 0) {
    argv[1] = argv[0];
    return run(&appimage, argv + 1, 1);
  }
  if (*option) return report(&appimage, "there is no such option", "see --appimage-help");
  return run(&appimage, argv, unpack);
}
