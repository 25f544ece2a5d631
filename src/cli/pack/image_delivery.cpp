// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/pack/image_delivery.hpp"

#include "base/error.hpp"
#include "registry/answer.hpp"

namespace nacre::cli {

namespace {

std::string container_program() {
  for (const char* program : {"podman", "docker"})
    if (find_program(program)) return program;
  throw Error("there is neither podman nor docker to load the image into")
      .hint("install one of them, or leave out --load and take the file elsewhere");
}

/// "Loaded image: NAME", "Loaded image(s): NAME".
std::string loaded_name(const std::string& output) {
  const std::size_t begin = output.rfind("Loaded image");
  const std::size_t colon = output.find(": ", begin);
  if (begin == std::string::npos || colon == std::string::npos) return {};
  const std::size_t name = colon + 2;
  return registry::one_line(output.substr(name, output.find('\n', name) - name));
}

}  // namespace

ImagePush::ImagePush(const DeliveryOptions& options, const std::string& format)
    : reference_(registry::parse_reference(options.push)),
      credentials_(registry::find_credentials(reference_)),
      types_(format == "docker" ? registry::MediaTypes::docker : registry::MediaTypes::oci) {
  options_.verify_tls = options.verify_tls;
}

void ImagePush::connect(Reporter& reporter) {
  repository_.emplace(reference_, credentials_, options_, reporter);
}

std::string ImagePush::pushed_name(const std::string& file) const {
  const registry::ImageLayout layout(file);
  return fmt::format("{}@{}", reference_.name(), plan_push(layout, types_).image().digest);
}

void ImagePush::push(const std::string& file, const std::vector<registry::Artefact>& artefacts) {
  const registry::ImageLayout layout(file);
  fmt::print("{}\n", registry::push_image(*repository_, layout, types_, artefacts));
}

ImageLoad::ImageLoad() : program_(container_program()) {}

void ImageLoad::load(const std::string& file, bool quiet) {
  std::vector<std::string> argv{program_, "load", "-i", file};
  if (quiet) argv.emplace_back("--quiet");
  const CommandResult result = outside_.run(argv);
  if (result.status != 0)
    throw Error("'{} load' failed with status {}", program_, result.status)
        .hint(fmt::format("what it says is above; the image is in {}", file));
  const std::string name = loaded_name(result.output);
  if (name.empty()) throw Error("'{} load' does not tell what it loaded", program_);
  fmt::print("{}\n", name);
}

ImageDelivery::ImageDelivery(const DeliveryOptions& options, const std::string& format) {
  const std::string delivered = delivered_format(options, format);
  if (!options.push.empty()) push_.emplace(options, delivered);
  if (options.load) load_.emplace();
  // A registry takes the parts of an image each by itself, which is how OCI has them.
  if (push_) formats_.emplace_back("oci");
  if (!push_ || (load_ && delivered != "oci")) formats_.push_back(delivered);
}

void ImageDelivery::connect(Reporter& reporter) {
  if (push_) push_->connect(reporter);
}

std::string ImageDelivery::pushed_name(const StorePath& pack) const {
  return push_ ? push_->pushed_name(pack.text()) : "";
}

void ImageDelivery::deliver(Session& session, const std::vector<StorePath>& packs,
                            const std::vector<registry::Artefact>& artefacts, bool quiet) {
  // Others are to read the file: where the store is not at its usual place, say where it really is.
  const std::string file = session.location().outside(packs.back().text());
  if (load_) load_->load(file, quiet);
  if (push_) push_->push(packs.front().text(), artefacts);
  if (!push_ && !load_) fmt::print("{}\n", file);
}

}  // namespace nacre::cli
