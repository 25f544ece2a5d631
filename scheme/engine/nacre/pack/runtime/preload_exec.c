// SPDX-License-Identifier: GPL-3.0-or-later

// Functions that start programs. Those of the pack are started by its dynamic linker, others as
// ever: what is here is not in their environment. The functions may be called in a child that
// shares its parent's memory.
#define _GNU_SOURCE
#include <errno.h>
#include <paths.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "preload.h"

static int execute(void* context, const char* file, char* const* arguments,
                   char* const* environment, int is_relocated) {
  (void)context;
  (void)is_relocated;
  return (int)syscall(SYS_execve, file, arguments, environment);
}

// The name that a program is asked for by, which a script is told, but for the link in /proc.
static const char* program_name(const char* name) {
  return is_own_link(name) ? own_program() : name;
}

// The compiler believes that nobody gives NULL.
static __attribute__((noinline)) int has_name(const char* name) {
  return name != NULL;
}

EXPORTED(execve);
int execve(const char* name, char* const arguments[], char* const environment[]) {
  if (has_name(name) && *own_pack()->store)
    return start_program(own_pack(), program_name(name), arguments, environment, execute, NULL);
  return execute(NULL, name, arguments, environment, 0);
}

EXPORTED(execv);
int execv(const char* name, char* const arguments[]) {
  return execve(name, arguments, environ);
}

// A file without a format is a script for the shell.
static int execute_by_shell(const char* name, char* const arguments[], char* const environment[]) {
  struct moved moved;
  const char* file = move_existing(&moved, name);
  size_t length = 0;
  while (arguments[length]) length++;
  char* command[length + 3];
  command[0] = _PATH_BSHELL;
  command[1] = (char*)file;
  for (size_t i = 1; i < length; i++) command[1 + i] = arguments[i];
  command[length > 0 ? length + 1 : 2] = NULL;
  return execve(_PATH_BSHELL, command, environment);
}

static int execute_or_shell(const char* name, char* const arguments[], char* const environment[]) {
  execve(name, arguments, environment);
  if (errno == ENOEXEC) execute_by_shell(name, arguments, environment);
  return -1;
}

// Writes the name that `program` has in the next directory of `path`, and advances that. Returns 0
// when there are no more.
static int next_in_path(const char** path, const char* program, char* name) {
  while (*path) {
    size_t length = strcspn(*path, ":");
    const char* directory = *path;
    *path = directory[length] ? directory + length + 1 : NULL;
    int size = snprintf(name, PATH_MAX, "%.*s%s%s", (int)length, directory, length > 0 ? "/" : "",
                        program);
    if (size > 0 && size < PATH_MAX) return 1;
  }
  return 0;
}

static const char* search_path(void) {
  const char* path = getenv("PATH");
  return path ? path : "/bin:/usr/bin";
}

EXPORTED(execvpe);
int execvpe(const char* program, char* const arguments[], char* const environment[]) {
  char name[PATH_MAX];
  const char* path = search_path();
  int error = ENOENT;
  if (!*program || strchr(program, '/')) return execute_or_shell(program, arguments, environment);
  while (next_in_path(&path, program, name)) {
    execute_or_shell(name, arguments, environment);
    if (errno == EACCES)
      error = EACCES;
    else if (errno != ENOENT && errno != ENOTDIR)
      return -1;
  }
  errno = error;
  return -1;
}

EXPORTED(execvp);
int execvp(const char* program, char* const arguments[]) {
  return execvpe(program, arguments, environ);
}

// The arguments from `first` up to NULL, in an array on the stack; `list` is then after them.
#define ARGUMENTS(array, list, first)                                               \
  size_t array##_count = 0;                                                         \
  va_start(list, first);                                                            \
  for (const char* next = first; next; next = va_arg(list, char*)) array##_count++; \
  va_end(list);                                                                     \
  char* array[array##_count + 1];                                                   \
  va_start(list, first);                                                            \
  array[0] = (char*)first;                                                          \
  for (size_t i = 1; i <= array##_count; i++) array[i] = va_arg(list, char*)

EXPORTED(execl);
int execl(const char* name, const char* first, ...) {
  va_list list;
  ARGUMENTS(arguments, list, first);
  va_end(list);
  return execve(name, arguments, environ);
}

EXPORTED(execlp);
int execlp(const char* program, const char* first, ...) {
  va_list list;
  ARGUMENTS(arguments, list, first);
  va_end(list);
  return execvpe(program, arguments, environ);
}

EXPORTED(execle);
int execle(const char* name, const char* first, ...) {
  va_list list;
  ARGUMENTS(arguments, list, first);
  char* const* environment = va_arg(list, char* const*);
  va_end(list);
  return execve(name, arguments, environment);
}

// By its name, if it has one.
INTERPOSED(fexecve);
int fexecve(int file, char* const arguments[], char* const environment[]) {
  char link[64], name[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, name, sizeof name - 1);
  name[length < 0 ? 0 : length] = 0;
  if (*name != '/' || access(name, F_OK) < 0) return NEXT(fexecve)(file, arguments, environment);
  return execve(name, arguments, environment);
}

/// What posix_spawn was asked for, beside the program.
struct spawn {
  pid_t* process;
  const posix_spawn_file_actions_t* actions;
  const posix_spawnattr_t* attributes;
};

INTERPOSED(posix_spawn);

static int spawn(void* context, const char* file, char* const* arguments, char* const* environment,
                 int is_relocated) {
  const struct spawn* wanted = context;
  (void)is_relocated;
  errno = NEXT(posix_spawn)(wanted->process, file, wanted->actions, wanted->attributes, arguments,
                            environment);
  return errno ? -1 : 0;
}

int posix_spawn(pid_t* process, const char* name, const posix_spawn_file_actions_t* actions,
                const posix_spawnattr_t* attributes, char* const arguments[],
                char* const environment[]) {
  struct spawn wanted = {process, actions, attributes};
  int former_error = errno;
  int result = *own_pack()->store ? start_program(own_pack(), program_name(name), arguments,
                                                  environment, spawn, &wanted)
                                  : spawn(&wanted, name, arguments, environment, 0);
  int error = result < 0 ? errno : 0;
  errno = former_error;
  return error;
}

EXPORTED(posix_spawnp);
int posix_spawnp(pid_t* process, const char* program, const posix_spawn_file_actions_t* actions,
                 const posix_spawnattr_t* attributes, char* const arguments[],
                 char* const environment[]) {
  char name[PATH_MAX];
  const char* path = search_path();
  if (strchr(program, '/'))
    return posix_spawn(process, program, actions, attributes, arguments, environment);
  while (next_in_path(&path, program, name))
    if (access(name, X_OK) == 0)
      return posix_spawn(process, name, actions, attributes, arguments, environment);
  return ENOENT;
}

BY_EXISTING_NAME(int, errno, posix_spawn_file_actions_addopen,
                 (posix_spawn_file_actions_t * actions, int descriptor, const char* name, int flags,
                  mode_t mode),
                 (actions, descriptor, file, flags, mode))
BY_EXISTING_NAME(int, errno, posix_spawn_file_actions_addchdir_np,
                 (posix_spawn_file_actions_t * actions, const char* name), (actions, file))
