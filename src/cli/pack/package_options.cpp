// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/pack/package_options.hpp"

#include "cli/options.hpp"
#include "cli/pack/formats.hpp"

namespace nacre::cli {

namespace {

void add_file(CLI::App& command, const char* name, std::string& file, const char* help) {
  command.add_option(name, file, help)->type_name("FILE");
}

}  // namespace

void add_package_options(CLI::App& command, PackageOptions& options) {
  in_group(command, package_options, [&] {
    command
        .add_option("--package-name", options.name,
                    "what the package is called; 'nacre-' and the packages' names by default")
        ->type_name("NAME");
  });
  in_group(command, deb_control_options, [&] {
    add_file(command, "--control-file", options.control_file,
             "the control file of the Debian package, instead of one made from the manifest");
  });
  in_group(command, deb_options, [&] {
    add_file(command, "--postinst-file", options.postinst_file,
             "the script that dpkg runs when it has installed the package");
    add_file(command, "--triggers-file", options.triggers_file, "dpkg's triggers file");
  });
  in_group(command, rpm_options, [&] {
    add_file(command, "--prein-file", options.prein_file,
             "the script that rpm runs before it installs the package");
    add_file(command, "--postin-file", options.postin_file, "the one it runs afterwards");
    add_file(command, "--preun-file", options.preun_file,
             "the script that rpm runs before it removes the package");
    add_file(command, "--postun-file", options.postun_file, "the one it runs afterwards");
  });
}

void append_package_keywords(std::vector<guile::Value>& arguments, const PackageOptions& options) {
  auto append = [&](const char* name, const std::string& file) {
    arguments.push_back(guile::keyword(name));
    arguments.push_back(or_false(file));
  };
  append("package-name", options.name);
  append("control-file", options.control_file);
  append("postinst-file", options.postinst_file);
  append("triggers-file", options.triggers_file);
  append("prein-file", options.prein_file);
  append("postin-file", options.postin_file);
  append("preun-file", options.preun_file);
  append("postun-file", options.postun_file);
}

}  // namespace nacre::cli
