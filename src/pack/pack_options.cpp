// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/pack_options.hpp"

#include <array>

#include "pack/image/image_options.hpp"

namespace nacre {
namespace {

using enum OptionKind;
using enum OptionPassing;

void check_duration(const std::string& text) {
  parse_duration("time", text);
}

constexpr std::array archive_rows{
    PackOption{"compression", "-C,--compression", text, "TOOL",
               "gzip (the default), zstd, xz, lzip, bzip2 or none; a level may follow, as in "
               "zstd:19"},
    PackOption{"symlinks", "-S,--symlink", texts, "SOURCE=TARGET",
               "add the link SOURCE to TARGET, which is below the profile"},
    PackOption{"relocatable", "-R,--relocatable", count, "",
               "make programs that run wherever the pack is unpacked, by user namespaces; given "
               "twice, -RR, by PRoot where there are none, or as GUIX_EXECUTION_ENGINE says"},
};

constexpr std::array root_rows{
    PackOption{"files", "--add-file", texts, "NAME=FILE",
               "add the file NAME, with the contents of FILE of this machine or, if 'profile:' "
               "comes before it, of the profile; ',mode=MODE' and ',owner=USER[:GROUP]' may follow",
               by_format, "a file"},
    PackOption{"directories", "--add-directory", texts, "NAME",
               "add the directory NAME, which may be followed by the same", by_format,
               "a directory"},
    PackOption{"users", "--add-user", texts, "NAME[:UID[:GID[:HOME[:SHELL]]]]",
               "add the user NAME, and a group of that name, to /etc/passwd and /etc/group; their "
               "number is 1000 by default",
               by_format, "a user to add"},
};

constexpr std::array program_rows{
    PackOption{"entry-point", "--entry-point", text, "PROGRAM",
               "the program, below the profile, that 'docker run' or 'singularity run' starts",
               by_format, "an entry point"},
    PackOption{"entry-point-arguments", "-A,--entry-point-argument", texts, "ARGUMENT",
               "an argument of that program", by_format, "an entry point's argument"},
};

constexpr std::array image_rows{
    PackOption{"command", "--cmd", texts, "ARGUMENT",
               "default command, or default arguments of the entry point", same_name, "a command",
               "command's argument"},
    PackOption{"environment", "--env", texts, "NAME=VALUE", "set a variable in the image",
               same_name, "an environment", "environment variable",
               [](const std::string& text) { parse_assignment("environment variable", text); }},
    PackOption{"exposed-ports", "--expose", texts, "PORT",
               "a port that the image listens on, such as 80 or 53/udp", same_name, "a port",
               "port", [](const std::string& text) { parse_exposed_port(text); }},
    PackOption{"volumes", "--volume", texts, "DIRECTORY",
               "a directory of the image that outlives its containers", same_name, "a volume",
               "volume", [](const std::string& text) { parse_volume(text); }},
    PackOption{"labels", "--label", texts, "NAME=VALUE", "label the image", same_name, "a label",
               "label", [](const std::string& text) { parse_assignment("label", text); }},
    PackOption{"user", "--user", text, "USER[:GROUP]", "whom the image runs as", same_name,
               "a user", "", [](const std::string& text) { parse_image_user(text); }},
    PackOption{"working-directory", "--workdir", text, "DIRECTORY",
               "the directory that the image's program starts in", same_name, "a working directory",
               "", [](const std::string& text) { parse_working_directory(text); }},
    PackOption{"image-tag", "--image-tag", text, "NAME", "the name, and :tag, of the image",
               by_format, "the name of an image", "",
               [](const std::string& text) { parse_image_name(text); }},
    PackOption{"created", "--created", text, "DATE",
               "when the image says that it was made, such as 2026-01-31, or epoch; by default one "
               "second later",
               same_name, "a date", "", [](const std::string& text) { parse_created(text); }},
    PackOption{"stop-signal", "--stop-signal", text, "SIGNAL",
               "the signal that ends the image's program, SIGTERM by default", same_name,
               "a signal", "", [](const std::string& text) { parse_stop_signal(text); }},
    PackOption{"health-command", "--health-cmd", texts, "ARGUMENT",
               "command, or an argument of it, that fails if the image's program does not work",
               same_name, "a health check", "health check's argument"},
    PackOption{"health-interval", "--health-interval", text, "TIME",
               "how long to wait between two checks, such as 30s", same_name, "a health check", "",
               check_duration},
    PackOption{"health-timeout", "--health-timeout", text, "TIME", "how long a check may take",
               same_name, "a health check", "", check_duration},
    PackOption{"health-start-period", "--health-start-period", text, "TIME",
               "how long checks may fail at first", same_name, "a health check", "",
               check_duration},
    PackOption{"health-retries", "--health-retries", number, "N",
               "how many checks in a row have to fail", same_name, "a health check", "", nullptr, 1,
               most_health_retries},
    PackOption{"max-layers", "--max-layers", number, "N", "at most N layers in the image",
               same_name, "a number of layers", "", nullptr, 1, most_image_layers},
};

constexpr std::array package_rows{
    PackOption{"package-name", "--package-name", text, "NAME",
               "what the package is called; 'nacre-' and the packages' names by default", by_format,
               "a package's name"},
};

constexpr std::array deb_control_rows{
    PackOption{"control-file", "--control-file", file, "FILE",
               "the control file of the Debian package, instead of one made from the manifest",
               same_name, "a control file"},
};

constexpr std::array deb_rows{
    PackOption{"postinst-file", "--postinst-file", file, "FILE",
               "the script that dpkg runs when it has installed the package", same_name,
               "a script to run after the installation"},
    PackOption{"triggers-file", "--triggers-file", file, "FILE", "dpkg's triggers file", same_name,
               "a file of triggers"},
};

constexpr std::array rpm_rows{
    PackOption{"prein-file", "--prein-file", file, "FILE",
               "the script that rpm runs before it installs the package", same_name,
               "a script to run before the installation"},
    PackOption{"postin-file", "--postin-file", file, "FILE", "the one it runs afterwards",
               same_name, "a script to run after the installation"},
    PackOption{"preun-file", "--preun-file", file, "FILE",
               "the script that rpm runs before it removes the package", same_name,
               "a script to run before the removal"},
    PackOption{"postun-file", "--postun-file", file, "FILE", "the one it runs afterwards",
               same_name, "a script to run after the removal"},
};

constexpr std::array local_state_rows{
    PackOption{"localstatedir?", "--localstatedir", flag, "",
               "add /var/guix, with a database of what is in the pack"},
    PackOption{"profile-name", "--profile-name", text, "NAME",
               "what root's profile in /var/guix is called: guix-profile (the default) or "
               "current-guix"},
};

}  // namespace

constexpr PackOptionGroup archive_options{"", archive_rows};
constexpr PackOptionGroup root_options{"Options of tarballs and images: what else their root has",
                                       root_rows};
constexpr PackOptionGroup program_options{"Options of images that run a program", program_rows};
constexpr PackOptionGroup image_options{"Options of the formats docker and oci", image_rows};
constexpr PackOptionGroup package_options{"Options of the formats deb, deb-directory and rpm",
                                          package_rows};
constexpr PackOptionGroup deb_control_options{"Options of the format deb", deb_control_rows};
constexpr PackOptionGroup deb_options{"Options of the formats deb and deb-directory", deb_rows};
constexpr PackOptionGroup rpm_options{"Options of the format rpm", rpm_rows};
constexpr PackOptionGroup local_state_options{"", local_state_rows};

namespace {

using Groups = std::span<const PackOptionGroup* const>;

constexpr std::array root_groups{&root_options};
constexpr std::array program_groups{&program_options};
constexpr std::array singularity_groups{&program_options, &root_options};
constexpr std::array image_groups{&program_options, &image_options, &root_options};
constexpr std::array deb_groups{&package_options, &deb_control_options, &deb_options};
constexpr std::array deb_directory_groups{&package_options, &deb_options};
constexpr std::array rpm_groups{&package_options, &rpm_options};

constexpr std::array formats{
    PackFormat{"tarball", "an archive to unpack at the root of a file system", root_groups},
    PackFormat{"docker", "an image for 'docker load' and 'podman load'", image_groups},
    PackFormat{"oci", "an image layout in an archive, for podman, skopeo, umoci", image_groups},
    PackFormat{"oci-directory", "the same in a directory, for skopeo and umoci", image_groups},
    PackFormat{"deb", "a package for 'dpkg -i'", deb_groups},
    PackFormat{"deb-directory", "a package for each store item, in a directory for apt",
               deb_directory_groups},
    PackFormat{"rpm", "a package for 'rpm -i'", rpm_groups},
    PackFormat{"squashfs", "an image for Singularity and Apptainer, and for mounting",
               singularity_groups},
    PackFormat{"sif", "the same in a file of Singularity's own format", singularity_groups},
    PackFormat{"appimage", "a program with all that it needs in one file, to run as it is",
               program_groups},
};

}  // namespace

std::span<const PackFormat> pack_formats() {
  return formats;
}

}  // namespace nacre
