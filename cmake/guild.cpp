// SPDX-License-Identifier: GPL-3.0-or-later
// Runs a Scheme program with nacre's native modules, while nacre itself is being built:
// nacre-guild LOAD-DIRECTORY COMPILED-DIRECTORY PROGRAM ARGUMENT...
#include <cstdio>
#include <cstring>

#include "guile/guile.hpp"
#include "guile/repl.hpp"

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  try {
    nacre::guile::initialize({{argv[1]}, {argv[2]}, {argv + 3, argv + argc}});
    return nacre::guile::run_script(argv[3]);
  } catch (const nacre::Error& error) {
    const std::string where = error.location() ? error.location()->to_string() : argv[3];
    std::fprintf(stderr, "%s: error: %s\n", where.c_str(), error.what());
    return error.status();
  }
}
