// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/pack/attest.hpp"

#include <fcntl.h>

#include "archive/archive_reader.hpp"
#include "attestation/envelope.hpp"
#include "attestation/statement.hpp"
#include "base/files.hpp"
#include "base/interrupt.hpp"
#include "cli/options.hpp"
#include "guile/paths.hpp"
#include "substitute/keys.hpp"

namespace nacre::cli {

namespace {

using Json = nlohmann::json;

/// Variables of a pack's derivation that say nothing of what was asked for.
const std::set<std::string> own_variables{"builtin-version", "codecs", "out", "preferLocalBuild",
                                          "profile"};

/// The files whose text is recorded.
Json source_texts(const std::vector<std::string>& files) {
  Json texts = Json::array();
  for (const std::string& file : files)
    texts.push_back({{"name", base_name(file)}, {"text", read_file(file)}});
  return texts;
}

Json objects_json(const Objects& objects) {
  Json json = Json::object();
  const auto add = [&](const char* name, Json value) {
    if (!value.empty()) json[name] = std::move(value);
  };
  add("packages", objects.specifications);
  add("expressions", objects.expressions);
  add("files", source_texts(objects.files));
  add("manifests", source_texts(objects.manifests));
  return json;
}

Json parameters(const AttestedPack& pack, const Derivation& derivation) {
  Json options = Json::object();
  for (const auto& [name, value] : derivation.environment)
    if (!own_variables.contains(name)) options[name] = value;
  Json all = objects_json(pack.objects.plain);
  if (!pack.objects.development.empty())
    all["development"] = objects_json(pack.objects.development);
  if (!pack.objects.transformations.empty()) all["transformations"] = pack.objects.transformations;
  all["format"] = pack.format;
  all["options"] = options;
  if (!pack.platform.system.empty()) all["system"] = pack.platform.system;
  if (!pack.platform.target.empty()) all["target"] = pack.platform.target;
  return all;
}

std::string system_of(const AttestedPack& pack) {
  if (!pack.platform.system.empty()) return pack.platform.system;
  return guile::to_string(guile::apply(guile::reference("(guix utils)", "%current-system"), {}));
}

guile::Value channel_state() {
  return guile::apply(guile::reference("(nacre provenance)", "read-channel-state"),
                      {guile::to_scheme(guile::channel_record())});
}

/// Why it is not known which commit of the channel this is; "" if it is.
std::string channel_problem(const guile::Value& state) {
  const guile::Value problem =
      guile::apply(guile::reference("(nacre provenance)", "channel-state-problem"), {state});
  return guile::is_string(problem) ? guile::to_string(problem) : "";
}

Json dependencies(const AttestedPack& pack, const guile::Value& state) {
  const guile::Value text =
      guile::apply(guile::reference("(nacre sbom dependencies)", "manifest->dependencies"),
                   {pack.manifest, state, guile::keyword("system"), or_false(pack.platform.system),
                    guile::keyword("target"), or_false(pack.platform.target)});
  return Json::parse(guile::to_string(text));
}

/// The image in an OCI layout has a digest of its own, by which registries know it.
std::vector<Subject> image_subjects(const std::string& layout) {
  const UniqueFd file = open_file(layout, O_RDONLY);
  FdSource source(file.get());
  std::string buffer(1 << 18, '\0');
  ArchiveReader archive([&]() -> std::string_view {
    check_interrupted();
    return std::string_view(buffer).substr(0, source.read(buffer.data(), buffer.size()));
  });
  std::string index;
  while (auto entry = archive.next())
    if (entry->path == "index.json")
      for (std::string_view piece; !(piece = archive.read()).empty();) index += piece;
  const Json document = Json::parse(index);
  std::vector<Subject> subjects;
  for (const Json& image : document.at("manifests")) {
    const std::string digest = image.at("digest");
    subjects.push_back({image.at("annotations").at("org.opencontainers.image.ref.name"),
                        digest.substr(digest.find(':') + 1)});
  }
  return subjects;
}

std::vector<Subject> subjects(const AttestedPack& pack, const std::string& file) {
  std::vector<Subject> all{
      {std::string(pack.file.name()), hash_file(HashAlgorithm::sha256, file).base16()}};
  if (pack.format == "oci")
    for (Subject& image : image_subjects(file)) all.push_back(std::move(image));
  if (!pack.pushed.empty()) {
    const std::size_t digest = pack.pushed.find('@');
    all.push_back(
        {pack.pushed.substr(0, digest), pack.pushed.substr(pack.pushed.find(':', digest) + 1)});
  }
  return all;
}

}  // namespace

void add_attest_options(CLI::App& command, AttestOptions& options) {
  command.add_flag("--attest{.}", options.file,
                   "also write a signed statement of what the pack was made from and how; "
                   "--attest=FILE says where, instead of NAME-OF-THE-PACK.intoto.jsonl");
}

void check_attestation(Session& session, const SelectedObjects& objects) {
  for (const auto& files :
       {objects.plain.manifests, objects.plain.files, objects.development.files})
    for (const std::string& file : files)
      if (file == "-")
        throw Error(
            std::string("an attestation tells the text of the manifest, which is read once"))
            .hint("write the manifest to a file");
  load_signing_key(session.configuration());
}

std::string attest(Session& session, const AttestedPack& pack) {
  const guile::Value state = channel_state();
  const std::string problem = channel_problem(state);
  if (!problem.empty())
    session.reporter().warning(fmt::format(
        "the attestation does not say which commit of nacre's packages this is: {}", problem));
  const SigningKey key = load_signing_key(session.configuration());
  const auto derivation = session.derivations().read(pack.derivation);
  BuildFacts facts;
  facts.parameters = parameters(pack, *derivation);
  facts.internal = {{"derivation", pack.derivation.text()},
                    {"output", pack.file.text()},
                    {"profile", derivation->environment.at("profile")},
                    {"system", system_of(pack)}};
  facts.dependencies = dependencies(pack, state);
  // The builder is the owner of the key.
  facts.builder = "urn:nacre:store:" + key_id(key.public_key);
  facts.version = NACRE_VERSION;
  const std::string file = session.store()->physical(pack.file);
  return seal_statement(make_statement(subjects(pack, file), facts), key);
}

registry::Artefact attestation_artefact(const std::string& attestation) {
  const std::string type = "application/vnd.dsse.envelope.v1+json";
  return {type, type, attestation, {}};
}

std::string write_attestation(const AttestOptions& options, const StorePath& pack,
                              const std::string& attestation) {
  std::string file =
      options.file == "." ? std::string(pack.name()) + ".intoto.jsonl" : options.file;
  write_file_atomically(file, attestation);
  return file;
}

}  // namespace nacre::cli
