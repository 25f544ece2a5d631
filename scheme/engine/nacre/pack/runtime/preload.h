// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the files of nacre-preload.so share. It comes before the C library, so that calls of the
// program with names of files arrive here, and go on with the names that the files have.
#include <fcntl.h>
#include <limits.h>

#include "start.h"

/// A name that was moved.
struct moved {
  char name[PATH_MAX];
};

/// Whether a link that is the last part of the name is followed.
enum follow { stay, follow };

/// A function of the C library that has another in front of it here.
struct next {
  const char* name;
  void* function;
};

/// The pack, without a store where nothing is to be moved; and the program's file.
const struct pack* own_pack(void);
const char* own_program(void);

/// The name by which the system knows the file `name`: a part of `moved`, or `name` itself.
/// Returns NULL with errno if there is none; NULL for NULL.
const char* move(struct moved* moved, const char* name, enum follow last);

/// Whether `move` failed with `name`.
int is_unmoved(const char* file, const char* name);

/// After an error, whether `file`, as `move` returned it, can be named without links that lead
/// below /gnu/store, as `moved`. errno stays, if not.
int move_links(struct moved* moved, int directory, const char* file, enum follow last);

/// `move`, and then `move_links` where that helps: for functions that are called but once, as an
/// error of theirs does not tell enough.
const char* move_existing(struct moved* moved, const char* name);

/// The C library's function.
void* find_next(struct next* next);

/// Whether the file is the program that this process runs, named as the link in /proc.
int is_own_link(const char* name);

/// Goes before the definition of a function that is to be called in place of the C library's.
#define EXPORTED(function) \
  extern __typeof__(function) function __attribute__((visibility("default")))

/// The same, if that calls the C library's, as NEXT(function).
#define INTERPOSED(function)         \
  EXPORTED(function);                \
  static struct next next_##function \
      __attribute__((used, section("nacre_functions"))) = {#function, 0}
#define NEXT(function) ((__typeof__(&function))find_next(&next_##function))

/// What `call` gives, in which `file` is the name to use for `name`, relative to `directory`;
/// `failed` is what it gives for an error.
#define MOVED(failed, directory, name, last, call)                              \
  ({                                                                            \
    struct moved moved_name;                                                    \
    const char* file = move(&moved_name, name, last);                           \
    __typeof__(call) result = failed;                                           \
    if (!is_unmoved(file, name)) {                                              \
      result = call;                                                            \
      if (result == failed && move_links(&moved_name, directory, file, last)) { \
        file = moved_name.name;                                                 \
        result = call;                                                          \
      }                                                                         \
    }                                                                           \
    result;                                                                     \
  })

/// Defines a function of the C library's, with a parameter `name`, from what it gives for an error,
/// its parameters, and its arguments with `file` for `name`.
#define BY_NAME(type, failed, function, last, parameters, arguments)      \
  INTERPOSED(function);                                                   \
  type function parameters {                                              \
    return MOVED(failed, AT_FDCWD, name, last, NEXT(function) arguments); \
  }

/// One whose `name` is relative to a `directory`.
#define BY_NAME_AT(type, failed, function, last, parameters, arguments)    \
  INTERPOSED(function);                                                    \
  type function parameters {                                               \
    return MOVED(failed, directory, name, last, NEXT(function) arguments); \
  }

/// One that is called but once.
#define BY_EXISTING_NAME(type, failed, function, parameters, arguments) \
  INTERPOSED(function);                                                 \
  type function parameters {                                            \
    struct moved moved;                                                 \
    const char* file = move_existing(&moved, name);                     \
    return is_unmoved(file, name) ? failed : NEXT(function) arguments;  \
  }
