// SPDX-License-Identifier: GPL-3.0-or-later
#include "guile/paths.hpp"

#include <filesystem>

namespace nacre::guile {

Setup channel_setup() {
  namespace fs = std::filesystem;
  const fs::path here = fs::read_symlink("/proc/self/exe").parent_path();
  std::error_code ignored;
  for (const auto& [sources, compiled] : {std::pair{here / "scheme-source", here / "scheme-ccache"},
                                          std::pair{here.parent_path() / "share/nacre/scheme",
                                                    here.parent_path() / "lib/nacre/ccache"}}) {
    if (!fs::exists(sources / "nacre/errors.scm", ignored)) continue;
    Setup setup;
    setup.load_path = {fs::canonical(sources).string()};
    setup.load_compiled_path = {compiled.string()};
    return setup;
  }
  throw Error("the Scheme modules of nacre are neither in {} nor in {}",
              (here / "scheme-source").string(),
              (here.parent_path() / "share/nacre/scheme").string())
      .hint("run `make build' in the source tree, or `make install'");
}

}  // namespace nacre::guile
