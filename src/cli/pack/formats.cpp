// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/pack/formats.hpp"

#include <fmt/format.h>

#include <vector>

namespace nacre::cli {

namespace {

struct Format {
  std::string name;
  std::string description;
  std::vector<std::string> groups;  ///< of options
};

const std::vector<Format>& formats() {
  static const std::vector<Format> all{
      {"tarball", "an archive to unpack at the root of a file system", {}},
      {"docker", "an image for 'docker load' and 'podman load'", {program_options, image_options}},
      {"oci",
       "an image layout in an archive, for podman, skopeo, umoci",
       {program_options, image_options}},
      {"oci-directory",
       "the same in a directory, for skopeo and umoci",
       {program_options, image_options}},
      {"deb", "a package for 'dpkg -i'", {package_options, deb_control_options, deb_options}},
      {"deb-directory",
       "a package for each store item, in a directory for apt",
       {package_options, deb_options}},
      {"rpm", "a package for 'rpm -i'", {package_options, rpm_options}},
      {"squashfs", "an image for Singularity and Apptainer, and for mounting", {program_options}},
      {"sif", "the same in a file of Singularity's own format", {program_options}},
      {"appimage",
       "a program with all that it needs in one file, to run as it is",
       {program_options}},
  };
  return all;
}

void list_formats() {
  fmt::print("The formats of 'nacre pack' (--format):\n\n");
  for (const Format& format : formats())
    fmt::print("  {:<13} {}\n", format.name, format.description);
}

void print_group(const CLI::App& command, const std::string& group) {
  const std::vector<const CLI::Option*> options =
      command.get_options([&](const CLI::Option* option) { return option->get_group() == group; });
  fmt::print("{}", CLI::Formatter().make_group(group, false, options));
}

}  // namespace

void add_format_help(CLI::App& command, FormatHelp& help) {
  command.add_flag("--list-formats", help.list, "list the formats");
  for (const Format& format : formats()) {
    if (format.groups.empty()) continue;
    command.add_flag_callback(
        fmt::format("--help-{}-format", format.name),
        [&help, name = format.name] { help.format = name; },
        fmt::format("list the options of the format {}", format.name));
  }
}

bool show_format_help(const CLI::App& command, const FormatHelp& help) {
  if (help.list) list_formats();
  for (const Format& format : formats())
    if (format.name == help.format)
      for (const std::string& group : format.groups) print_group(command, group);
  return help.list || !help.format.empty();
}

}  // namespace nacre::cli
