// SPDX-License-Identifier: GPL-3.0-or-later
#define _GNU_SOURCE
#include "settings.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// The end of the file: this, and the length of the settings before it, as 8 decimal digits and a
// newline.
static const char mark[] = "nacre-settings ";
enum { mark_length = sizeof mark - 1, end_length = mark_length + 9, longest = 1 << 20 };

static int read_at(int fd, char* buffer, size_t length, off_t offset) {
  while (length > 0) {
    ssize_t got = pread(fd, buffer, length, offset);
    if (got <= 0) return -1;
    buffer += got;
    length -= (size_t)got;
    offset += got;
  }
  return 0;
}

static int read_from(int fd, struct settings* settings) {
  struct stat status;
  char end[end_length + 1] = {0};
  if (fstat(fd, &status) < 0 || status.st_size < end_length) return -1;
  if (read_at(fd, end, end_length, status.st_size - end_length) < 0) return -1;
  if (memcmp(end, mark, mark_length) != 0) return -1;
  long length = strtol(end + mark_length, NULL, 10);
  if (length < 0 || length > longest || length > status.st_size - end_length) return -1;
  settings->text = calloc(1, (size_t)length + 1);
  if (!settings->text) return -1;
  return read_at(fd, settings->text, (size_t)length, status.st_size - end_length - length);
}

// Turns newlines into ends of strings; two mark the end of all.
static void split_lines(char* text) {
  for (; *text; text++)
    if (*text == '\n') *text = 0;
}

int read_settings(const char* file, struct settings* settings) {
  int fd = open(file, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  int result = read_from(fd, settings);
  close(fd);
  if (result == 0) split_lines(settings->text);
  return result;
}

const char* next_setting(const struct settings* settings, const char* name, const char* previous) {
  size_t length = strlen(name);
  const char* line = previous ? previous + strlen(previous) + 1 : settings->text;
  for (; *line; line += strlen(line) + 1)
    if (strncmp(line, name, length) == 0 && line[length] == ' ') return line + length + 1;
  return NULL;
}

const char* setting(const struct settings* settings, const char* name) {
  return next_setting(settings, name, NULL);
}
