// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "base/error.hpp"
#include "pack/image/image.hpp"
#include "pack/pack.hpp"
#include "pack/pack_input.hpp"
#include "pack/squashfs/singularity_image.hpp"
#include "pack/squashfs/squashfs_closure.hpp"
#include "pack/squashfs/squashfs_writer.hpp"

// An image for Singularity and Apptainer, and for mounting: a file system that has, besides the
// store, what those programs look for and what they mount other things on.

namespace nacre {
namespace {

/// Where Singularity has what belongs to the image itself.
constexpr std::string_view metadata = ".singularity.d";

struct MountPoint {
  std::string_view name;
  unsigned mode = 0755;
};

/// Most of them are mounted upon; /etc receives files. /tmp is there for those who mount nothing.
constexpr MountPoint mount_points[] = {{"dev"},        {"etc"},           {"home"}, {"mnt"},
                                       {"proc"},       {"root"},          {"run"},  {"sys"},
                                       {"tmp", 01777}, {"var/tmp", 01777}};

bool is_at_or_below(std::string_view name, std::string_view directory) {
  return name == directory ||
         (name.starts_with(directory) && name.substr(directory.size()).starts_with('/'));
}

/// What /bin is if nobody asked for anything there: the profile's, or, where that has bash but not
/// under the name that Singularity needs, links to all of it and one more.
std::vector<PackSymlink> bin_links(const StoreFiles& files, const PackInput& input) {
  const std::string bin = input.profile.text() + "/bin";
  if (!files.resolve(bin)) return {};
  if (files.resolve(bin + "/sh") || !files.resolve(bin + "/bash")) return {{"bin", "bin"}};
  std::vector<PackSymlink> links{{"bin/sh", "bin/bash"}};
  for (const std::string& name : files.list(bin)) links.push_back({"bin/" + name, "bin/" + name});
  return links;
}

std::vector<PackSymlink> image_links(const StoreFiles& files, const PackInput& input) {
  std::vector<PackSymlink> links = input.symlinks;
  for (const PackSymlink& link : links)
    if (is_at_or_below(link.source, metadata))
      throw Error("bad symbolic link '/{}': that place is Singularity's own", link.source);
  const bool has_bin = std::any_of(links.begin(), links.end(), [](const PackSymlink& link) {
    return is_at_or_below(link.source, "bin");
  });
  if (has_bin) return links;
  const std::vector<PackSymlink> bin = bin_links(files, input);
  links.insert(links.end(), bin.begin(), bin.end());
  return links;
}

bool has_shell(const StoreFiles& files, const PackInput& input,
               const std::vector<PackSymlink>& links) {
  const auto leads_to_shell = [&](const PackSymlink& link) {
    const std::string target = input.profile.text() + "/" + link.target;
    return (link.source == "bin" && files.resolve(target + "/sh")) || link.source == "bin/sh";
  };
  return std::any_of(links.begin(), links.end(), leads_to_shell);
}

std::string shell_quoted(std::string_view text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? "'\\''" : std::string(1, c);
  return result + "'";
}

void add_link(SquashfsWriter& image, const PackInput& input, const PackSymlink& link) {
  image.add_symlink(link.source, link_contents(input, link));
}

/// Singularity sources env/*.sh in the order of their names, and sets what its user asked for
/// (--env, APPTAINERENV_…) right after a file called 99-base.sh, or never if there is none. Host
/// libraries, as of --nv, are bound below libs.
constexpr std::string_view base_environment =
    "export LD_LIBRARY_PATH=\"${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}/.singularity.d/libs\"\n"
    "export PS1=\"${PS1:-Apptainer> }\"\n";

/// Singularity hands on its user's variables, GUIX_PROFILE perhaps among them: it is set again.
void add_environment(SquashfsWriter& image, const StoreFiles& files, const PackInput& input) {
  const std::string& profile = input.profile.text();
  if (files.resolve(profile + "/etc/profile"))
    image.add_file(".singularity.d/env/90-environment.sh",
                   fmt::format("GUIX_PROFILE={0}\n. {0}/etc/profile\n", shell_quoted(profile)),
                   0755);
  image.add_file(".singularity.d/env/99-base.sh", base_environment, 0755);
}

/// Files of /etc that Singularity adds lines to (the user's name…), or mounts the host's upon; it
/// makes none of them. Not if a link takes the place of one, or of /etc, or if an entry is one.
void add_system_files(SquashfsWriter& image, const std::vector<PackSymlink>& links,
                      const std::vector<RootEntry>& entries) {
  for (const char* name : {"etc/passwd", "etc/group", "etc/hosts", "etc/resolv.conf"}) {
    const bool is_taken = std::any_of(links.begin(), links.end(), [&](const PackSymlink& link) {
      return is_at_or_below(name, link.source) || is_at_or_below(link.source, name);
    });
    if (!is_taken && !find_entry(entries, name)) image.add_file(name, "");
  }
}

/// The program that 'singularity run' starts; its own arguments come before the user's. Version 2
/// starts actions/run, later ones runscript.
void add_entry_point(SquashfsWriter& image, const BuiltinContext& context, const PackInput& input,
                     bool shell) {
  const std::vector<std::string> command = read_entry_point(context, input);
  if (command.empty()) return;
  if (command.size() > 1 && !shell)
    throw Error("an entry point with arguments needs a shell at /bin/sh")
        .hint("add a package that has bin/sh, such as bash");
  std::string script = "#!/bin/sh\nexec";
  for (const std::string& word : command) script += " " + shell_quoted(word);
  script += " \"$@\"\n";
  for (const char* name : {".singularity.d/runscript", ".singularity.d/actions/run"}) {
    if (command.size() > 1)
      image.add_file(name, script, 0755);
    else
      add_link(image, input, {name, context.variable("entry-point")});
  }
}

void add_root_entries(SquashfsWriter& image, const std::vector<RootEntry>& entries) {
  for (const RootEntry& entry : entries) {
    if (is_at_or_below(entry.name, metadata))
      throw Error("bad file '/{}': that place is Singularity's own", entry.name);
    if (entry.is_directory())
      image.add_directory(entry.name, entry.mode, entry.owner);
    else
      image.add_file_from(entry.name, entry.contents, entry.mode, entry.owner);
  }
}

void add_surroundings(SquashfsWriter& image, const BuiltinContext& context,
                      const PackInput& input) {
  const StoreFiles files(context.store);
  const std::vector<PackSymlink> links = image_links(files, input);
  for (const PackSymlink& link : links) add_link(image, input, link);
  for (const MountPoint& point : mount_points)
    if (!image.contains(point.name.substr(0, point.name.find('/'))))
      image.add_directory(point.name, point.mode);
  add_root_entries(image, input.root_entries);
  add_system_files(image, links, input.root_entries);
  if (input.local_state) add_local_state(image, *input.local_state);
  for (const char* directory : {"actions", "env", "libs"})
    image.add_directory(fmt::format("{}/{}", metadata, directory));
  add_environment(image, files, input);
  add_entry_point(image, context, input, has_shell(files, input, links));
}

}  // namespace

void write_singularity_image(NewFile& file, const BuiltinContext& context, const PackInput& input) {
  SquashfsWriter image(file, input.codecs, input.compression,
                       compression_level(input.compression, input.level), context.cores);
  add_surroundings(image, context, input);
  add_closure(image, context, input.closure);
  image.finish();
}

void build_squashfs_pack(const BuiltinContext& context) {
  const PackInput input = read_pack_input(context);
  NewFile file(context.outputs.at("out"));
  write_singularity_image(file, context, input);
  file.finish();
}

}  // namespace nacre
