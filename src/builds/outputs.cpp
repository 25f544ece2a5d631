// SPDX-License-Identifier: GPL-3.0-or-later
#include "builds/outputs.hpp"

#include <algorithm>
#include <iterator>

#include "archive/archive_difference.hpp"
#include "archive/nar.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "builds/environment.hpp"

namespace nacre {
namespace {

Hash hash_output(const DerivationOutput& output, const std::string& path) {
  HashAlgorithm algorithm = output.hash->algorithm;
  return output.recursive ? hash_nar(path, algorithm).hash : hash_file(algorithm, path);
}

/// The paths that a list of store paths and of names of outputs stands for.
StorePathSet specified_paths(const Derivation& derivation, const std::string& variable) {
  StorePathSet paths;
  for (const auto& word : variable_words(derivation, variable)) {
    if (derivation.outputs.contains(word)) {
      paths.insert(derivation.output_path(word));
    } else if (word.starts_with(store_directory)) {
      paths.insert(StorePath::containing(word));
    } else {
      throw Error("{} of derivation '{}' names '{}', which is neither a store path nor an output",
                  variable, derivation.name, word);
    }
  }
  return paths;
}

/// Everything reachable from `output`, whose references are known by `infos` only.
StorePathSet requisites(const StorePath& output, const std::map<std::string, PathInfo>& infos,
                        ClosureCache& closures) {
  std::map<StorePath, const PathInfo*> fresh;
  for (const auto& [name, info] : infos) fresh.emplace(info.path, &info);
  StorePathSet result{output};
  StorePathSet valid;
  std::vector<StorePath> pending{output};
  while (!pending.empty()) {
    auto info = fresh.at(pending.back());
    pending.pop_back();
    for (const auto& reference : info->references) {
      if (!result.insert(reference).second) continue;
      fresh.contains(reference) ? pending.push_back(reference) : (void)valid.insert(reference);
    }
  }
  result.merge(closures.closure(valid));
  return result;
}

void check_list(const Derivation& derivation, const std::string& variable, bool allows,
                const StorePath& output, const StorePathSet& present) {
  if (!derivation.environment.contains(variable)) return;
  StorePathSet listed = specified_paths(derivation, variable);
  StorePathSet wrong;
  if (allows) {
    std::set_difference(present.begin(), present.end(), listed.begin(), listed.end(),
                        std::inserter(wrong, wrong.end()));
  } else {
    std::set_intersection(present.begin(), present.end(), listed.begin(), listed.end(),
                          std::inserter(wrong, wrong.end()));
  }
  if (wrong.empty()) return;
  std::string list;
  for (const auto& path : wrong) list += "\n  " + path.text();
  throw Error("output '{}' must not refer to these paths ({}):{}", output.text(), variable, list);
}

std::string difference_of_files(const std::string& left, const std::string& right,
                                const struct stat& left_status, const struct stat& right_status) {
  if ((left_status.st_mode & S_IFMT) != (right_status.st_mode & S_IFMT)) return "kind of file";
  if (S_ISLNK(left_status.st_mode)) {
    return read_link(left) == read_link(right) ? "" : "target of the link";
  }
  if (!S_ISREG(left_status.st_mode)) return "";
  if ((left_status.st_mode & 0100) != (right_status.st_mode & 0100)) return "executable or not";
  return file_difference(left, right);
}

std::string difference_at(const std::string& left, const std::string& right,
                          const std::string& name) {
  struct stat left_status = lstat_file(left + name);
  struct stat right_status = lstat_file(right + name);
  std::string difference =
      difference_of_files(left + name, right + name, left_status, right_status);
  if (!difference.empty())
    return name.empty() ? difference : fmt::format("{} ({})", name, difference);
  if (!S_ISDIR(left_status.st_mode)) return {};

  std::vector<std::string> left_names = list_directory(left + name);
  std::vector<std::string> right_names = list_directory(right + name);
  std::vector<std::string> only_one;
  std::set_symmetric_difference(left_names.begin(), left_names.end(), right_names.begin(),
                                right_names.end(), std::back_inserter(only_one));
  if (!only_one.empty()) return fmt::format("{}/{} (only in one of them)", name, only_one[0]);
  for (const auto& entry : left_names) {
    std::string found = difference_at(left, right, name + "/" + entry);
    if (!found.empty()) return found;
  }
  return {};
}

}  // namespace

void check_fixed_output(const Derivation& derivation, const std::string& output_name,
                        const std::string& physical_path) {
  const DerivationOutput& output = derivation.outputs.at(output_name);
  if (!output.hash) return;
  struct stat status = lstat_file(physical_path);
  if (!output.recursive && (!S_ISREG(status.st_mode) || (status.st_mode & S_IXUSR))) {
    throw Error("output '{}' should be a regular file that is not executable", output.path->text());
  }
  Hash actual = hash_output(output, physical_path);
  if (actual == *output.hash) return;
  throw Error("{} hash mismatch for '{}':\n  expected hash: {}\n  actual hash:   {}",
              to_string(actual.algorithm), output.path->text(), output.hash->nix_base32(),
              actual.nix_base32())
      .hint(
          "either the file has changed where it comes from, or the hash that was written down is "
          "wrong");
}

void check_references(const Derivation& derivation, const std::map<std::string, PathInfo>& infos,
                      ClosureCache& closures) {
  for (const auto& [name, info] : infos) {
    check_list(derivation, "allowedReferences", true, info.path, info.references);
    check_list(derivation, "disallowedReferences", false, info.path, info.references);
    bool needs_requisites = derivation.environment.contains("allowedRequisites") ||
                            derivation.environment.contains("disallowedRequisites");
    if (!needs_requisites) continue;
    StorePathSet all = requisites(info.path, infos, closures);
    // An output may always hold itself.
    if (!info.references.contains(info.path)) all.erase(info.path);
    check_list(derivation, "allowedRequisites", true, info.path, all);
    check_list(derivation, "disallowedRequisites", false, info.path, all);
  }
}

std::string first_difference(const std::string& left, const std::string& right) {
  return difference_at(left, right, {});
}

}  // namespace nacre
