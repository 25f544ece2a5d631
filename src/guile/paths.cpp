// SPDX-License-Identifier: GPL-3.0-or-later
#include "guile/paths.hpp"

#include <cstdlib>
#include <filesystem>
#include <optional>

namespace nacre::guile {

namespace {

namespace fs = std::filesystem;

/// Where the program's own modules are, each in a folder of its own of both directories.
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

Place find_place() {
  const fs::path here = own_directory();
  const fs::path prefix = here.parent_path();
  std::error_code ignored;
  for (const Place& place :
       {Place{here / "scheme-source", here / "scheme-ccache", here / "channel.scm"},
        Place{prefix / "share/nacre/scheme", prefix / "lib/nacre/ccache",
              prefix / "share/nacre/channel.scm"}})
    if (fs::exists(place.sources / "engine/nacre/errors.scm", ignored)) return place;
  throw Error("the Scheme modules of nacre are neither in {} nor in {}",
              (here / "scheme-source").string(), (prefix / "share/nacre/scheme").string())
      .hint("run 'make build' in the source tree, or 'make install'");
}

ModuleRoot root_in(const Place& place, const char* folder) {
  return {fs::canonical(place.sources / folder).string(), (place.compiled / folder).string()};
}

constexpr const char* channel_variable = "NACRE_CHANNEL";

/// The channel that the user names instead of the program's own.
std::optional<ModuleRoot> named_channel() {
  const char* value = std::getenv(channel_variable);
  if (value == nullptr || *value == '\0') return std::nullopt;
  const std::string text(value);
  const std::size_t colon = text.find(':');
  const std::string sources = text.substr(0, colon);
  std::error_code failure;
  const fs::path directory = fs::canonical(sources, failure);
  if (failure || !fs::exists(directory / "guix", failure))
    throw Error("'{}', which {} names, is not a channel: it has no directory 'guix'", sources,
                channel_variable)
        .hint("name a directory with the modules (guix …) and (gnu …), or unset the variable");
  if (colon == std::string::npos) return ModuleRoot{directory.string(), ""};
  return ModuleRoot{directory.string(), fs::absolute(text.substr(colon + 1)).string()};
}

}  // namespace

Setup language_setup() {
  const Place place = find_place();
  Setup setup;
  setup.engine = root_in(place, "engine");
  const std::optional<ModuleRoot> named = named_channel();
  setup.channel = named ? *named : root_in(place, "channel");
  setup.own_channel = !named;
  return setup;
}

std::string channel_record() {
  return named_channel() ? "" : find_place().record.string();
}

}  // namespace nacre::guile
