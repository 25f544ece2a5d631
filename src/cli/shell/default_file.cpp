// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/shell/default_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <sstream>

#include "base/error.hpp"
#include "base/files.hpp"
#include "cli/user_directories.hpp"

namespace nacre::cli {

namespace {

/// Without the spaces around it.
std::string trim(const std::string& line) {
  const std::size_t begin = line.find_first_not_of(" \t\r");
  if (begin == std::string::npos) return "";
  return line.substr(begin, line.find_last_not_of(" \t\r") + 1 - begin);
}

/// Whether the list, of which `file` is the name, has the directory.
bool lists(const std::string& text, const std::string& file, const std::string& directory) {
  std::istringstream lines(text);
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    const std::string entry = trim(line);
    if (entry.empty() || entry.starts_with('#')) continue;
    if (!entry.starts_with('/'))
      throw Error("'{}' is not an absolute file name", entry)
          .at({file, number, 1})
          .hint("each line of this file is the absolute name of a directory");
    if (entry == directory) return true;
  }
  return false;
}

}  // namespace

std::optional<std::string> find_default_file(const std::string& directory) {
  struct stat start {};
  if (stat(directory.c_str(), &start) != 0) return std::nullopt;
  for (std::string current = directory;; current = directory_name(current)) {
    struct stat status {};
    if (stat(current.c_str(), &status) != 0 || status.st_uid != getuid() ||
        status.st_dev != start.st_dev)
      return std::nullopt;
    for (const char* name : {"manifest.scm", "guix.scm"}) {
      std::string file = current == "/" ? current + name : current + "/" + name;
      if (access(file.c_str(), F_OK) == 0) return file;
    }
    if (current == "/") return std::nullopt;
  }
}

std::string authorized_directories_file() {
  return user_directory("XDG_CONFIG_HOME", ".config").value_or("") +
         "/guix/shell-authorized-directories";
}

void require_authorized(const std::string& file) {
  const std::string directory = directory_name(file);
  const std::string list = authorized_directories_file();
  try {
    if (lists(read_file(list), list, directory)) return;
  } catch (const SystemError& error) {
    if (error.code() != ENOENT && error.code() != ENOTDIR) throw;
  }
  throw Error("'{}' is not loaded: you have not authorized its directory", file)
      .hint(
          fmt::format("to have it loaded by itself, run: echo {} >> {}\n      to use it once, name "
                      "it: nacre shell {} {}",
                      directory, list, base_name(file) == "manifest.scm" ? "-m" : "-D -f", file));
}

}  // namespace nacre::cli
