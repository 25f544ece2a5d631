// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/// The native modules, each made by the file of its name; docs/contract.md says what they hold.
namespace nacre::guile {

struct Setup;

void define_hash_module();
void define_store_module();
void define_derivation_module();
void define_build_module();
void define_substitute_module();
void define_gexp_module();
void define_interpreter_module();
void define_datum_module();
void define_generations_module();
void define_roots_module(const Setup& setup);
void define_format_options_module();
void define_fetch_module();
void define_inputs_module();

/// Two procedures of `(nacre derivation)`, in a file of their own.
void define_derivation_text();

}  // namespace nacre::guile
