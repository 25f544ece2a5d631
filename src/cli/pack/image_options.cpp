// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/pack/image_options.hpp"

#include "base/error.hpp"
#include "cli/options.hpp"
#include "cli/pack/formats.hpp"
#include "pack/image/image.hpp"
#include "pack/image/image_options.hpp"

namespace nacre::cli {

namespace {

void add_texts(CLI::App& app, const std::string& names, std::vector<std::string>& texts,
               const std::string& type, const std::string& help) {
  app.add_option(names, texts, help + " (repeatable)")->type_name(type)->allow_extra_args(false);
}

void add_text(CLI::App& app, const std::string& names, std::string& text, const std::string& type,
              const std::string& help) {
  app.add_option(names, text, help)->type_name(type);
}

}  // namespace

void add_image_options(CLI::App& app, ImageOptions& options) {
  in_group(app, program_options, [&] {
    add_text(app, "--entry-point", options.entry_point, "PROGRAM",
             "the program, below the profile, that 'docker run' or 'singularity run' starts");
    add_texts(app, "-A,--entry-point-argument", options.entry_point_arguments, "ARGUMENT",
              "an argument of that program");
  });
  in_group(app, image_options, [&] {
    add_texts(app, "--cmd", options.command, "ARGUMENT",
              "default command, or default arguments of the entry point");
    add_texts(app, "--env", options.environment, "NAME=VALUE", "set a variable in the image");
    add_texts(app, "--expose", options.exposed_ports, "PORT",
              "a port that the image listens on, such as 80 or 53/udp");
    add_texts(app, "--volume", options.volumes, "DIRECTORY",
              "a directory of the image that outlives its containers");
    add_texts(app, "--label", options.labels, "NAME=VALUE", "label the image");
    add_text(app, "--user", options.user, "USER[:GROUP]", "whom the image runs as");
    add_text(app, "--workdir", options.working_directory, "DIRECTORY",
             "the directory that the image's program starts in");
    add_text(app, "--image-tag", options.tag, "NAME", "the name, and :tag, of the image");
    app.add_option("--max-layers", options.max_layers, "at most N layers in the image")
        ->type_name("N")
        ->check(CLI::Range(1, most_image_layers));
  });
}

void check_image_options(const ImageOptions& options) {
  for (const std::string& text : options.environment)
    parse_assignment("environment variable", text);
  for (const std::string& text : options.labels) parse_assignment("label", text);
  for (const std::string& text : options.exposed_ports) parse_exposed_port(text);
  for (const std::string& text : options.volumes) parse_volume(text);
  if (!options.user.empty()) parse_image_user(options.user);
  if (!options.working_directory.empty()) parse_working_directory(options.working_directory);
  if (!options.tag.empty()) parse_image_name(options.tag);
}

void append_image_keywords(std::vector<guile::Value>& arguments, const ImageOptions& options) {
  auto append = [&](const char* name, guile::Value value) {
    arguments.push_back(guile::keyword(name));
    arguments.push_back(std::move(value));
  };
  append("entry-point", or_false(options.entry_point));
  append("entry-point-arguments", to_scheme_list(options.entry_point_arguments));
  append("command", to_scheme_list(options.command));
  append("environment", to_scheme_list(options.environment));
  append("exposed-ports", to_scheme_list(options.exposed_ports));
  append("volumes", to_scheme_list(options.volumes));
  append("labels", to_scheme_list(options.labels));
  append("user", or_false(options.user));
  append("working-directory", or_false(options.working_directory));
  append("image-tag", or_false(options.tag));
  append("max-layers", options.max_layers == 0
                           ? guile::to_scheme(false)
                           : guile::to_scheme(static_cast<long>(options.max_layers)));
}

}  // namespace nacre::cli
