// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/hash.hpp"

#include <array>
#include <memory>

#include "archive/directory_tree.hpp"
#include "archive/git_hash.hpp"
#include "archive/nar.hpp"
#include "base/encoding.hpp"
#include "base/files.hpp"
#include "base/sink.hpp"
#include "cli/commands.hpp"
#include "cli/options.hpp"

namespace nacre::cli {

namespace {

struct HashCommand {
  std::vector<std::string> files;
  std::string algorithm = "sha256";
  std::string format = "nix-base32";
  std::string serializer = "none";
  bool recursive = false;
  bool exclude_vcs = false;
};

bool is_version_control_file(const std::string& path) {
  constexpr std::array<std::string_view, 8> names{".git", ".svn",   ".hg",     ".bzr",
                                                  "CVS",  "_darcs", ".fossil", ".jj"};
  const std::string name = base_name(path);
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_kept(const std::string& path) {
  return !is_version_control_file(path);
}

/// Whether it is a device or a pipe, whose size is not known before it is read.
bool is_special(const std::string& file) {
  const mode_t mode = lstat_file(file).st_mode;
  return !S_ISREG(mode) && !S_ISDIR(mode) && !S_ISLNK(mode);
}

std::string format_hash(const Hash& hash, const std::string& format) {
  if (format == "base64") return hash.base64();
  if (format == "nix-base32") return hash.nix_base32();
  if (format == "base32") return base32_encode(hash.bytes);
  return hash.base16();
}

Hash compute(const HashCommand& command, const std::string& file) {
  const HashAlgorithm algorithm = parse_hash_algorithm(command.algorithm);
  const bool is_git = command.serializer == "git";
  if (file == "-" || (is_git && is_special(file))) {
    const std::string contents = file == "-" ? read_fd(0) : read_file(file);
    return is_git ? hash_git_blob(contents, algorithm) : hash_bytes(algorithm, contents);
  }
  const PathFilter filter = command.exclude_vcs ? PathFilter(is_kept) : PathFilter{};
  if (command.recursive || command.serializer == "nar")
    return hash_nar(absolute_path(file), algorithm, filter).hash;
  if (is_git) return hash_git(DirectoryTree(absolute_path(file), {filter}), algorithm);
  if (S_ISDIR(lstat_file(file).st_mode))
    throw Error("'{}' is a directory", file)
        .hint("hash it as an archive: nacre hash --serializer=nar");
  return hash_file(algorithm, file);
}

int run(const HashCommand& command) {
  for (const std::string& file : command.files)
    fmt::print("{}\n", format_hash(compute(command, file), command.format));
  return 0;
}

}  // namespace

void add_hash_command(CLI::App& program, Session& /*session*/, Action& action) {
  auto command = std::make_shared<HashCommand>();
  CLI::App& app = *program.add_subcommand("hash", "print the hash of files, as origins want it");
  app.add_option("FILE", command->files, "files; - for standard input")->required()->type_name("");
  app.add_option("-H,--hash", command->algorithm, "the function: sha256 (default), sha512, …")
      ->type_name("ALGORITHM");
  app.add_option("-f,--format", command->format, "nix-base32 (default), base32, base64, base16")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"nix-base32", "base32", "base64", "base16", "hex", "hexadecimal"}));
  app.add_option("-S,--serializer", command->serializer,
                 "none (default), nar for file trees, or git for Git's objects")
      ->type_name("TYPE")
      ->check(CLI::IsMember({"none", "nar", "git"}));
  app.add_flag("-r,--recursive", command->recursive, "the same as --serializer=nar");
  app.add_flag("-x,--exclude-vcs", command->exclude_vcs, "leave out .git and its like");
  add_examples(app,
               "  nacre hash hello-2.10.tar.gz\n"
               "  nacre hash -x -S nar .              a checkout's hash\n"
               "  nacre hash -S git -H sha1 -f hex FILE\n"
               "                                      the same as 'git hash-object FILE'");
  app.callback([&action, command] { action = [command] { return run(*command); }; });
}

}  // namespace nacre::cli
