// SPDX-License-Identifier: GPL-3.0-or-later
#include "profile/union.hpp"

#include <fcntl.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <utility>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/interrupt.hpp"

namespace nacre {
namespace {

/// A file or directory of one input.
struct Candidate {
  std::string path;                   ///< what a link to it says
  std::optional<std::string> target;  ///< what it leads to, links followed; nothing if it dangles
  std::optional<struct stat> status;  ///< of that

  bool is_directory() const { return status && S_ISDIR(status->st_mode); }
};

bool same_contents(const std::string& first, const std::string& second) {
  UniqueFd files[] = {open_file(first, O_RDONLY), open_file(second, O_RDONLY)};
  FdSource sources[] = {FdSource(files[0].get()), FdSource(files[1].get())};
  std::string buffers[] = {std::string(64 * 1024, '\0'), std::string(64 * 1024, '\0')};
  BufferedSource whole(sources[1], buffers[1].size());
  while (std::size_t count = sources[0].read(buffers[0].data(), buffers[0].size())) {
    check_interrupted();
    whole.read_exactly(buffers[1].data(), count);
    if (buffers[0].compare(0, count, buffers[1], 0, count) != 0) return false;
  }
  return true;
}

class UnionMaker {
 public:
  UnionMaker(const StoreFiles& files, std::string physical, const UnionOptions& options)
      : files_(files), physical_(std::move(physical)), options_(options) {}

  /// Merges `directories` into the directory `name` ("" or "…/") of the union.
  void merge(const std::string& name, const std::vector<Candidate>& directories) {
    check_interrupted();
    make_directories(physical_ + "/" + name);
    std::map<std::string, std::vector<Candidate>> entries;
    for (const Candidate& directory : directories)
      for (const std::string& entry : list_directory(files_.physical(*directory.target)))
        entries[entry].push_back(look_at(directory, entry));
    for (const auto& [entry, candidates] : entries) place(name + entry, candidates);
  }

 private:
  Candidate look_at(const Candidate& directory, const std::string& entry) const {
    // There is no link on the way to a directory's target, and mostly none at its end.
    const std::string place = *directory.target + "/" + entry;
    Candidate candidate{directory.path + "/" + entry, place, try_lstat(files_.physical(place))};
    if (candidate.status && !S_ISLNK(candidate.status->st_mode)) return candidate;
    candidate.target = files_.resolve(place);
    candidate.status =
        candidate.target ? try_lstat(files_.physical(*candidate.target)) : std::nullopt;
    return candidate;
  }

  void place(const std::string& name, const std::vector<Candidate>& candidates) {
    if (options_.reserved.contains(name)) return warn(name, "the profile's own", candidates);
    const Candidate& first = candidates.front();
    bool directory = first.is_directory();
    std::vector<Candidate> chosen, hidden;
    std::set<std::pair<dev_t, ino_t>> seen;
    for (const Candidate& candidate : candidates) {
      const bool is_new = !candidate.status ||
                          seen.emplace(candidate.status->st_dev, candidate.status->st_ino).second;
      if (!is_new || is_repeated(candidate, chosen)) continue;
      bool fits = chosen.empty() || (directory && candidate.is_directory());
      (fits ? chosen : hidden).push_back(candidate);
    }
    if (!hidden.empty()) warn(name, first.path, hidden);
    if (directory && (chosen.size() > 1 || options_.own_directories.contains(name)))
      return merge(name + "/", chosen);
    create_symlink(link_text(name, first.path), physical_ + "/" + name);
  }

  /// Whether one of `others`, other inodes, has the same contents. There may be hundreds of
  /// directories, which never have.
  bool is_repeated(const Candidate& candidate, const std::vector<Candidate>& others) const {
    if (candidate.is_directory()) return false;
    return std::any_of(others.begin(), others.end(),
                       [&](const Candidate& other) { return same_file(candidate, other); });
  }

  bool same_file(const Candidate& first, const Candidate& second) const {
    if (!first.status || !second.status) {
      return !first.status && !second.status && link_target(first) == link_target(second);
    }
    const struct stat &one = *first.status, &other = *second.status;
    return S_ISREG(one.st_mode) && S_ISREG(other.st_mode) && one.st_size == other.st_size &&
           (one.st_mode & S_IXUSR) == (other.st_mode & S_IXUSR) &&
           same_contents(files_.physical(*first.target), files_.physical(*second.target));
  }

  std::string link_target(const Candidate& candidate) const {
    auto parent = files_.resolve(directory_name(candidate.path));
    return read_link(files_.physical(*parent) + "/" + base_name(candidate.path));
  }

  std::string link_text(const std::string& name, const std::string& target) const {
    if (!options_.relative_links) return target;
    std::filesystem::path link(options_.destination + "/" + name);
    return std::filesystem::path(target).lexically_relative(link.parent_path()).string();
  }

  void warn(const std::string& name, const std::string& kept,
            const std::vector<Candidate>& hidden) const {
    for (const Candidate& candidate : hidden)
      options_.warn(fmt::format("{}: '{}' is hidden by '{}'", name, candidate.path, kept));
  }

  const StoreFiles& files_;
  std::string physical_;
  const UnionOptions& options_;
};

}  // namespace

void make_union(const StoreFiles& files, const std::vector<std::string>& inputs,
                const std::string& physical, const UnionOptions& options) {
  std::vector<Candidate> roots;
  for (const std::string& input : inputs) {
    if (!files.is_directory(input)) throw Error("'{}' is not a directory", input);
    bool seen = std::any_of(roots.begin(), roots.end(),
                            [&](const Candidate& root) { return root.path == input; });
    if (!seen) roots.push_back({input, files.resolve(input), files.status(input)});
  }
  UnionMaker(files, physical, options).merge("", roots);
  for (const std::string& own : options.own_directories) make_directories(physical + "/" + own);
}

}  // namespace nacre
