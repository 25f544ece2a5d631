// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/pack/delivery_options.hpp"
#include "cli/session.hpp"
#include "registry/push.hpp"
#include "sandbox/outside_program.hpp"

namespace nacre::cli {

/// An image's way into a registry. Finds out what can be wrong as soon as it can: builds take long.
class ImagePush {
 public:
  /// Reads the reference and looks for credentials; before the store is entered, because helpers
  /// of others may tell them. `format` names the parts of the image: docker or oci.
  ImagePush(const DeliveryOptions& options, const std::string& format);

  /// Error if the registry is out of reach, or does not let them in.
  void connect(Reporter& reporter);
  /// The image's name and digest in the registry, once it is pushed: NAME@sha256:…
  std::string pushed_name(const std::string& file) const;
  /// Pushes the OCI layout `file`; prints its name and digest.
  void push(const std::string& file, const std::vector<registry::Artefact>& artefacts);

 private:
  registry::Reference reference_;
  registry::FoundCredentials credentials_;
  registry::ConnectOptions options_;
  registry::MediaTypes types_;
  std::optional<registry::Repository> repository_;
};

/// An image's way into podman or docker.
class ImageLoad {
 public:
  /// Must come before the store is entered, where those do not work. Error if there is neither.
  ImageLoad();

  /// Loads the image in `file`, a name outside of the store's name space; prints the name that it
  /// has there.
  void load(const std::string& file, bool quiet);

 private:
  std::string program_;
  OutsideProgram outside_;
};

/// Where the packs of one command go: into the store alone, or from there into a registry, podman
/// or docker.
class ImageDelivery {
 public:
  /// To be made before the store is entered. `format` is the one that the user named, if any.
  /// Errors are those of ImagePush and ImageLoad, and a format that cannot be delivered.
  ImageDelivery(const DeliveryOptions& options, const std::string& format);

  /// In which formats to make packs.
  const std::vector<std::string>& formats() const { return formats_; }
  bool pushes() const { return push_.has_value(); }
  /// Sees to it that the registry can be reached, if there is one.
  void connect(Reporter& reporter);
  /// What the first of formats()' packs will be in the registry, NAME@sha256:…; "" if it goes to
  /// none.
  std::string pushed_name(const StorePath& pack) const;
  /// Takes the packs, one for each of formats(), to where they go, and prints what they are called
  /// there: the file's name if it goes nowhere. `artefacts` go into a registry only.
  void deliver(Session& session, const std::vector<StorePath>& packs,
               const std::vector<registry::Artefact>& artefacts, bool quiet);

 private:
  std::vector<std::string> formats_;
  std::optional<ImagePush> push_;
  std::optional<ImageLoad> load_;
};

}  // namespace nacre::cli
