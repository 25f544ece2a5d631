// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/image/image_options.hpp"

#include <chrono>
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

std::string parse_created(const std::string& text) {
  if (text == "epoch") return "1970-01-01T00:00:00Z";
  static const std::regex form(
      "(19[7-9][0-9]|[2-9][0-9]{3})-([01][0-9])-([0-3][0-9])(T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5]["
      "0-9]Z)?");
  std::smatch match;
  const auto is_day = [&match] {
    const std::chrono::year_month_day day{
        std::chrono::year(std::stoi(match[1])),
        std::chrono::month(static_cast<unsigned>(std::stoi(match[2]))),
        std::chrono::day(static_cast<unsigned>(std::stoi(match[3])))};
    return day.ok();
  };
  if (!std::regex_match(text, match, form) || !is_day())
    throw Error("'{}' is not a date", text)
        .hint("write a date such as 2026-01-31, a time such as 2026-01-31T12:00:00Z, or 'epoch'");
  return match[4].matched ? text : text + "T00:00:00Z";
}

std::string parse_stop_signal(const std::string& text) {
  static const std::regex form(
      "SIG(HUP|INT|QUIT|ILL|TRAP|ABRT|BUS|FPE|KILL|USR1|SEGV|USR2|PIPE|ALRM|TERM|STKFLT|CHLD|CONT|"
      "STOP|"
      "TSTP|TTIN|TTOU|URG|XCPU|XFSZ|VTALRM|PROF|WINCH|IO|PWR|SYS|RTMIN(\\+([1-9]|1[0-5]))?|"
      "RTMAX(-([1-9]|1[0-4]))?)|[1-9]|[1-5][0-9]|6[0-4]");
  if (!std::regex_match(text, form))
    throw Error("'{}' is not a signal", text)
        .hint("write a name such as SIGINT, or a number from 1 to 64");
  return text;
}

std::int64_t parse_duration(std::string_view what, const std::string& text) {
  static const std::regex part("([0-9]{1,7})(ms|s|m|h)");
  std::chrono::milliseconds sum{0};
  std::sregex_iterator found(text.begin(), text.end(), part,
                             std::regex_constants::match_continuous);
  std::size_t end = 0;
  for (; found != std::sregex_iterator(); ++found) {
    const std::int64_t count = std::stoll((*found)[1]);
    const std::string unit = (*found)[2];
    sum += unit == "h"   ? std::chrono::milliseconds(std::chrono::hours(count))
           : unit == "m" ? std::chrono::milliseconds(std::chrono::minutes(count))
           : unit == "s" ? std::chrono::milliseconds(std::chrono::seconds(count))
                         : std::chrono::milliseconds(count);
    end = static_cast<std::size_t>(found->position() + found->length());
  }
  // A year is more than anybody waits, and far from what 64 bits hold.
  if (end != text.size() || sum.count() == 0 || sum > std::chrono::hours(24 * 366))
    throw Error("bad {} '{}'", what, text)
        .hint("write numbers with h, m, s or ms, such as 30s or 1m30s, of a year at most");
  return std::chrono::nanoseconds(sum).count();
}

std::string parse_image_user(const std::string& text) {
  static const std::regex form("[A-Za-z0-9_][A-Za-z0-9_.-]*(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?");
  if (!std::regex_match(text, form))
    throw Error("bad user '{}': it has the form USER or USER:GROUP", text)
        .hint("each is a number, such as 1000, or a name that the image's /etc/passwd tells");
  return text;
}

}  // namespace nacre
