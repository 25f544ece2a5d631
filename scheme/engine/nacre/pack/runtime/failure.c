// SPDX-License-Identifier: GPL-3.0-or-later
#include "failure.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int fail_errno(struct failure* failure, const char* format, ...) {
  int error = errno;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(failure->text, sizeof failure->text, format, arguments);
  va_end(arguments);
  size_t length = strlen(failure->text);
  snprintf(failure->text + length, sizeof failure->text - length, ": %s", strerror(error));
  return -1;
}

int fail_text(struct failure* failure, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(failure->text, sizeof failure->text, format, arguments);
  va_end(arguments);
  return -1;
}
