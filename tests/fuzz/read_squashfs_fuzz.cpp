// SPDX-License-Identifier: GPL-3.0-or-later
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

extern "C" {
#include "squashfs.h"
}

namespace {

/// How much of an image is looked at: it may have directories within themselves, and holes.
struct Walk {
  squashfs* image;
  int entries_left = 2000;
  int depth_left = 8;
};

void read_contents(Walk& walk, const squashfs_inode& inode) {
  std::vector<char> buffer(100'000);
  std::array<char, PATH_MAX> target;
  for (const std::uint64_t offset : {std::uint64_t{0}, std::uint64_t{4095}, inode.size / 2,
                                     inode.size - std::min<std::uint64_t>(inode.size, 10)}) {
    const ssize_t count =
        squashfs_read_file(walk.image, &inode, buffer.data(), buffer.size(), offset);
    if (count > static_cast<ssize_t>(buffer.size())) abort();
  }
  if (squashfs_read_link(walk.image, &inode, target.data()) == 0 &&
      strnlen(target.data(), target.size()) == target.size())
    abort();
}

int visit(void* context, const char* name, std::uint64_t place, mode_t, std::uint32_t) {
  auto& walk = *static_cast<Walk*>(context);
  const std::string text = name;
  if (text.empty() || text == "." || text == ".." || text.find('/') != std::string::npos) abort();
  squashfs_inode inode;
  if (walk.entries_left-- == 0) return 1;
  if (squashfs_read_inode(walk.image, place, &inode) < 0) return 0;
  read_contents(walk, inode);
  if (!S_ISDIR(inode.mode) || walk.depth_left == 0) return 0;
  walk.depth_left--;
  squashfs_walk(walk.image, &inode, 0, visit, &walk);
  walk.depth_left++;
  return 0;
}

}  // namespace

/// Nothing in an image of an AppImage leads out of it or out of a buffer.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const int fd = memfd_create("image", MFD_CLOEXEC);
  if (write(fd, data, size) != static_cast<ssize_t>(size)) abort();
  failure reason;
  if (squashfs* image = squashfs_open(fd, 0, &reason)) {
    Walk walk{image};
    squashfs_inode root;
    std::uint64_t place = 0;
    if (squashfs_read_inode(image, squashfs_root(image), &root) == 0) {
      squashfs_walk(image, &root, 0, visit, &walk);
      squashfs_find(image, &root, "AppRun", &place);
    }
    squashfs_close(image);
  }
  close(fd);
  return 0;
}
