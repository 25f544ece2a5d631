// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/daemon_words.hpp"

#include <fmt/format.h>

namespace nacre {
namespace {

/// What an event is about, and what is said of it.
struct Words {
  std::string_view name;
  std::string text;
};

/// "hello-1" of "/gnu/store/HASH-hello-1".
std::string_view item_name(std::string_view item) {
  const std::size_t dash = item.find('-');
  return dash == item.npos ? item : item.substr(dash + 1);
}

Words say(const events::BuildStarted& event) {
  return {event.name, fmt::format("build-started {} - {} {} {}", event.derivation, event.system,
                                  event.log, event.builder)};
}
Words say(const events::BuildSucceeded& event) {
  return {event.name, fmt::format("build-succeeded {} -", event.derivation)};
}
Words say(const events::BuildFailed& event) {
  return {event.name, fmt::format("build-failed {} - 1 failed", event.derivation)};
}
Words say(const events::FetchStarted& event) {
  return {item_name(event.item), fmt::format("substituter-started {} substitute", event.item)};
}
Words say(const events::FetchSucceeded& event) {
  return {item_name(event.item), fmt::format("substituter-succeeded {}", event.item)};
}
Words say(const events::FetchFailed& event) {
  return {item_name(event.item),
          fmt::format("substituter-failed {} fetching it failed", event.item)};
}
Words say(const events::HashMismatch& event) {
  return {item_name(event.item),
          fmt::format("hash-mismatch {} sha256 {} {}", event.item, event.expected, event.actual)};
}
Words say(const events::BuildLog& event) {
  return {event.name,
          fmt::format("build-log {} {}\n{}", event.builder, event.line.size() + 1, event.line)};
}

}  // namespace

void DaemonWords::event(const Event& event) {
  const auto* log = std::get_if<events::BuildLog>(&event);
  if (log && !options_.multiplexed) return write_(log->name, log->line);
  if (!log && !options_.trace) return;
  const Words words = std::visit([](const auto& any) { return say(any); }, event);
  write_(words.name, "@ " + words.text);
}

}  // namespace nacre
