// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/hash.hpp"
#include "pack/distribution/deb_archive.hpp"
#include "pack/pack.hpp"
#include "pack/pack_stream.hpp"

// A pack in Debian packages that other packs' packages go with: one for each store item, whose name
// has the item's hash, so that packs which share items share packages; and one that has the pack's
// name, the links, and no files of the store. An index makes the directory a repository for apt.

namespace nacre {
namespace {

/// The value of a field of a control file; Error if it is not there.
std::string field(const std::string& control, const std::string& name) {
  const std::string begin = "\n" + name + ": ";
  const std::string text = "\n" + control;
  const std::size_t at = text.find(begin);
  if (at == std::string::npos) throw Error("the control file has no field {}", name);
  const std::size_t value = at + begin.size();
  return text.substr(value, text.find('\n', value) - value);
}

/// A package's name as Debian allows it, which is as much of the item's as fits in names of files.
std::string package_name(const StorePath& item) {
  constexpr std::size_t longest = 120;
  std::string name = "nacre-item-";
  for (char c : item.base_name().substr(0, longest)) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const bool is_allowed =
        (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '+' || c == '-';
    name += is_allowed ? c : '-';
  }
  return name;
}

std::string dependencies(const StorePathSet& references, const StorePath& item) {
  std::string text;
  for (const StorePath& reference : references)
    if (reference != item) text += (text.empty() ? "" : ", ") + package_name(reference);
  return text.empty() ? "" : fmt::format("Depends: {}\n", text);
}

/// Writes packages into a directory, and in the end its index. Unless that was reached, the
/// directory is removed.
class Repository {
 public:
  Repository(const BuiltinContext& context, const PackInput& input)
      : context_(context),
        input_(input),
        path_(context.outputs.at("out")),
        control_(context.variable("control")),
        total_(closure_size(context, input)) {
    make_directories(path_);
  }
  ~Repository() {
    if (!finished_) remove_tree(path_);
  }
  Repository(const Repository&) = delete;
  Repository& operator=(const Repository&) = delete;

  void add_item(const StorePath& item);
  void add_links();
  void finish();

 private:
  void add(const std::string& control, DebPackage package);
  std::string item_control(const StorePath& item, const PathInfo& info) const;
  void write(const std::string& name, const std::string& text) const;

  const BuiltinContext& context_;
  const PackInput& input_;
  std::string path_;
  std::string control_;  ///< of the package that has the pack's name
  std::uint64_t total_, done_ = 0;
  std::vector<std::string> index_;  ///< paragraphs
  bool finished_ = false;
};

std::string Repository::item_control(const StorePath& item, const PathInfo& info) const {
  return fmt::format(
      "Package: {}\nVersion: 1\nArchitecture: {}\nMaintainer: {}\nSection: misc\n"
      "Priority: optional\nDescription: Store item {}\n{}Installed-Size: {}\n",
      package_name(item), field(control_, "Architecture"), field(control_, "Maintainer"),
      item.name(), dependencies(info.references, item), kibibytes(info.nar_size));
}

void Repository::add_item(const StorePath& item) {
  const PathInfo info = context_.store.path_info(item);
  DebPackage package;
  package.about = info.nar_size;
  package.add_files = [&](TarWriter& tar) {
    tar.add_directory("gnu");
    tar.add_directory("gnu/store");
    tar.add_tree(archive_name(item), context_.store.physical(item));
  };
  add(item_control(item, info), std::move(package));
  done_ += info.nar_size;
}

void Repository::add_links() {
  DebPackage package;
  package.control = read_deb_scripts(context_);
  package.add_files = [&](TarWriter& tar) {
    add_root_files(tar, input_, {}, LinkTargets::absolute);
  };
  add(control_ + fmt::format("Depends: {}\nInstalled-Size: 0\n", package_name(input_.profile)),
      std::move(package));
}

void Repository::add(const std::string& control, DebPackage package) {
  const std::string name = fmt::format("{}_{}_{}.deb", field(control, "Package"),
                                       field(control, "Version"), field(control, "Architecture"));
  package.control.insert(package.control.begin(), {"control", control});
  BuiltinContext part = context_;
  part.progress = [&](std::uint64_t done, std::uint64_t) {
    context_.progress(std::min(done_ + done, total_), total_);
  };
  NewFile file(path_ + "/" + name);
  write_deb(file, part, input_, package);
  index_.push_back(fmt::format("{}Filename: ./{}\nSize: {}\nSHA256: {}\n\n", control, name,
                               file.size(),
                               hash_file(HashAlgorithm::sha256, path_ + "/" + name).base16()));
  file.finish();
}

void Repository::write(const std::string& name, const std::string& text) const {
  NewFile file(path_ + "/" + name);
  file.write(text);
  file.finish();
}

void Repository::finish() {
  std::sort(index_.begin(), index_.end());
  std::string packages;
  for (const std::string& paragraph : index_) packages += paragraph;
  write("Packages", packages);
  write("Release",
        fmt::format("Origin: nacre\nLabel: {}\nArchitectures: {}\n"
                    "Date: Thu, 01 Jan 1970 00:00:01 UTC\nSHA256:\n {} {} Packages\n",
                    field(control_, "Package"), field(control_, "Architecture"),
                    hash_bytes(HashAlgorithm::sha256, packages).base16(), packages.size()));
  finished_ = true;
}

}  // namespace

void build_deb_directory_pack(const BuiltinContext& context) {
  const PackInput input = read_pack_input(context);
  if (input.local_state)
    throw Error(
        "packages of store items are for several packs, whose databases "
        "would be in each other's place")
        .hint("leave out --localstatedir, or choose --format=deb");
  Repository repository(context, input);
  for (const StorePath& item : input.closure) repository.add_item(item);
  repository.add_links();
  repository.finish();
}

}  // namespace nacre
