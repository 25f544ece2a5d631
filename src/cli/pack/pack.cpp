// SPDX-License-Identifier: GPL-3.0-or-later
#include <memory>
#include <optional>
#include <utility>

#include "cli/commands.hpp"
#include "cli/objects/command.hpp"
#include "cli/objects/places.hpp"
#include "cli/options.hpp"
#include "cli/pack/attest.hpp"
#include "cli/pack/delivery_options.hpp"
#include "cli/pack/formats.hpp"
#include "cli/pack/image_delivery.hpp"
#include "cli/pack/image_options.hpp"
#include "cli/pack/package_options.hpp"
#include "cli/pack/profile_options.hpp"
#include "cli/pack/sbom.hpp"
#include "guile/paths.hpp"

namespace nacre::cli {

namespace {

struct PackCommand : ObjectsCommand {
  std::string format;
  std::string compression = "gzip";
  std::vector<std::string> symlinks;
  unsigned relocatable = 0;
  FormatHelp help;
  ImageOptions image;
  PackageOptions package;
  ProfileOptions profile;
  DeliveryOptions delivery;
  SbomOptions sbom;
  AttestOptions attest;
};

/// The options of pack-derivation, as its keyword arguments.
std::vector<guile::Value> keywords(const PackCommand& command, const std::string& format) {
  return {guile::keyword("format"),      guile::symbol(format),
          guile::keyword("compression"), guile::symbol(command.compression),
          guile::keyword("symlinks"),    to_scheme_list(command.symlinks),
          guile::keyword("relocatable"), guile::to_scheme(static_cast<long>(command.relocatable)),
          guile::keyword("systems"),     to_scheme_list(command.systems),
          guile::keyword("targets"),     to_scheme_list(command.targets)};
}

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
  return command.profile.save_provenance ? add_provenance(manifest) : manifest;
}

/// The passes of a pack: options to a manifest, the manifest to a derivation, which holds the rest.
BuildRequest lower(Session& session, const PackCommand& command, const guile::Value& manifest,
                   const std::string& format) {
  std::vector<guile::Value> arguments{session.store_connection(), manifest};
  for (guile::Value& value : keywords(command, format)) arguments.push_back(std::move(value));
  append_image_keywords(arguments, command.image);
  append_package_keywords(arguments, command.package);
  append_profile_keywords(arguments, command.profile);
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
  check_image_options(command.image);
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
  app.add_option("-f,--format", command->format,
                 "tarball (the default), docker, oci, oci-directory, deb, deb-directory, rpm, "
                 "squashfs, sif "
                 "or appimage")
      ->type_name("FORMAT");
  add_format_help(app, command->help);
  app.add_option(
         "-C,--compression", command->compression,
         "gzip (the default), zstd, xz, lzip, bzip2 or none; a level may follow, as in zstd:19")
      ->type_name("TOOL");
  app.add_option("-S,--symlink", command->symlinks,
                 "add the link SOURCE to TARGET, which is below the profile (repeatable)")
      ->type_name("SOURCE=TARGET")
      ->allow_extra_args(false);
  app.add_flag("-R,--relocatable", command->relocatable,
               "make programs that run wherever the pack is unpacked, by user namespaces; given "
               "twice, -RR, by PRoot where there are none, or as GUIX_EXECUTION_ENGINE says");
  add_image_options(app, command->image);
  add_platform_options(app, *command, "pack",
                       {" (oci: repeatable, for one image each)",
                        " (oci: repeatable; the target of this system is built natively then)"});
  add_package_options(app, command->package);
  add_profile_options(app, command->profile);
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
