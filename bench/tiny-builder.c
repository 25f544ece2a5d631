// SPDX-License-Identifier: GPL-3.0-or-later
// The builder of the benchmarks: writes its first argument to $out and ends. Static, so that it needs
// nothing in the sandbox.
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char** argv) {
  const char* out = getenv("out");
  FILE* file = out != NULL ? fopen(out, "w") : NULL;
  if (file == NULL) return 1;
  for (int i = 1; i < argc; ++i) fprintf(file, "%s\n", argv[i]);
  return fclose(file) == 0 ? 0 : 1;
}
