// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/// Why something could not be done, for people: what failed, and errno's word for it.
struct failure {
  char text[512];
};

/// Sets `failure` to "FORMAT…: strerror(errno)". Returns -1.
int fail_errno(struct failure* failure, const char* format, ...)
    __attribute__((format(printf, 2, 3)));

/// Sets `failure` to "FORMAT…". Returns -1.
int fail_text(struct failure* failure, const char* format, ...)
    __attribute__((format(printf, 2, 3)));
