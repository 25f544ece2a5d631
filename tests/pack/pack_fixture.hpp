// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <random>

#include "base/files.hpp"
#include "pack/archive_reader.hpp"
#include "pack/pack.hpp"
#include "profile/builtin_fixture.hpp"

namespace nacre {

/// A store with a profile of two packages and a library that one of them needs.
class PackTest : public BuiltinTest {
 protected:
  PackTest()
      : library_(add_package("library", {{"lib/libx.so", noise(3'000'000)}})),
        hello_(add_package(
            "hello", {{"bin/hello", "#!/bin/sh\necho hello\n"}, {"share/" + long_name(), "x"}},
            {library_})),
        data_(add_package("data", {{"share/data", noise(1'500'000)}})),
        stranger_(add_package("stranger", {{"bin/stranger", "x"}})),
        profile_(add_package("profile",
                             {{"bin", "-> " + hello_.text() + "/bin"},
                              {"share/data", "-> " + data_.text() + "/share/data"},
                              {"etc/profile", "export"}},
                             {hello_, data_})),
        codecs_(add_codecs()),
        inputs_{profile_, stranger_, codecs_} {}

  StorePath add_codecs() {
    return add_package("codecs", {{"bin/nacre-codecs", read_file(NACRE_TEST_CODECS)}});
  }
  std::string codecs() const { return codecs_.text() + "/bin/nacre-codecs"; }

  static std::string noise(std::size_t size) {
    std::mt19937 random(static_cast<unsigned>(size));
    std::string text(size, '\0');
    for (char& c : text) c = static_cast<char>(random());
    return text;
  }
  /// Longer than what a tar header holds.
  static std::string long_name() { return std::string(120, 'n'); }

  std::string pack(const BuiltinBuilder& builder, Environment more = {}, unsigned cores = 2) {
    more.emplace("profile", profile_.text());
    more.emplace("compression", "none");
    more.emplace("layers-version", "3");
    more.emplace("codecs", codecs());
    return run(builder, "pack", more, inputs_, cores);
  }

  StorePath library_, hello_, data_, stranger_, profile_, codecs_;
  StorePathSet inputs_;  ///< of a pack's derivation
};

}  // namespace nacre
