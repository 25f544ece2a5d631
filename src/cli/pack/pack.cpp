// SPDX-License-Identifier: GPL-3.0-or-later
#include <memory>

#include "cli/commands.hpp"
#include "cli/objects/command.hpp"
#include "cli/objects/places.hpp"
#include "cli/options.hpp"
#include "cli/pack/attest.hpp"
#include "cli/pack/delivery_options.hpp"
#include "cli/pack/formats.hpp"
#include "cli/pack/image_delivery.hpp"
#include "cli/pack/options.hpp"
#include "cli/pack/sbom.hpp"
#include "guile/paths.hpp"

namespace nacre::cli {

namespace {

struct PackCommand : ObjectsCommand {
  std::string format;
  FormatHelp help;
  PackOptions options;
  bool save_provenance = false;
  DeliveryOptions delivery;
  SbomOptions sbom;
  AttestOptions attest;
};

/// The manifest, each entry of which says which channel, at which commit, it comes from; what that
/// is not known of is warned of.
guile::Value add_provenance(const guile::Value& manifest) {
  const guile::Value state =
      guile::apply(guile::reference("(nacre provenance)", "read-channel-state"),
                   {guile::to_scheme(guile::channel_record())});
  return guile::apply(guile::reference("(nacre provenance)", "manifest-with-provenance"),
                      {manifest, state});
}

guile::Value evaluate_manifest(Session& session, const PackCommand& command) {
  Platform platform;  // it matters to development objects alone
  if (!command.objects.development.empty()) platform = only_platform(command, "--development");
  const guile::Value manifest = evaluate_to_manifest(session, command.objects, platform);
  return command.save_provenance ? add_provenance(manifest) : manifest;
}

/// The passes of a pack: options to a manifest, the manifest to a derivation, which holds the rest.
BuildRequest lower(Session& session, const PackCommand& command, const guile::Value& manifest,
                   const std::string& format) {
  std::vector<guile::Value> arguments{session.store_connection(), manifest,
                                      guile::keyword("format"),   guile::symbol(format),
                                      guile::keyword("systems"),  to_scheme_list(command.systems),
                                      guile::keyword("targets"),  to_scheme_list(command.targets)};
  command.options.append_keywords(arguments);
  const guile::Value derivation =
      guile::apply(guile::reference("(nacre pack)", "pack-derivation"), arguments);
  const guile::Value file =
      guile::apply(guile::reference("(guix derivations)", "derivation-file-name"), {derivation});
  return {StorePath(guile::to_string(file)), {}};
}

/// What goes with an image into a registry.
std::vector<registry::Artefact> artefacts(const PackCommand& command, const std::string& sbom,
                                          const std::string& attestation) {
  std::vector<registry::Artefact> artefacts;
  if (!sbom.empty()) artefacts.push_back(sbom_artefact(command.sbom, sbom));
  if (!attestation.empty()) artefacts.push_back(attestation_artefact(attestation));
  return artefacts;
}

/// Error if there will be no pack that a statement could be about.
void check_packs(const PackCommand& command, const ImageDelivery& delivery) {
  if (command.derivations || command.dry_run)
    throw Error("--attest states how a pack was built, and {} builds none",
                command.derivations ? "--derivation" : "--dry-run")
        .hint("leave out one of them");
  if (!command.sbom.format.empty() && !delivery.pushes())
    throw Error("--attest states how a pack was built, and --sbom builds none")
        .hint("give them in two commands, or push the image with both by --push");
}

/// Error for what would fail only when all is built.
void check_options(const PackCommand& command) {
  command.options.check();
  if (!command.sbom.file.empty()) check_place_for_file("--sbom-file", command.sbom.file);
  if (command.attest.is_wanted())
    check_place_for_file("--attest", command.attest.file == "." ? "PACK" : command.attest.file);
}

int run(Session& session, const PackCommand& command) {
  if (command.objects.empty())
    throw Error("nothing to pack")
        .hint("name packages, or use --manifest or --expression; see nacre pack --help");
  check_options(command);
  prepare(session, command);
  ImageDelivery delivery(command.delivery, command.format);
  Platform platform;
  if (command.attest.is_wanted()) {
    check_packs(command, delivery);
    platform = only_platform(command, "--attest");
    check_attestation(session, command.objects);
  }
  if (!command.sbom.format.empty()) platform = only_platform(command, "--sbom");
  const guile::Value manifest = evaluate_manifest(session, command);
  const std::string sbom = make_sbom(session, command.sbom, manifest, platform);
  if (!sbom.empty() && !delivery.pushes()) {
    write_sbom(command.sbom, sbom);
    return 0;
  }

  std::vector<BuildRequest> requests;
  for (const std::string& format : delivery.formats())
    requests.push_back(lower(session, command, manifest, format));
  if (show_requests(session, command, requests)) return 0;
  delivery.connect(session.reporter());
  const std::vector<StorePath> paths = build_requests(session, requests);
  keep_result(session, command, paths);
  std::string attestation;
  if (command.attest.is_wanted()) {
    attestation = attest(
        session, {command.objects, manifest, delivery.formats().front(), platform,
                  requests.front().path, paths.front(), delivery.pushed_name(paths.front())});
    write_attestation(command.attest, paths.front(), attestation);
  }
  if (!command.sbom.file.empty()) write_sbom(command.sbom, sbom);
  delivery.deliver(session, paths, artefacts(command, sbom, attestation), command.quiet);
  return 0;
}

}  // namespace

void add_pack_command(CLI::App& program, Session& session, Action& action) {
  auto command = std::make_shared<PackCommand>();
  CLI::App& app = *program.add_subcommand("pack", "bundle packages into an image or an archive");
  add_object_options(app, command->objects.plain,
                     {"packages, by name, name@version or name:output", "--file",
                      "the packages that the code in FILE evaluates to (repeatable)"});
  add_development_option(app, command->objects);
  app.add_option("-f,--format", command->format, format_names())->type_name("FORMAT");
  add_format_help(app, command->help);
  command->options.add(app, archive_options);
  command->options.add(app, root_options);
  command->options.add(app, program_options);
  command->options.add(app, image_options);
  add_platform_options(app, *command, "pack",
                       {" (oci: repeatable, for one image each)",
                        " (oci: repeatable; the target of this system is built natively then)"});
  for (const PackOptionGroup* group :
       {&package_options, &deb_control_options, &deb_options, &rpm_options})
    command->options.add(app, *group);
  app.add_flag("--save-provenance", command->save_provenance,
               "tell in the profile which channels, at which commits, its packages come from");
  command->options.add(app, local_state_options);
  add_delivery_options(app, command->delivery);
  add_sbom_options(app, command->sbom);
  add_attest_options(app, command->attest);
  add_root_option(app, *command, "the pack");
  add_plan_options(app, session, *command, "derivation");
  add_building_options(app, session, *command);
  add_examples(app,
               "  podman load < $(nacre pack -f docker -S /bin=bin hello)\n"
               "  nacre pack -f docker -m manifest.scm --entry-point=bin/python3\n"
               "  nacre pack -f oci --target=x86_64-linux-gnu,aarch64-linux-gnu hello\n"
               "  nacre pack -f oci -C zstd --env=LANG=C.UTF-8 --cmd=python3 python\n"
               "  nacre pack -f docker --load -S /bin=bin hello\n"
               "  nacre pack --push docker://localhost:5000/team/python:v1 -C zstd python\n"
               "  nacre pack -C zstd python python-numpy");
  app.callback([&app, &session, &action, command] {
    separate_development_objects(app, command->objects);
    action = [&app, &session, command] {
      return show_format_help(app, command->help) ? 0 : run(session, *command);
    };
  });
}

}  // namespace nacre::cli
