// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sandbox/container.hpp"

/// Devices as the Container Device Interface describes them: JSON files that the machine's
/// administrator, or a driver, puts into /etc/cdi and /var/run/cdi.
namespace nacre::cli {

/// What a container needs to have a device.
struct DeviceEdits {
  std::vector<std::pair<std::string, std::string>> variables;
  std::vector<ContainerMapping> mappings;  ///< device nodes, files, directories
  std::vector<std::string> ignored;        ///< what the file asks for besides, and is not done

  bool operator==(const DeviceEdits&) const;
};

/// Where the files are, those of higher priority last: /etc/cdi and /var/run/cdi, or the
/// directories in $NACRE_CDI_PATH, separated by colons.
std::vector<std::string> device_directories();

/// What the text of a file of that interface says of the device `name` of the kind `kind`
/// ("VENDOR/CLASS"); `found` is whether it has it. Error, which names the part, if it is malformed.
DeviceEdits read_device(std::string_view text, std::string_view kind, std::string_view name,
                        bool& found);

/// The device VENDOR/CLASS=NAME, from the files in `directories`. Error if the name is malformed,
/// no file has it, or two of one directory have.
DeviceEdits find_device(const std::string& device, const std::vector<std::string>& directories);

}  // namespace nacre::cli
