// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/// What was appended to a program's file when the pack was made: lines "NAME VALUE".
struct settings {
  char* text;
};

/// Reads the settings of `file`. Returns 0, or -1 if there are none.
int read_settings(const char* file, struct settings* settings);

/// The value of `name`, the first after `previous` unless that is NULL; NULL if there is none.
const char* next_setting(const struct settings* settings, const char* name, const char* previous);
const char* setting(const struct settings* settings, const char* name);
