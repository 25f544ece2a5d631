// SPDX-License-Identifier: GPL-3.0-or-later
#include "guile/context.hpp"

namespace nacre::guile {
namespace {

Context& current() {
  static Context instance;
  return instance;
}

}  // namespace

void set_context(Context context) {
  static const std::unique_ptr<Reporter> silent = make_null_reporter();
  if (!context.reporter) context.reporter = silent.get();
  if (context.store) {
    context.texts = std::make_shared<DeferredTexts>(context.store);
    context.derivations->before_reading([texts = context.texts] { texts->flush(); });
  }
  current() = std::move(context);
}

bool has_context() {
  return current().store != nullptr;
}

const Context& context() {
  if (!has_context()) throw Error("no store is open");
  return current();
}

}  // namespace nacre::guile
