// SPDX-License-Identifier: GPL-3.0-or-later

// Stands in for a program of a relocatable pack: wherever the pack was unpacked, it makes its store
// appear at /gnu/store and runs the program. Of the environment it looks at GUIX_EXECUTION_ENGINE
// alone, and at TMPDIR for PRoot.
#define _GNU_SOURCE
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "engines.h"
#include "settings.h"

static const char store_directory[] = "/gnu/store";

// This program's own file, without symbolic links.
static int find_own_file(char* name) {
  ssize_t length = readlink("/proc/self/exe", name, PATH_MAX - 1);
  if (length > 0) {
    name[length] = 0;
    return 0;
  }
  // Where there is no /proc, the kernel tells it as it was named, which is all right but for
  // scripts.
  const char* execution_name = (const char*)getauxval(AT_EXECFN);
  return execution_name && realpath(execution_name, name) ? 0 : -1;
}

static int fail(const char* name, const char* problem, const char* hint) {
  fprintf(stderr, "%s: error: %s\nhint: %s\n", name, problem, hint);
  return 1;
}

// Cuts `own_file` down to the directory that is to be /gnu/store, given the name that it has there.
static int cut_store(char* own_file, const char* own_name) {
  const char* rest = own_name + strlen(store_directory);
  size_t length = strlen(own_file), rest_length = strlen(rest);
  if (length <= rest_length || strcmp(own_file + length - rest_length, rest) != 0) return -1;
  own_file[length - rest_length] = 0;
  return 0;
}

// Whether the pack's items are at /gnu/store already: installed there, or this is in an engine's
// view.
static int is_in_place(const char* store, const char* own_name, const char* program) {
  return strcmp(store, store_directory) == 0 ||
         (access(own_name, X_OK) == 0 && access(program, X_OK) == 0);
}

// The command line with the arguments of the settings before the user's, or NULL.
static char** add_arguments(const struct settings* settings, int argc, char** argv) {
  size_t count = 0;
  const char* argument = NULL;
  while ((argument = next_setting(settings, "argument", argument))) count++;
  char** result = calloc(count + (size_t)argc + 1, sizeof *result);
  if (!result) return NULL;
  result[0] = argv[0];
  for (size_t i = 1; (argument = next_setting(settings, "argument", argument)); i++)
    result[i] = (char*)argument;
  if (argc > 1) memcpy(result + 1 + count, argv + 1, ((size_t)argc - 1) * sizeof *result);
  return result;
}

// Puts `value` before what the variable has, as the profile's etc/profile does; a space as the
// separator means that it holds one value alone.
static int add_to_variable(const char* name, char separator, const char* value) {
  const char* former = getenv(name);
  char* both = NULL;
  if (separator == ' ' || !former || !*former) return setenv(name, value, 1);
  if (asprintf(&both, "%s%c%s", value, separator, former) < 0) return -1;
  return setenv(name, both, 1);
}

// The settings are "SEPARATOR NAME VALUE", without a space between the first two.
static int set_search_paths(const struct settings* settings) {
  const char* path = NULL;
  while ((path = next_setting(settings, "path", path))) {
    const char* end = *path ? strchr(path + 1, ' ') : NULL;
    char* name = end ? strndup(path + 1, (size_t)(end - path - 1)) : NULL;
    if (!name || add_to_variable(name, *path, end + 1) < 0) return -1;
  }
  return 0;
}

int main(int argc, char** argv) {
  char own_file[PATH_MAX];
  struct settings settings;
  char* no_arguments[] = {"", NULL};
  if (argc == 0) {
    argv = no_arguments;
    argc = 1;
  }
  const char* name = *argv[0] ? argv[0] : "program";
  if (find_own_file(own_file) < 0)
    return fail(name, "this program cannot tell where its own file is", "mount /proc");
  if (read_settings(own_file, &settings) < 0)
    return fail(name, "this program's file is incomplete or cannot be read",
                "unpack the pack again");
  const char* own_name = setting(&settings, "self");
  const char* program = setting(&settings, "program");
  if (!own_name || !program)
    return fail(name, "this program's file is incomplete", "unpack the pack again");
  argv = add_arguments(&settings, argc, argv);
  if (!argv || set_search_paths(&settings) < 0)
    return fail(name, "its variables cannot be set", "end programs that use much memory");
  if (cut_store(own_file, own_name) < 0)
    return fail(name, "this program has been moved out of the directory that it was unpacked in",
                "move the whole pack, and make symbolic links to its programs");
  if (is_in_place(own_file, own_name, program)) {
    execv(program, argv);
    return fail(name, "the program that this one stands in for cannot be run", program);
  }
  struct program wanted = {
      .name = name,
      .store = own_file,
      .file = program,
      .proot = setting(&settings, "proot"),
      .fakechroot = setting(&settings, "fakechroot"),
      .advice = setting(&settings, "proot")
                    ? "; or ptrace, which PRoot needs"
                    : "; or make the pack with -RR, whose programs can do without",
      .arguments = argv};
  return run_by_engine(&wanted);
}
