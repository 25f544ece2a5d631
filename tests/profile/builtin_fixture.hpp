// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/files.hpp"
#include "builds/builtin.hpp"
#include "store/store_fixture.hpp"

namespace nacre {

/// A store with packages in it, and built-in builders run on them in this process.
class BuiltinTest : public StoreTest {
 protected:
  using Files = std::vector<std::pair<std::string, std::string>>;
  using Environment = std::map<std::string, std::string>;

  BuiltinTest() : store_(open()) {}

  /// A store item made of FILE and CONTENTS; contents "-> TARGET" make a symbolic link, and names
  /// that begin with "bin/" executables.
  StorePath add_package(const std::string& name, const Files& files,
                        const StorePathSet& references = {}) {
    StorePath path = make_store_path("output:out", hash_bytes(HashAlgorithm::sha256, name), name);
    std::string physical = store_->physical(path);
    make_directories(physical);
    for (const auto& [file, contents] : files) {
      std::string place = physical + "/" + file;
      make_directories(directory_name(place));
      if (contents.starts_with("-> "))
        create_symlink(contents.substr(3), place);
      else
        write(place, contents, file.starts_with("bin/") ? 0755 : 0644);
    }
    register_files(path, references);
    return path;
  }

  void register_files(const StorePath& path, const StorePathSet& references) {
    store_->add_temp_root(path);
    PathInfo info(path);
    NarHash nar = hash_nar(store_->physical(path));
    info.nar_hash = nar.hash;
    info.nar_size = nar.size;
    info.references = references;
    store_->register_paths({info});
  }

  /// Runs a builder whose output is `name`; returns where it physically lies. Not registered.
  std::string run(const BuiltinBuilder& builder, const std::string& name, Environment environment,
                  const StorePathSet& inputs, unsigned cores = 2) {
    Derivation derivation;
    derivation.name = name;
    derivation.builder = "builtin:test";
    derivation.system = "builtin";
    derivation.environment = std::move(environment);
    StorePath out = output_path(name);
    derivation.outputs["out"].path = out;
    std::string physical = scratch("out-" + std::to_string(++runs_));
    BuiltinContext context{derivation,
                           *store_,
                           {{"out", physical}},
                           directory_.path(),
                           cores,
                           store_->requisites(inputs),
                           [](std::uint64_t, std::uint64_t) {},
                           compared_};
    builder(context);
    return physical;
  }

  StorePath output_path(const std::string& name) const {
    return make_store_path("output:out", hash_bytes(HashAlgorithm::sha256, "out " + name), name);
  }

  std::shared_ptr<LocalStore> store_;
  int runs_ = 0;
  bool compared_ = false;  ///< whether what builders make is to be compared with something
};

/// What `action` throws; fails the test if it throws nothing.
template <typename Action>
std::string error_of(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  ADD_FAILURE() << "no error";
  return {};
}

}  // namespace nacre
