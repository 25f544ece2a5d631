// SPDX-License-Identifier: GPL-3.0-or-later
#include <elf.h>

#include <cstring>

#include "base/error.hpp"
#include "base/files.hpp"
#include "pack/pack.hpp"
#include "pack/pack_input.hpp"
#include "pack/squashfs/squashfs_closure.hpp"
#include "pack/squashfs/squashfs_writer.hpp"

// An AppImage of type 2: a program, which says so in its ELF header, and right after it a file
// system that the program mounts, with an AppRun that it starts.

namespace nacre {
namespace {

constexpr std::string_view magic = "AI\x02";
constexpr std::size_t magic_offset = 8;

/// Where the program ends, as readers of AppImages find it: its table of sections is the last
/// thing.
template <typename Header>
std::uint64_t program_end(const std::string& program) {
  Header header;
  if (program.size() < sizeof header) return 0;
  std::memcpy(&header, program.data(), sizeof header);
  return header.e_shoff + std::uint64_t{header.e_shentsize} * header.e_shnum;
}

std::string read_runtime(const BuiltinContext& context) {
  const std::string name = context.variable("runtime");
  std::string program = read_file(context.input(name));
  if (!program.starts_with(ELFMAG) || program.size() < EI_NIDENT)
    throw Error("{} is not a program", name);
  const bool is_wide = program[EI_CLASS] == ELFCLASS64;
  const std::uint64_t end =
      is_wide ? program_end<Elf64_Ehdr>(program) : program_end<Elf32_Ehdr>(program);
  if (end != program.size()) throw Error("{} does not end with its table of sections", name);
  program.replace(magic_offset, magic.size(), magic);
  return program;
}

void add_desktop_entry(SquashfsWriter& image, const BuiltinContext& context) {
  const std::string name = context.variable("name");
  if (name.empty() || name.find('/') != std::string::npos || name.starts_with('.'))
    throw Error("bad name of an AppImage '{}'", name);
  image.add_file(name + ".desktop", context.variable("desktop-entry"));
  image.add_file(name + ".svg", context.variable("icon"));
  image.add_symlink(".DirIcon", name + ".svg");
}

}  // namespace

void build_appimage_pack(const BuiltinContext& context) {
  const PackInput input = read_pack_input(context);
  const StorePath launcher(context.variable("app-run"));
  context.input(launcher.text());
  check_in_profile(StoreFiles(context.store), input.profile, context.variable("entry-point"),
                   "the entry point");
  NewFile file(context.outputs.at("out"));
  file.write(read_runtime(context));
  SquashfsWriter image(file, input.codecs, input.compression,
                       compression_level(input.compression, input.level), context.cores);
  image.add_symlink("AppRun", archive_name(launcher));
  add_desktop_entry(image, context);
  for (const PackSymlink& link : input.symlinks)
    image.add_symlink(link.source, link_contents(input, link));
  StorePathSet closure = context.store.requisites({launcher});
  closure.insert(input.closure.begin(), input.closure.end());
  if (const auto state = read_local_state(context, input.profile, closure))
    add_local_state(image, *state);
  add_closure(image, context, closure);
  image.finish();
  file.make_executable();
  file.finish();
}

}  // namespace nacre
