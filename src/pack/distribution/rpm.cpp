// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <cassert>
#include <limits>
#include <map>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/hash.hpp"
#include "pack/distribution/rpm_files.hpp"
#include "pack/distribution/rpm_header.hpp"
#include "pack/new_file.hpp"
#include "pack/pack.hpp"
#include "pack/pack_input.hpp"

// An RPM package of version 4: the lead, of which only its mark still matters; the signature
// header, which has the sizes and the digest of what follows; the header; the payload, a
// compressed cpio archive.

namespace nacre {
namespace {

constexpr std::string_view release = "0";

/// What is known once the payload is written; it takes as much room before.
struct Payload {
  std::string digest = std::string(64, '0');
  std::uint64_t compressed_size = 0;
};

struct Dependency {
  std::string name;
  std::uint32_t sense = 0;
  std::string version;
};

struct ScriptKind {
  const char* variable;
  RpmTag text;
  RpmTag program;
  std::uint32_t sense;
};

constexpr std::array<ScriptKind, 4> script_kinds{{
    {"prein-file", RpmTag::pre_install, RpmTag::pre_install_program, rpm_sense::pre_install},
    {"postin-file", RpmTag::post_install, RpmTag::post_install_program, rpm_sense::post_install},
    {"preun-file", RpmTag::pre_remove, RpmTag::pre_remove_program, rpm_sense::pre_remove},
    {"postun-file", RpmTag::post_remove, RpmTag::post_remove_program, rpm_sense::post_remove},
}};

/// A name or a version: RPM takes the last two hyphens of a package's full name for separators.
const std::string& identifier(const BuiltinContext& context, const std::string& variable,
                              std::string_view punctuation) {
  const std::string& text = context.variable(variable);
  auto is_letter_or_digit = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  };
  auto is_good = [&](char c) {
    return is_letter_or_digit(c) || punctuation.find(c) != std::string_view::npos;
  };
  if (text.empty() || !is_letter_or_digit(text.front()) ||
      !std::all_of(text.begin(), text.end(), is_good))
    throw Error("bad {} '{}': it has letters, digits and the characters {}", variable, text,
                punctuation);
  return text;
}

std::string package_name(const BuiltinContext& context) {
  return identifier(context, "package-name", "+-._");
}

std::string package_version(const BuiltinContext& context) {
  return identifier(context, "package-version", "+._~^");
}

std::string full_name(const BuiltinContext& context) {
  return fmt::format("{}-{}-{}", package_name(context), package_version(context), release);
}

/// The program, and perhaps one argument, that a script's first line names; else the shell.
std::vector<std::string> interpreter(const std::string& script, const std::string& variable) {
  if (!script.starts_with("#!")) return {"/bin/sh"};
  constexpr const char* blank = " \t\r";
  const std::string line = script.substr(2, script.find('\n') - 2);
  const std::size_t begin = line.find_first_not_of(blank);
  if (begin == std::string::npos || line[begin] != '/')
    throw Error("the first line of the script for {} names no program", variable);
  const std::size_t end = std::min(line.find_first_of(blank, begin), line.size());
  std::vector<std::string> words{line.substr(begin, end - begin)};
  const std::size_t argument = line.find_first_not_of(blank, end);
  if (argument != std::string::npos)
    words.push_back(line.substr(argument, line.find_last_not_of(blank) + 1 - argument));
  return words;
}

void add_script(const BuiltinContext& context, const ScriptKind& kind, RpmHeader& header,
                std::vector<Dependency>& dependencies) {
  const auto file = context.derivation.variable(kind.variable);
  if (!file) return;
  const std::string script = read_file(context.input(*file));
  const std::vector<std::string> words = interpreter(script, kind.variable);
  header.set_text(kind.text, script);
  if (words.size() == 1)
    header.set_text(kind.program, words.front());
  else
    header.set_texts(kind.program, words);
  dependencies.push_back({words.front(), kind.sense, ""});
}

/// What RPM itself has to be able to do.
std::vector<Dependency> required_features(Compression compression) {
  constexpr std::uint32_t sense = rpm_sense::rpm_itself | rpm_sense::less | rpm_sense::equal;
  std::vector<Dependency> features{{"rpmlib(CompressedFileNames)", sense, "3.0.4-1"},
                                   {"rpmlib(FileDigests)", sense, "4.6.0-1"},
                                   {"rpmlib(PayloadFilesHavePrefix)", sense, "4.0-1"},
                                   {"rpmlib(ScriptletInterpreterArgs)", sense, "4.0.3-1"}};
  if (compression == Compression::xz) features.push_back({"rpmlib(PayloadIsXz)", sense, "5.2-1"});
  if (compression == Compression::zstd)
    features.push_back({"rpmlib(PayloadIsZstd)", sense, "5.4.18-1"});
  if (compression == Compression::bzip2)
    features.push_back({"rpmlib(PayloadIsBzip2)", sense, "3.0.5-1"});
  return features;
}

void describe_dependencies(const BuiltinContext& context,
                           const std::vector<Dependency>& dependencies, RpmHeader& header) {
  std::vector<std::string> names, versions;
  std::vector<std::uint32_t> senses;
  for (const Dependency& dependency : dependencies) {
    names.push_back(dependency.name);
    senses.push_back(dependency.sense);
    versions.push_back(dependency.version);
  }
  header.set_texts(RpmTag::required_names, names);
  header.set_numbers(RpmTag::required_flags, senses);
  header.set_texts(RpmTag::required_versions, versions);
  header.set_texts(RpmTag::provided_names, {package_name(context)});
  header.set_numbers(RpmTag::provided_flags, std::vector{rpm_sense::equal});
  header.set_texts(RpmTag::provided_versions,
                   {fmt::format("{}-{}", package_version(context), release)});
}

void describe_package(const BuiltinContext& context, RpmHeader& header) {
  header.set_texts(RpmTag::header_languages, {"C"});
  header.set_text(RpmTag::encoding, "utf-8");
  header.set_text(RpmTag::name, package_name(context));
  header.set_text(RpmTag::version, package_version(context));
  header.set_text(RpmTag::release, release);
  header.set_translated(RpmTag::summary, context.variable("summary"));
  header.set_translated(RpmTag::description, context.variable("description"));
  header.set_translated(RpmTag::group, "Unspecified");
  header.set_text(RpmTag::license, context.variable("license"));
  if (auto page = context.derivation.variable("home-page")) header.set_text(RpmTag::url, *page);
  header.set_numbers(RpmTag::build_time, std::vector<std::uint32_t>{1});
  header.set_text(RpmTag::operating_system, "linux");
  header.set_text(RpmTag::architecture, context.variable("architecture"));
  // RPM takes a package without it for one of sources.
  header.set_text(RpmTag::source_package, full_name(context) + ".src.rpm");
}

void describe_payload(const PackInput& input, const std::vector<RpmFile>& files,
                      const Payload& payload, RpmHeader& header) {
  const std::uint64_t size = installed_size(files);
  if (size <= std::numeric_limits<std::uint32_t>::max())
    header.set_numbers(RpmTag::size, std::vector{static_cast<std::uint32_t>(size)});
  else
    header.set_numbers(RpmTag::long_size, std::vector{size});
  header.set_text(RpmTag::payload_format, "cpio");
  // Without a compressor, RPM reads what may be compressed by gzip or not at all.
  if (input.compression != Compression::none)
    header.set_text(RpmTag::payload_compressor, to_string(input.compression));
  header.set_texts(RpmTag::payload_digests, {payload.digest});
  header.set_numbers(RpmTag::payload_digest_algorithm, std::vector{rpm_sha256});
}

std::string header_text(const BuiltinContext& context, const PackInput& input,
                        const std::vector<RpmFile>& files, const Payload& payload) {
  RpmHeader header;
  std::vector<Dependency> dependencies = required_features(input.compression);
  describe_package(context, header);
  describe_payload(input, files, payload, header);
  describe_rpm_files(files, header);
  for (const ScriptKind& kind : script_kinds) add_script(context, kind, header, dependencies);
  describe_dependencies(context, dependencies, header);
  return header.encode(RpmRegion::header);
}

/// Which tags it has must not depend on how well the payload is compressed, which is known too
/// late: a payload that is far from 4 GiB stays so whatever compressing does to it.
std::string signature_text(const std::string& header, std::uint64_t payload_size,
                           std::uint64_t compressed_size) {
  RpmHeader signature;
  const std::uint64_t size = header.size() + compressed_size;
  signature.set_text(RpmSignatureTag::header_sha256,
                     hash_bytes(HashAlgorithm::sha256, header).base16());
  if (payload_size + header.size() < std::uint64_t{1} << 31) {
    signature.set_numbers(RpmSignatureTag::size, std::vector{static_cast<std::uint32_t>(size)});
    signature.set_numbers(RpmSignatureTag::payload_size,
                          std::vector{static_cast<std::uint32_t>(payload_size)});
  } else {
    signature.set_numbers(RpmSignatureTag::long_size, std::vector{size});
    signature.set_numbers(RpmSignatureTag::long_payload_size, std::vector{payload_size});
  }
  std::string text = signature.encode(RpmRegion::signature);
  text.resize((text.size() + 7) / 8 * 8);
  return text;
}

/// What the lead has for an architecture, as RPM numbers them; 1 stands for PCs.
char architecture_number(const std::string& architecture) {
  const std::map<std::string, char> numbers{
      {"mips64el", 11}, {"armv7hl", 12}, {"ppc64le", 16}, {"aarch64", 19}, {"riscv64", 22}};
  const auto entry = numbers.find(architecture);
  return entry == numbers.end() ? 1 : entry->second;
}

/// Mark, version 3.0, kind (0: binary), architecture, name, system (1: Linux), kind of signatures.
std::string lead_text(const std::string& name, const std::string& architecture) {
  constexpr std::size_t name_size = 66, reserved_size = 16;
  std::string text("\xed\xab\xee\xdb\x03\x00\x00\x00\x00", 9);
  text += architecture_number(architecture);
  std::string field = name.substr(0, name_size - 1);
  field.resize(name_size);
  text += field;
  text += std::string_view("\x00\x01\x00\x05", 4);
  text.append(reserved_size, '\0');
  return text;
}

/// All that comes before the payload.
std::string head(const BuiltinContext& context, const PackInput& input,
                 const std::vector<RpmFile>& files, const Payload& payload) {
  const std::string header = header_text(context, input, files, payload);
  return lead_text(full_name(context), context.variable("architecture")) +
         signature_text(header, rpm_payload_size(files), payload.compressed_size) + header;
}

}  // namespace

/// The head has digests of what comes after it: it is written twice.
void build_rpm_pack(const BuiltinContext& context) {
  const PackInput input = read_pack_input(context);
  if (input.compression == Compression::lzip)
    throw Error("RPM packages are not compressed by lzip");
  std::vector<RpmFile> files = list_rpm_files(context, input);
  NewFile file(context.outputs.at("out"));
  file.write(head(context, input, files, {}));
  const std::uint64_t begin = file.size();

  HashSink digest(HashAlgorithm::sha256);
  TeeSink both(file, digest);
  write_rpm_payload(context, input, files, both);
  const Payload payload{digest.finish().base16(), file.size() - begin};

  const std::string final_head = head(context, input, files, payload);
  assert(final_head.size() == begin);
  file.overwrite(0, final_head);
  file.finish();
}

}  // namespace nacre
