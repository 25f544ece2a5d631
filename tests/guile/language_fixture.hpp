// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "base/files.hpp"
#include "guile/language.hpp"
#include "guile/paths.hpp"

namespace nacre::guile {

/// Tests in which Guile runs, with our channel on its load path.
class LanguageTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { start(); }

  static guile::Setup our_setup() {
    guile::Setup setup = language_setup();
    setup.arguments = {"program", "one", "two"};
    return setup;
  }

  static void start() {
    static const bool started = [] {
      initialize(our_setup());
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

/// The same with a store of its own.
class StoreLanguageTest : public LanguageTest {
 protected:
  void SetUp() override {
    auto store = LocalStore::open(StoreLayout::under(directory_.path() + "/root"));
    language_ = std::make_unique<Language>(
        our_setup(),
        Surroundings{store, std::make_shared<DerivationCache>(store), options_, *reporter_});
  }

  TemporaryDirectory directory_{"nacre-test"};
  BuildOptions options_;
  std::unique_ptr<Reporter> reporter_ = make_null_reporter();
  std::unique_ptr<Language> language_;
};

}  // namespace nacre::guile
