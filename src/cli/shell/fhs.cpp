// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/shell/fhs.hpp"

#include <sys/stat.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/process.hpp"

namespace nacre::cli {

namespace {

/// Directories of the profile as a whole, and where else they are.
constexpr std::pair<const char*, const char*> directories[] = {{"/lib", "/lib"},
                                                               {"/lib", "/usr/lib"},
                                                               {"/lib", "/lib64"},
                                                               {"/lib", "/usr/lib64"},
                                                               {"/sbin", "/sbin"},
                                                               {"/sbin", "/usr/sbin"},
                                                               {"/include", "/usr/include"},
                                                               {"/libexec", "/usr/libexec"},
                                                               {"/share", "/usr/share"}};

bool exists(const std::string& file) {
  struct stat status {};
  return stat(file.c_str(), &status) == 0;
}

/// What is there already stays, such as /bin/sh.
void link(const std::string& target, const std::string& name) {
  if (path_exists(name)) return;
  make_directories(directory_name(name));
  create_symlink(target, name);
}

void link_entries(const std::string& directory, const std::string& place) {
  make_directories(place);
  if (!exists(directory)) return;
  for (const std::string& name : list_directory(directory))
    link(directory + "/" + name, place + "/" + name);
}

/// The dynamic linker of the profile's C library, if that reads a cache, finds libraries by it.
void make_linker_cache() {
  write_file_atomically("/etc/ld.so.conf", "/lib\n/lib/nss\n");
  if (!exists("/sbin/ldconfig")) return;
  const CommandResult result = run_command({{"/sbin/ldconfig", "-X"}, {}, "/", {}});
  if (result.status != 0) throw Error("/sbin/ldconfig failed: {}", result.error);
}

}  // namespace

void emulate_hierarchy(const std::string& profile) {
  for (const auto& [directory, place] : directories)
    if (exists(profile + directory)) link(profile + directory, place);
  link_entries(profile + "/bin", "/bin");
  link_entries(profile + "/etc", "/etc");
  link("/bin", "/usr/bin");
  if (exists("/bin/gcc")) link(profile + "/bin/gcc", "/bin/cc");
  make_linker_cache();
}

}  // namespace nacre::cli
