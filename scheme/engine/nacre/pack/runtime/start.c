// SPDX-License-Identifier: GPL-3.0-or-later
#define _GNU_SOURCE
#include "start.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "store_name.h"

// As the kernel has it: how much of a script it looks at, and how often interpreters may have
// interpreters.
enum { head_size = 256, most_interpreters = 4 };

#if __SIZEOF_POINTER__ == 8
static const unsigned char own_class = ELFCLASS64;
#else
static const unsigned char own_class = ELFCLASS32;
#endif

/// What is going to be started, and how.
struct request {
  const struct pack* pack;
  char* const* environment;
  start_function* run;
  void* context;
};

/// The interpreter that a file names.
struct interpreter {
  enum { no_interpreter, of_script, of_program } kind;
  char name[PATH_MAX];
  char argument[head_size];  ///< of a script's interpreter, "" if it has none
};

static int open_file(const char* name) {
  return (int)syscall(SYS_openat, AT_FDCWD, name, O_RDONLY | O_CLOEXEC);
}

// "#! INTERPRETER [ARGUMENT]", where the argument is all the rest of the line.
static void read_script(char* head, struct interpreter* interpreter) {
  char* end = strchr(head, '\n');
  if (end) *end = 0;
  char* name = head + 2 + strspn(head + 2, " \t");
  char* rest = name + strcspn(name, " \t");
  // A name that is cut off is none.
  if (!*name || (!end && !*rest)) return;
  if (*rest) *rest++ = 0;
  rest += strspn(rest, " \t");
  size_t length = strlen(rest);
  while (length > 0 && strchr(" \t", rest[length - 1])) rest[--length] = 0;
  strcpy(interpreter->name, name);
  strcpy(interpreter->argument, rest);
  interpreter->kind = of_script;
}

static void read_program(int file, const ElfW(Ehdr) * header, struct interpreter* interpreter) {
  ElfW(Phdr) segment;
  for (size_t i = 0; i < header->e_phnum; i++) {
    off_t offset = (off_t)(header->e_phoff + i * sizeof segment);
    if (pread(file, &segment, sizeof segment, offset) != sizeof segment) return;
    if (segment.p_type != PT_INTERP) continue;
    size_t size = segment.p_filesz;
    if (size == 0 || size > sizeof interpreter->name ||
        pread(file, interpreter->name, size, (off_t)segment.p_offset) != (ssize_t)size ||
        interpreter->name[size - 1] != 0)
      return;
    interpreter->kind = of_program;
    return;
  }
}

static int is_executable(int file) {
  struct stat status;
  return fstat(file, &status) == 0 && S_ISREG(status.st_mode) && (status.st_mode & 0111) != 0;
}

// A file that cannot be read, or may not be executed, has none that matters: the kernel says what
// is wrong.
static void find_interpreter(const char* name, struct interpreter* interpreter) {
  union {
    char text[head_size];
    ElfW(Ehdr) header;
  } head;
  interpreter->kind = no_interpreter;
  int file = open_file(name);
  if (file < 0) return;
  ssize_t size = is_executable(file) ? pread(file, &head, sizeof head - 1, 0) : -1;
  if (size >= 0) head.text[size] = 0;
  if (size >= 2 && memcmp(head.text, "#!", 2) == 0) {
    read_script(head.text, interpreter);
  } else if (size >= (ssize_t)sizeof head.header &&
             memcmp(head.header.e_ident, ELFMAG, SELFMAG) == 0 &&
             head.header.e_ident[EI_CLASS] == own_class &&
             head.header.e_phentsize == sizeof(ElfW(Phdr))) {
    read_program(file, &head.header, interpreter);
  }
  close(file);
}

static size_t count(char* const* list) {
  size_t length = 0;
  while (list && list[length]) length++;
  return length;
}

// What comes after the first argument.
static void copy_rest(char** copy, char* const* arguments) {
  size_t length = count(arguments);
  for (size_t i = 1; i < length; i++) *copy++ = arguments[i];
  *copy = NULL;
}

static int is_ours(const char* variable) {
  return strncmp(variable, LIBRARIES_VARIABLE "=", sizeof LIBRARIES_VARIABLE) == 0 ||
         strncmp(variable, PROGRAM_VARIABLE "=", sizeof PROGRAM_VARIABLE) == 0;
}

static void copy_environment(char** copy, char* const* environment) {
  for (; environment && *environment; environment++)
    if (!is_ours(*environment)) *copy++ = *environment;
  *copy = NULL;
}

// Where nacre-audit.so is, seen from the dynamic linker, which takes its own directory for $ORIGIN:
// in a whole name a colon would end it.
static int name_audit_library(const struct pack* pack, const char* linker, char* name) {
  char parents[PATH_MAX] = "";
  size_t depth = 0;
  for (const char* rest = linker + strlen(pack->store) + 1; (rest = strchr(rest, '/')); rest++)
    if (3 * ++depth >= sizeof parents) break;
  for (size_t i = 0; i < depth && 3 * i + 3 < sizeof parents; i++) strcpy(parents + 3 * i, "../");
  int length =
      snprintf(name, PATH_MAX, "$ORIGIN/%s%s/lib/nacre-audit.so", parents, pack->libraries);
  if (length >= 0 && length < PATH_MAX) return 0;
  errno = ENAMETOOLONG;
  return -1;
}

// The program's own name, as /proc/self/exe would tell it.
static int find_own_name(const struct pack* pack, const char* file, char* name) {
  char absolute[PATH_MAX] = "";
  if (*file != '/' && !getcwd(absolute, sizeof absolute)) return -1;
  size_t length = strlen(absolute);
  if (length + strlen(file) + 2 > sizeof absolute) {
    errno = ENAMETOOLONG;
    return -1;
  }
  if (*file != '/') absolute[length++] = '/';
  strcpy(absolute + length, file);
  return follow_links(pack->store, AT_FDCWD, absolute, 1, name);
}

static int start_linked(const struct request* request, const char* file, const char* interpreter,
                        char* const* arguments) {
  const struct pack* pack = request->pack;
  char program[PATH_MAX], linker[PATH_MAX], audit[PATH_MAX];
  char libraries_variable[PATH_MAX + 64], program_variable[PATH_MAX + 64];
  if (find_own_name(pack, file, program) < 0 ||
      follow_links(pack->store, AT_FDCWD, interpreter, 1, linker) < 0 ||
      name_audit_library(pack, linker, audit) < 0)
    return -1;
  char* first = arguments && arguments[0] ? arguments[0] : "";
  char* head[] = {linker, "--argv0", first, "--audit", audit, "--preload", PRELOAD_NAME, program};
  size_t head_length = sizeof head / sizeof *head;
  char* command[head_length + count(arguments) + 1];
  memcpy(command, head, sizeof head);
  copy_rest(command + head_length, arguments);
  char* environment[count(request->environment) + 3];
  environment[0] = libraries_variable;
  environment[1] = program_variable;
  copy_environment(environment + 2, request->environment);
  snprintf(libraries_variable, sizeof libraries_variable, LIBRARIES_VARIABLE "=%s/%s", pack->store,
           pack->libraries);
  snprintf(program_variable, sizeof program_variable, PROGRAM_VARIABLE "=%s", program);
  return request->run(request->context, linker, command, environment, 1);
}

// A file's physical name; the links to it are followed only if the kernel cannot.
static int find_file(const struct pack* pack, const char* file, char* name) {
  if (move_name(pack->store, file, name) < 0) return -1;
  if (syscall(SYS_faccessat, AT_FDCWD, name, F_OK) == 0) return 0;
  return follow_links(pack->store, AT_FDCWD, name, 1, name);
}

// Other C libraries have other dynamic linkers, without rtld-audit(7).
static int is_linker_of_pack(const char* name) {
  const char* slash = strrchr(name, '/');
  return after_store(name) && slash && strncmp(slash, "/ld-linux", 9) == 0;
}

// Whether the program, or the interpreter of the script, or that of its interpreter…, is the
// pack's.
static int is_of_pack(const struct pack* pack, const char* file, int interpreters) {
  char name[PATH_MAX];
  struct interpreter interpreter;
  if (interpreters > most_interpreters || find_file(pack, file, name) < 0) return 0;
  find_interpreter(name, &interpreter);
  return interpreter.kind == of_script
             ? is_of_pack(pack, interpreter.name, interpreters + 1)
             : interpreter.kind == of_program && is_linker_of_pack(interpreter.name);
}

static int start_file(const struct request* request, const char* file, char* const* arguments);

static int start_script(const struct request* request, const char* script,
                        struct interpreter* interpreter, char* const* arguments) {
  char* command[count(arguments) + 4];
  char** end = command;
  *end++ = interpreter->name;
  if (*interpreter->argument) *end++ = interpreter->argument;
  *end++ = (char*)script;
  copy_rest(end, arguments);
  return start_file(request, interpreter->name, command);
}

static int start_file(const struct request* request, const char* file, char* const* arguments) {
  char name[PATH_MAX];
  struct interpreter interpreter;
  if (find_file(request->pack, file, name) < 0) return -1;
  if (!is_of_pack(request->pack, name, 0))
    return request->run(request->context, name, arguments, request->environment, 0);
  find_interpreter(name, &interpreter);
  return interpreter.kind == of_script ? start_script(request, file, &interpreter, arguments)
                                       : start_linked(request, name, interpreter.name, arguments);
}

int start_program(const struct pack* pack, const char* file, char* const* arguments,
                  char* const* environment, start_function* run, void* context) {
  struct request request = {pack, environment, run, context};
  return start_file(&request, file, arguments);
}
