// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/interrupt.hpp"
#include "base/startup.hpp"
#include "builds/builtin.hpp"
#include "builds/builtin_process.hpp"
#include "cli/program.hpp"
#include "derivation/check.hpp"
#include "pack/pack.hpp"
#include "profile/profile.hpp"
#include "substitute/substitute.hpp"

int main(int argc, char** argv) {
  nacre::prepare_process();
  nacre::register_derivation_intake();
  nacre::register_base_builtins();
  nacre::register_profile_builtins();
  nacre::register_pack_builtins();
  if (auto status = nacre::run_builtin_process(argc, argv)) return *status;
  nacre::install_interrupt_handlers();
  nacre::register_server_substituter();
  return nacre::cli::run_program(argc, argv);
}
