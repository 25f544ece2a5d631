// SPDX-License-Identifier: GPL-3.0-or-later
#include "guile/convert.hpp"
#include "guile/guile.hpp"
#include "guile/native.hpp"
#include "guile/native/modules.hpp"

namespace nacre::guile {
namespace {

const Setup* setup_of_definitions = nullptr;

void definitions() {
  define_native_value("own-channel?", scm_from_bool(setup_of_definitions->own_channel));
  define_native_value("engine-directory", make_string(setup_of_definitions->engine.sources));
  define_native_value("channel-directory", make_string(setup_of_definitions->channel.sources));
}

}  // namespace

void define_roots_module(const Setup& setup) {
  setup_of_definitions = &setup;
  define_native_module("nacre roots", definitions);
  setup_of_definitions = nullptr;
}

}  // namespace nacre::guile
