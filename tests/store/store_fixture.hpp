// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <string>

#include "base/error.hpp"
#include "base/files.hpp"
#include "store/derivation_check.hpp"
#include "store/local_store.hpp"

namespace nacre {

/// Lets every derivation pass: the store's tests are not about what derivations say.
class AcceptDerivations : public DerivationCheck {
 public:
  std::map<std::string, StorePath> check(const StorePath&, std::string_view,
                                         const StorePathSet&) override {
    return {};
  }
};

/// A store of its own below a temporary directory.
class StoreTest : public testing::Test {
 protected:
  StoreTest() : directory_("nacre-store-test"), layout_(StoreLayout::under(root())) {}

  std::string root() const { return directory_.path() + "/root"; }
  std::string scratch(const std::string& name) const { return directory_.path() + "/" + name; }
  static void SetUpTestSuite() {
    register_derivation_check([](Store&) { return std::make_unique<AcceptDerivations>(); });
  }
  std::shared_ptr<LocalStore> open() const { return LocalStore::open(layout_); }

  static StorePath text_path(const std::string& name, const std::string& text,
                             const StorePathSet& references = {}) {
    return make_text_path(name, hash_bytes(HashAlgorithm::sha256, text), references);
  }

  static void write(const std::string& path, const std::string& text, mode_t mode = 0644) {
    make_directories(directory_name(path));
    std::ofstream(path, std::ios::binary) << text;
    chmod(path.c_str(), mode);
  }

  /// Enters a tree made by hand at the place of a path of this name, as a builder would.
  static StorePath register_tree(LocalStore& store, const std::string& name,
                                 const std::string& text, const StorePathSet& references = {},
                                 const std::optional<StorePath>& deriver = {}) {
    StorePath path = make_store_path("output:out", hash_bytes(HashAlgorithm::sha256, name), name);
    store.add_temp_root(path);
    write(store.physical(path) + "/file", text);
    PathInfo info(path);
    NarHash nar = hash_nar(store.physical(path));
    info.nar_hash = nar.hash;
    info.nar_size = nar.size;
    info.references = references;
    info.deriver = deriver;
    store.register_paths({info});
    return path;
  }

  /// Runs `work` in a child; it succeeds if it returns without throwing.
  template <typename Work>
  static pid_t in_child(Work work) {
    pid_t child = fork();
    if (child != 0) return child;
    try {
      work();
    } catch (const std::exception& error) {
      fprintf(stderr, "child: %s\n", error.what());
      _exit(1);
    }
    _exit(0);
  }
  static int wait_for(pid_t child) {
    int status = 0;
    waitpid(child, &status, 0);
    return status;
  }

  TemporaryDirectory directory_;
  StoreLayout layout_;
};

}  // namespace nacre
