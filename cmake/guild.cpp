// SPDX-License-Identifier: GPL-3.0-or-later
// Runs a Scheme program with nacre's native modules, while nacre itself is being built:
// nacre-guild SOURCE-DIRECTORY COMPILED-DIRECTORY PROGRAM ARGUMENT...
// Both directories have a folder for the engine's modules and one for the channel's.
#include <cstdio>
#include <string>

#include "guile/guile.hpp"
#include "guile/repl.hpp"

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  try {
    const std::string sources = argv[1];
    const std::string compiled = argv[2];
    nacre::guile::Setup setup;
    setup.engine = {sources + "/engine", compiled + "/engine"};
    setup.channel = {sources + "/channel", compiled + "/channel"};
    setup.arguments = {argv + 3, argv + argc};
    nacre::guile::initialize(setup);
    return nacre::guile::run_script(argv[3]);
  } catch (const nacre::Error& error) {
    const std::string where = error.location() ? error.location()->to_string() : argv[3];
    std::fprintf(stderr, "%s: error: %s\n", where.c_str(), error.what());
    return error.status();
  }
}
