// SPDX-License-Identifier: GPL-3.0-or-later
#include "builds/debian_mirror.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <vector>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/process.hpp"

namespace nacre {
namespace {

constexpr const char* mirror_variable = "NACRE_DEBIAN_MIRROR";
constexpr const char* apt_helper = "/usr/lib/apt/apt-helper";

std::vector<std::string> distinct_words(const std::string& text) {
  std::vector<std::string> words;
  std::istringstream stream(text);
  for (std::string word; stream >> word;) {
    if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(word);
  }
  return words;
}

std::string join(std::string base, std::string_view path) {
  if (!base.ends_with('/')) base += '/';
  return base.append(path);
}

/// The archives that this machine's apt is configured for.
std::vector<std::string> apt_archives() {
  if (!path_exists(apt_helper) || !find_program("apt-get")) {
    throw Error("this machine has no apt, and no Debian mirror is configured")
        .hint(
            fmt::format("set ${} to the address of a mirror of Debian's archive", mirror_variable));
  }
  // Without its package lists, which don't matter here, apt answers twenty times as fast.
  CommandResult result =
      run_command({{"apt-get", "-o", "Dir::State::Lists=/nonexistent", "indextargets",
                    "--no-release-info", "--format", "$(REPO_URI)"},
                   {},
                   {}});
  std::vector<std::string> archives = distinct_words(result.output);
  if (result.status == 0 && !archives.empty()) return archives;
  throw Error("apt knows no archive to download from: {}", result.error)
      .hint(fmt::format("run 'apt-get update' as root, or set ${}", mirror_variable));
}

/// The last line that says something.
std::string last_line(const std::string& text) {
  std::size_t end = text.find_last_not_of(" \n");
  if (end == std::string::npos) return "apt-helper failed";
  std::size_t start = text.rfind('\n', end);
  start = start == std::string::npos ? 0 : start + 1;
  return text.substr(start, end - start + 1);
}

std::string fetch_by_apt(const std::string& address, const std::string& file) {
  CommandResult result = run_command(
      {{apt_helper, "-o", "APT::Sandbox::User=root", "download-file", address, file}, {}, {}});
  if (result.status == 0 && path_exists(file)) return {};
  return last_line(result.error);
}

}  // namespace

std::string fetch_from_debian(std::string_view path, const std::string& file,
                              const std::function<std::string(const std::string&)>& fetch) {
  const char* configured = std::getenv(mirror_variable);
  bool by_apt = !configured || !*configured;
  std::string failures;
  for (const auto& archive : by_apt ? apt_archives() : distinct_words(configured)) {
    std::string address = join(archive, path);
    std::string failure = by_apt ? fetch_by_apt(address, file) : fetch(address);
    if (failure.empty()) return {};
    failures += fmt::format("{}{}: {}", failures.empty() ? "" : "; ", address, failure);
  }
  return failures;
}

}  // namespace nacre
