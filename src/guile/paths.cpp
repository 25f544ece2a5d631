// SPDX-License-Identifier: GPL-3.0-or-later
#include "guile/paths.hpp"

#include <filesystem>

namespace nacre::guile {

namespace {

namespace fs = std::filesystem;

struct Place {
  fs::path sources;
  fs::path compiled;
  fs::path record;
};

fs::path own_directory() {
  std::error_code failure;
  const fs::path program = fs::read_symlink("/proc/self/exe", failure);
  if (failure)
    throw SystemError(failure.value(), "finding nacre's own files by /proc/self/exe")
        .hint("nacre needs /proc; 'mount -t proc proc /proc' mounts it");
  return program.parent_path();
}

Place find_channel() {
  const fs::path here = own_directory();
  const fs::path prefix = here.parent_path();
  std::error_code ignored;
  for (const Place& place :
       {Place{here / "scheme-source", here / "scheme-ccache", here / "channel.scm"},
        Place{prefix / "share/nacre/scheme", prefix / "lib/nacre/ccache",
              prefix / "share/nacre/channel.scm"}})
    if (fs::exists(place.sources / "nacre/errors.scm", ignored)) return place;
  throw Error("the Scheme modules of nacre are neither in {} nor in {}",
              (here / "scheme-source").string(), (prefix / "share/nacre/scheme").string())
      .hint("run 'make build' in the source tree, or 'make install'");
}

}  // namespace

Setup channel_setup() {
  const Place place = find_channel();
  Setup setup;
  setup.load_path = {fs::canonical(place.sources).string()};
  setup.load_compiled_path = {place.compiled.string()};
  return setup;
}

std::string channel_record() {
  return find_channel().record.string();
}

}  // namespace nacre::guile
