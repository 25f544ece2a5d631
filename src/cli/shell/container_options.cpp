// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/shell/container_options.hpp"

#include <string_view>

#include "base/error.hpp"

namespace nacre::cli {

namespace {

void add_mapping(CLI::App& app, ContainerOptions& options, const std::string& name, char mark,
                 const std::string& help) {
  app.add_option_function<std::vector<std::string>>(
         name,
         [&options, mark](const std::vector<std::string>& values) {
           options.mappings.push_back(mark + values.back());
         },
         help)
      ->type_name("SOURCE[=TARGET]")
      ->allow_extra_args(false)
      ->trigger_on_parse();
}

void refuse(bool is_given, std::string_view option) {
  if (!is_given) return;
  throw Error("{} is about a container, and none is asked for", option).hint("add --container");
}

}  // namespace

void add_container_options(CLI::App& app, ContainerOptions& options) {
  app.add_flag("-C,--container", options.wanted,
               "run the command in a container, which sees nothing else of this machine");
  app.add_flag("-N,--network", options.network, "let the container use the network");
  app.add_flag("-W,--nesting", options.nesting, "have nacre and the whole store in the container");
  app.add_flag("-F,--emulate-fhs", options.emulate_fhs,
               "have the profile's files in /bin, /lib, /usr, too");
  app.add_flag("-P,--link-profile", options.link_profile,
               "make ~/.guix-profile in the container a link to the profile");
  app.add_option("-u,--user", options.user,
                 "be USER in the container, at home in /home/USER, instead of yourself")
      ->type_name("USER");
  app.add_flag("--no-cwd", options.no_cwd, "do not share the working directory");
  app.add_flag("--writable-root", options.writable_root,
               "let the command write to the container's root, which is forgotten at the end");
  add_mapping(app, options, "--share", '+',
              "share a file or directory with the container, which may write to it (repeatable)");
  add_mapping(app, options, "--expose", '-', "the same, to read only (repeatable)");
  app.add_option("-S,--symlink", options.symlinks,
                 "make SOURCE in the container a link to the profile's TARGET (repeatable)")
      ->type_name("SOURCE=TARGET")
      ->allow_extra_args(false);
  app.add_option("--share-namespace", options.shared_namespace,
                 "enter the name spaces of the containers that have this NAME, the ranks of a job")
      ->type_name("NAME");
  app.add_option("--device", options.devices,
                 "have a device that a CDI file of this machine describes (repeatable)")
      ->type_name("VENDOR/CLASS=NAME")
      ->allow_extra_args(false);
}

void check_container_options(const ContainerOptions& options) {
  if (options.nesting && options.emulate_fhs)
    throw Error("--nesting has the machine's /lib and /usr, --emulate-fhs those of the profile")
        .hint("leave out one of them");
  if (options.wanted) return;
  refuse(options.nesting, "--nesting");
  refuse(options.emulate_fhs, "--emulate-fhs");
  refuse(options.link_profile, "--link-profile");
  refuse(!options.user.empty(), "--user");
  refuse(options.no_cwd, "--no-cwd");
  refuse(options.writable_root, "--writable-root");
  refuse(!options.symlinks.empty(), "--symlink");
  refuse(!options.shared_namespace.empty(), "--share-namespace");
  refuse(!options.devices.empty(), "--device");
}

}  // namespace nacre::cli
