// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "guile/guile.hpp"
#include "guile/paths.hpp"

namespace nacre::guile {

/// Tests in which Guile runs, with our channel on its load path.
class Language : public testing::Test {
 protected:
  static void SetUpTestSuite() { start(); }

  static void start() {
    static const bool started = [] {
      guile::Setup setup = language_setup();
      setup.arguments = {"program", "one", "two"};
      initialize(setup);
      return true;
    }();
    (void)started;
  }

  static std::string evaluated(const std::string& text,
                               const std::vector<std::string>& modules = {}) {
    return display(evaluate(text, "user.scm", modules));
  }

  /// The error that evaluating `text` ends with.
  static Error error_of(const std::string& text, const std::vector<std::string>& modules = {}) {
    return error_of([&] { evaluate(text, "user.scm", modules); });
  }
  static Error error_of(const std::function<void()>& body) {
    try {
      body();
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "no error";
    return Error("no error");
  }

  static std::string place(const Error& error) {
    return error.location() ? error.location()->to_string() : "nowhere";
  }
};

}  // namespace nacre::guile
