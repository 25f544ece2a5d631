// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/shell/nesting.hpp"

#include <sys/stat.h>

#include <cstdlib>

#include "base/files.hpp"
#include "cli/user_directories.hpp"
#include "guile/paths.hpp"

namespace nacre::cli {

namespace {

/// Of the machine; on many, some are links to others.
constexpr const char* system_directories[] = {"/usr", "/lib", "/lib64", "/lib32", "/libx32"};
constexpr const char* system_files[] = {"/etc/ld.so.cache", "/etc/alternatives", "/etc/ssl",
                                        "/etc/ca-certificates", "/etc/pki"};

void add_system(ContainerPlan& plan) {
  for (const char* directory : system_directories) {
    const auto status = try_lstat(directory);
    if (!status) continue;
    if (S_ISLNK(status->st_mode))
      plan.links.emplace_back(directory, read_link(directory));
    else
      plan.mappings.push_back({directory, directory, false, false});
  }
  for (const char* file : system_files) plan.mappings.push_back({file, file, false, true});
}

void add_program(EnvironmentContainer& container) {
  std::vector<ContainerMapping>& mappings = container.plan.mappings;
  const std::string directory = directory_name(read_link("/proc/self/exe"));
  mappings.push_back({directory, directory, false, false});
  const guile::Setup setup = guile::language_setup();
  for (const guile::ModuleRoot& root : {setup.engine, setup.channel})
    for (const std::string& modules : {root.sources, root.compiled})
      if (!modules.empty()) mappings.push_back({modules, modules, false, true});
  std::string& path = container.variables["PATH"];
  path += (path.empty() ? "" : ":") + directory;
  for (const char* name : {"NACRE_CHANNEL", "GUIX_PACKAGE_PATH"})
    if (const char* value = std::getenv(name)) container.variables[name] = value;
}

}  // namespace

void add_nacre(EnvironmentContainer& container, const StoreLocation& location) {
  container.plan.inner_containers = true;
  std::vector<ContainerMapping>& mappings = container.plan.mappings;
  for (const char* directory : {"/gnu/store", "/var/guix", "/var/log/guix"})
    mappings.push_back({location.outside(directory), directory, true, false});
  mappings.push_back({location.outside("/etc/guix"), "/etc/guix", false, true});
  add_system(container.plan);
  add_program(container);
  const auto cache = user_directory("XDG_CACHE_HOME", ".cache");
  if (!cache) return;
  make_directories(*cache + "/nacre");
  mappings.push_back({*cache + "/nacre", container.user.home + "/.cache/nacre", true, false});
}

}  // namespace nacre::cli
