// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/image/image_options.hpp"

#include <regex>

#include "base/error.hpp"
#include "pack/pack_input.hpp"

namespace nacre {
namespace {

constexpr int highest_port = 65535;

/// An absolute file name, normal; "" stands for the root directory.
std::string parse_directory(std::string_view what, const std::string& text) {
  std::string normal;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('/', begin), text.size());
    const std::string part = text.substr(begin, end - begin);
    if (part == "." || part == ".." || part.find('\n') != std::string::npos)
      throw Error("bad {} '{}': it has a part '{}'", what, text, part);
    if (!part.empty()) normal += "/" + part;
    begin = end + 1;
  }
  if (!text.starts_with('/'))
    throw Error("bad {} '{}': it is not an absolute file name", what, text)
        .hint("it is a directory in the image, such as /data");
  return normal;
}

}  // namespace

ImageName parse_image_name(const std::string& text) {
  // [HOST[:PORT]/]COMPONENT[/COMPONENT]…, as Docker has it
  static const std::regex repository(
      "([A-Za-z0-9.-]+(:[0-9]+)?/)?"
      "[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*(/[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*)*");
  static const std::regex tag("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");
  std::size_t colon = text.rfind(':');
  if (colon != std::string::npos && text.find('/', colon) != std::string::npos)
    colon = std::string::npos;  // that of a port
  ImageName name{text.substr(0, colon),
                 colon == std::string::npos ? "latest" : text.substr(colon + 1)};
  if (text.size() > 255 || !std::regex_match(name.repository, repository) ||
      !std::regex_match(name.tag, tag))
    throw Error("'{}' cannot be the name of an image", text)
        .hint("names are of lower-case letters, digits, and single '.', '_', '-' between them");
  return name;
}

Assignment parse_assignment(std::string_view what, const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == 0 || equals == std::string::npos)
    throw Error("bad {} '{}': it has the form NAME=VALUE", what, text);
  return {text.substr(0, equals), text.substr(equals + 1)};
}

std::string parse_exposed_port(const std::string& text) {
  const std::size_t slash = text.find('/');
  const std::string protocol = slash == std::string::npos ? "tcp" : text.substr(slash + 1);
  if (protocol != "tcp" && protocol != "udp" && protocol != "sctp")
    throw Error("bad port '{}': '{}' is none of the protocols tcp, udp, sctp", text, protocol);
  const int port = parse_number("port", text.substr(0, slash), 1, highest_port);
  return fmt::format("{}/{}", port, protocol);
}

std::string parse_volume(const std::string& text) {
  std::string directory = parse_directory("volume", text);
  if (is_within(directory, store_directory) || is_within(store_directory, directory))
    throw Error("bad volume '{}': it would hide the store", text);
  return directory;
}

std::string parse_working_directory(const std::string& text) {
  const std::string directory = parse_directory("working directory", text);
  return directory.empty() ? "/" : directory;
}

std::string parse_image_user(const std::string& text) {
  static const std::regex form("[A-Za-z0-9_][A-Za-z0-9_.-]*(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?");
  if (!std::regex_match(text, form))
    throw Error("bad user '{}': it has the form USER or USER:GROUP", text)
        .hint("each is a number, such as 1000, or a name that the image's /etc/passwd tells");
  return text;
}

}  // namespace nacre
