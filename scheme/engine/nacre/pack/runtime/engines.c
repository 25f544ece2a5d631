// SPDX-License-Identifier: GPL-3.0-or-later
#define _GNU_SOURCE
#include "engines.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "failure.h"
#include "start.h"
#include "store_view.h"

/// One way to run a program. It returns only if that is impossible, -1; the process is as before.
typedef int run_function(const struct program*, struct failure*);

/// What GUIX_EXECUTION_ENGINE may say, and the ways to try, in order.
struct engine {
  const char* name;
  run_function* ways[4];
};

// In the view of the store there is no way back: an error is the end.
static void execute(const struct program* program) {
  execv(program->file, program->arguments);
  fprintf(
      stderr, "%s: error: %s: %s\nhint: %s\n", program->name, program->file, strerror(errno),
      errno == ENOEXEC ? "it is a program for another kind of machine" : "unpack the pack again");
  exit(1);
}

static int run_in_namespace(const struct program* program, struct failure* failure) {
  // With another way to go, this process has to stay as it is.
  if (program->proot && try_store_view(program->store, failure) < 0) return -1;
  if (enter_store_view(program->store, failure) < 0) return -1;
  execute(program);
  return -1;
}

/// The file of the pack that is to be at `name`, below /gnu/store, or NULL.
static char* physical_name(const struct program* program, const char* name, const char* file) {
  char* result;
  if (asprintf(&result, "%s%s%s", program->store, name + strlen("/gnu/store"), file) < 0)
    return NULL;
  return result;
}

static size_t count(char** arguments) {
  size_t length = 0;
  while (arguments[length]) length++;
  return length;
}

/// PRoot's command line for the program. The store is named relative to the working directory of
/// PRoot, as a colon in its name would end it.
static char** proot_command(const struct program* program, char* proot, char* directory) {
  char* head[] = {proot, "-b", ".:/gnu/store", "-w", directory, (char*)program->file};
  size_t head_length = sizeof head / sizeof *head;
  size_t rest = count(program->arguments);
  char** command = calloc(head_length + rest + 1, sizeof *command);
  if (!command) return NULL;
  memcpy(command, head, sizeof head);
  if (rest > 1) memcpy(command + head_length, program->arguments + 1, (rest - 1) * sizeof *command);
  return command;
}

// Whether this process may trace another: hardened containers forbid it. Once PRoot is started,
// there is no way back.
static int can_trace(struct failure* failure) {
  volatile int error = 0;
  pid_t child = vfork();
  if (child == 0) {
    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0) error = errno;
    _exit(0);
  }
  if (child < 0) return fail_errno(failure, "PRoot");
  while (waitpid(child, NULL, 0) < 0 && errno == EINTR) continue;
  errno = error;
  return error ? fail_errno(failure, "tracing a process, as PRoot does") : 0;
}

static int run_by_proot(const struct program* program, struct failure* failure) {
  if (!program->proot) return fail_text(failure, "there is no PRoot in this pack");
  if (can_trace(failure) < 0) return -1;
  char directory[PATH_MAX];
  if (!getcwd(directory, sizeof directory) || directory[0] != '/') strcpy(directory, "/");
  char* proot = physical_name(program, program->proot, "/bin/proot");
  char* loader = physical_name(program, program->proot, "/libexec/proot-loader");
  char** command = proot ? proot_command(program, proot, directory) : NULL;
  if (!command || !loader) return fail_errno(failure, "PRoot");
  // Else it writes one to a temporary directory, from where nothing may be executed in some places.
  setenv("PROOT_LOADER", loader, 1);
  setenv("PROOT_ARGV0", program->name, 1);
  const char* temporary = getenv("TMPDIR");
  if (temporary && *temporary) setenv("PROOT_TMP_DIR", temporary, 0);
  if (chdir(program->store) < 0) return fail_errno(failure, "%s", program->store);
  execv(proot, command);
  int error = errno;
  if (chdir(directory) < 0) return fail_errno(failure, "%s", directory);
  errno = error;
  return fail_errno(failure, "%s", proot);
}

static int execute_relocated(void* context, const char* file, char* const* arguments,
                             char* const* environment, int is_relocated) {
  if (!is_relocated)
    return fail_text(context, "%s, or what interprets it, is not linked with this pack's glibc",
                     file);
  execve(file, arguments, environment);
  return fail_errno(context, "%s", file);
}

static int run_by_libraries(const struct program* program, struct failure* failure) {
  if (!program->fakechroot) return fail_text(failure, "there is no fakechroot in this pack");
  // There the dynamic linker looks for its own directory.
  if (access("/proc/self/exe", F_OK) < 0) return fail_errno(failure, "/proc/self/exe");
  struct pack pack = {program->store, program->fakechroot + strlen("/gnu/store/")};
  *failure->text = 0;
  start_program(&pack, program->file, program->arguments, environ, execute_relocated, failure);
  return *failure->text ? -1 : fail_errno(failure, "%s", program->file);
}

static const struct engine engines[] = {
    {"default", {run_in_namespace, run_by_proot, run_by_libraries}},
    {"performance", {run_in_namespace, run_by_libraries, run_by_proot}},
    {"userns", {run_in_namespace}},
    {"proot", {run_by_proot}},
    {"fakechroot", {run_by_libraries}},
};

static const size_t engine_count = sizeof engines / sizeof *engines;

static int has_way(const struct program* program, run_function* way) {
  return way == run_by_proot       ? program->proot != NULL
         : way == run_by_libraries ? program->fakechroot != NULL
                                   : 1;
}

static int is_built_in(const struct program* program, const struct engine* engine) {
  return has_way(program, engine->ways[0]);
}

static const struct engine* find_engine(const struct program* program, const char* name) {
  if (!name || !*name) return &engines[0];
  for (size_t i = 0; i < engine_count; i++)
    if (strcmp(engines[i].name, name) == 0 && is_built_in(program, &engines[i])) return &engines[i];
  return NULL;
}

static void list_engines(const struct program* program) {
  const char* separator = " ";
  for (size_t i = 0; i < engine_count; i++) {
    if (!is_built_in(program, &engines[i])) continue;
    fprintf(stderr, "%s%s", separator, engines[i].name);
    separator = ", ";
  }
  fprintf(stderr, "\n");
}

static int report_unknown(const struct program* program, const char* name) {
  fprintf(stderr, "%s: error: GUIX_EXECUTION_ENGINE: this pack has no engine '%s'\nhint: it has",
          program->name, name);
  list_engines(program);
  return 1;
}

static int report_failure(const struct program* program, const struct engine* engine,
                          const struct failure* failure) {
  if (engine->ways[0] != run_in_namespace) {
    fprintf(stderr,
            "%s: error: the engine '%s' cannot run this program: %s\n"
            "hint: GUIX_EXECUTION_ENGINE may choose another; this pack has",
            program->name, engine->name, failure->text);
    list_engines(program);
    return 1;
  }
  fprintf(stderr,
          "%s: error: the store of this pack cannot be made visible at /gnu/store: %s\n"
          "hint: the system has to allow user namespaces to its users (sysctl "
          "user.max_user_namespaces, kernel.unprivileged_userns_clone, "
          "kernel.apparmor_restrict_unprivileged_userns)%s\n",
          program->name, failure->text, program->advice);
  return 1;
}

int run_by_engine(const struct program* program) {
  const char* name = getenv("GUIX_EXECUTION_ENGINE");
  const struct engine* engine = find_engine(program, name);
  if (!engine) return report_unknown(program, name);
  struct failure failure = {{0}};
  for (size_t i = 0; engine->ways[i]; i++) {
    struct failure reason;
    if (!has_way(program, engine->ways[i])) continue;
    if (engine->ways[i](program, &reason) < 0 && !*failure.text) failure = reason;
  }
  return report_failure(program, engine, &failure);
}
