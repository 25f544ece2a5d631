// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/archive_tree.hpp"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "archive/entry_name.hpp"
#include "archive/tree_limits.hpp"
#include "base/error.hpp"
#include "base/interrupt.hpp"

namespace nacre {
namespace {

using Kind = SourceNode::Kind;

/// A piece of a file.
class PieceContents final : public FileContents {
 public:
  PieceContents(int fd, std::uint64_t offset, std::uint64_t size)
      : fd_(fd), offset_(offset), rest_(size) {}

  std::size_t read(char* buffer, std::size_t size) override {
    size = static_cast<std::size_t>(std::min<std::uint64_t>(size, rest_));
    ssize_t count = 0;
    do count = pread(fd_, buffer, size, static_cast<off_t>(offset_));
    while (count < 0 && errno == EINTR);
    if (count < 0) throw_errno("reading a file of an archive");
    offset_ += static_cast<std::uint64_t>(count);
    rest_ -= static_cast<std::uint64_t>(count);
    return static_cast<std::size_t>(count);
  }

 private:
  int fd_;
  std::uint64_t offset_;
  std::uint64_t rest_;
};

class ArchiveNode final : public SourceNode {
 public:
  ArchiveNode(const ArchiveTree::Entry& entry, std::string path, int contents)
      : entry_(entry), path_(std::move(path)), contents_(contents) {}

  Kind kind() const override { return entry_.kind; }
  const std::string& path() const override { return path_; }
  std::uint64_t size() const override { return entry_.size; }
  std::unique_ptr<FileContents> contents() const override {
    return std::make_unique<PieceContents>(contents_, entry_.offset, entry_.size);
  }
  std::string target() const override { return entry_.target; }

  std::vector<std::string> names() const override {
    std::vector<std::string> names;
    for (const auto& [name, entry] : entry_.entries) names.push_back(name);
    return names;
  }
  std::unique_ptr<SourceNode> entry(const std::string& name) const override {
    return std::make_unique<ArchiveNode>(*entry_.entries.at(name), path_ + "/" + name, contents_);
  }

 private:
  const ArchiveTree::Entry& entry_;
  std::string path_;
  int contents_;
};

}  // namespace

ArchiveTree::ArchiveTree(FileReader& archive, std::string name)
    : name_(std::move(name)), contents_(open_unnamed_file()) {
  while (auto file = archive.next()) {
    check_interrupted();
    add(*file, archive);
  }
}

std::unique_ptr<SourceNode> ArchiveTree::root() const {
  return std::make_unique<ArchiveNode>(root_, name_, contents_.get());
}

void ArchiveTree::add(const ArchiveFile& file, FileReader& archive) {
  if (file.path.empty()) return;  // the root, which is there
  check_entry_name(file.path, "an archive");
  check_path_length(file.path.size(), file.path);
  auto entry = std::make_unique<Entry>();
  switch (file.type) {
    case ArchiveFile::Type::directory:
      break;
    case ArchiveFile::Type::symlink:
      entry->kind = Kind::symlink;
      entry->target = file.link_target;
      break;
    case ArchiveFile::Type::regular:
      entry->kind = file.mode & 0100 ? Kind::executable : Kind::regular;
      if (file.link_target.empty()) {
        store_contents(*entry, archive);
      } else {
        const Entry& original = file_at(file.link_target, file.path);
        entry->kind = original.kind;
        entry->offset = original.offset;
        entry->size = original.size;
      }
      break;
    case ArchiveFile::Type::other:
      throw Error("'{}' of {} is neither a regular file, a directory nor a link", file.path, name_)
          .hint("devices, pipes and sockets cannot be in the store");
  }
  auto& place = directory_of(file.path).entries[file.path.substr(file.path.rfind('/') + 1)];
  const bool is_again = place && place->kind == Kind::directory && entry->kind == Kind::directory;
  if (!is_again) place = std::move(entry);
}

ArchiveTree::Entry& ArchiveTree::directory_of(std::string_view path) {
  Entry* directory = &root_;
  int depth = 0;
  for (std::size_t slash = path.find('/'); slash != path.npos; slash = path.find('/')) {
    check_tree_depth(++depth, path);
    auto& next = directory->entries[std::string(path.substr(0, slash))];
    if (!next) next = std::make_unique<Entry>();
    if (next->kind != Kind::directory)
      throw Error("{} has '{}' below something that is not a directory", name_, path);
    directory = next.get();
    path.remove_prefix(slash + 1);
  }
  return *directory;
}

const ArchiveTree::Entry& ArchiveTree::file_at(const std::string& path,
                                               const std::string& link) const {
  const Entry* entry = &root_;
  std::string_view rest = path;
  while (entry && !rest.empty()) {
    const std::size_t end = std::min(rest.find('/'), rest.size());
    auto found = entry->entries.find(std::string(rest.substr(0, end)));
    entry = found == entry->entries.end() ? nullptr : found->second.get();
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (!entry || (entry->kind != Kind::regular && entry->kind != Kind::executable))
    throw Error("'{}' of {} is a link to '{}', which is not in front of it", link, name_, path);
  return *entry;
}

void ArchiveTree::store_contents(Entry& entry, FileReader& archive) {
  entry.offset = end_;
  for (std::string_view bytes = archive.read(); !bytes.empty(); bytes = archive.read()) {
    write_fully(contents_.get(), bytes);
    end_ += bytes.size();
  }
  entry.size = end_ - entry.offset;
}

}  // namespace nacre
