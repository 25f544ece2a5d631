// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace nacre {

/// What options say about an image, each read from its text. Error, which quotes the text
/// and tells the form, if it is malformed. Thread-safe.

/// "NAME:TAG" of an image; well-formed.
struct ImageName {
  std::string repository;
  std::string tag;
  std::string text() const { return repository + ":" + tag; }
};

/// Reads "NAME" (of which the tag is "latest") or "NAME:TAG". Error if it is not a name for an
/// image.
ImageName parse_image_name(const std::string& text);

/// Overlay file systems stack no more than about 128.
inline constexpr int most_image_layers = 127;

inline constexpr int most_health_retries = 1000;

struct Assignment {
  std::string name;
  std::string value;
};

/// "NAME=VALUE"; `what` names it: "label"…
Assignment parse_assignment(std::string_view what, const std::string& text);

/// "PORT" (which is one of TCP), "PORT/tcp", "PORT/udp" or "PORT/sctp", as images have it: with the
/// protocol.
std::string parse_exposed_port(const std::string& text);

/// An absolute file name without "." and "..", of a directory that a volume may take the place of:
/// one that neither holds the store nor is in it. Returns it without needless slashes.
std::string parse_volume(const std::string& text);

/// The same, for a directory that a program starts in, which may be anywhere.
std::string parse_working_directory(const std::string& text);

/// "USER" or "USER:GROUP", either a name or a number.
std::string parse_image_user(const std::string& text);

/// "epoch", "2026-01-31" (midnight) or "2026-01-31T12:00:00Z", from 1970 on: the last form. Error
/// for a date that the calendar does not have.
std::string parse_created(const std::string& text);

/// The name of a signal, such as "SIGINT" or "SIGRTMIN+3", or its number.
std::string parse_stop_signal(const std::string& text);

/// A sequence of whole numbers, each with "h", "m", "s" or "ms", such as "1m30s": in nanoseconds,
/// which are positive.
std::int64_t parse_duration(std::string_view what, const std::string& text);

}  // namespace nacre
