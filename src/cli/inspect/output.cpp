// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/inspect/output.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/render.hpp"

namespace nacre::cli {

/// The text comes from a file that others wrote, and goes to a terminal.
std::string harmless(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool is_c1_control =  // U+0080 to U+009F, in UTF-8
        byte == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0;
    if (byte < 0x20 || byte == 0x7f || is_c1_control)
      result += fmt::format("\\x{:02x}", byte);
    else
      result += text[i];
  }
  return result;
}

namespace {

std::string joined(const std::vector<std::string>& texts, std::string_view separator) {
  std::string result;
  for (const std::string& text : texts) {
    if (!result.empty()) result += separator;
    result += harmless(text);
  }
  return result;
}

std::string field(std::string_view name, const std::string& value) {
  return value.empty() ? "" : fmt::format("{}: {}\n", name, value);
}

std::string image_text(const InspectedImage& image) {
  std::string text = field("name", joined(image.names, ", "));
  text += field("platform", harmless(image.platform));
  if (image.layers > 0) text += field("layers", std::to_string(image.layers));
  text += field("entry point", joined(image.entry_point, " "));
  text += field("command", joined(image.command, " "));
  text += field("user", harmless(image.user));
  text += field("directory", harmless(image.working_directory));
  if (!image.environment.empty())
    text += "environment:\n  " + joined(image.environment, "\n  ") + "\n";
  if (!image.labels.empty()) text += "labels:\n";
  for (const auto& [name, value] : image.labels)
    text += fmt::format("  {}: {}\n", harmless(name), harmless(value));
  return text;
}

std::string full_name(const ProfilePackage& package) {
  return fmt::format("{}@{}{}", harmless(package.name), harmless(package.version),
                     package.output == "out" ? "" : ":" + harmless(package.output));
}

/// Where the packages come from, and so whether they can be made again from that.
std::string channels_text(const InspectedProfile& profile) {
  std::string text = "channels:";
  if (profile.channels.empty()) return text + " unknown (packed without --save-provenance)\n";
  text += "\n";
  for (const ProfileChannel& channel : profile.channels)
    text += fmt::format("  {} {} (branch {}), commit {}\n", harmless(channel.name),
                        harmless(channel.url), harmless(channel.branch), harmless(channel.commit));
  std::vector<std::string> unknown;
  for (const ProfilePackage& package : profile.packages)
    if (package.channels.empty() && !package.is_propagated) unknown.push_back(full_name(package));
  if (unknown.empty()) return text + "  all packages can be made again from these\n";
  text += "  unknown for:";
  for (const std::string& name : unknown) text += " " + name;
  return text + "\n";
}

std::string profile_text(const InspectedProfile& profile) {
  std::string text = fmt::format("packages of {}:\n", profile.item);
  for (const ProfilePackage& package : profile.packages)
    text += fmt::format("  {}\n", full_name(package));
  return text + channels_text(profile);
}

std::string items_text(const InspectedImage& image) {
  if (image.items.empty()) return "";
  std::size_t name_width = std::string_view("store item").size();
  std::size_t version_width = std::string_view("version").size();
  for (const InspectedItem& item : image.items) {
    name_width = std::max(name_width, item.name.size());
    version_width = std::max(version_width, item.version.size());
  }
  std::string text = fmt::format("{:<{}}  {:<{}}  {:>10}  {:>8}\n", "store item", name_width,
                                 "version", version_width, "size", "files");
  std::vector<const InspectedItem*> items;
  for (const InspectedItem& item : image.items) items.push_back(&item);
  std::stable_sort(items.begin(), items.end(), [](const InspectedItem* a, const InspectedItem* b) {
    return a->size > b->size;
  });
  for (const InspectedItem* item : items)
    text += fmt::format("{:<{}}  {:<{}}  {:>10}  {:>8}\n", item->name, name_width, item->version,
                        version_width, human_size(item->size), item->files);
  return text;
}

nlohmann::json profile_json(const InspectedProfile& profile) {
  auto packages = nlohmann::json::array();
  for (const ProfilePackage& package : profile.packages)
    packages.push_back({{"name", package.name},
                        {"version", package.version},
                        {"output", package.output},
                        {"item", package.item},
                        {"propagated", package.is_propagated},
                        {"channels", package.channels}});
  auto channels = nlohmann::json::array();
  for (const ProfileChannel& channel : profile.channels)
    channels.push_back({{"name", channel.name},
                        {"url", channel.url},
                        {"branch", channel.branch},
                        {"commit", channel.commit}});
  return {{"item", profile.item}, {"packages", packages}, {"channels", channels}};
}

nlohmann::json image_json(const InspectedImage& image) {
  auto profiles = nlohmann::json::array();
  for (const InspectedProfile& profile : image.profiles) profiles.push_back(profile_json(profile));
  auto items = nlohmann::json::array();
  for (const InspectedItem& item : image.items)
    items.push_back({{"path", item.path},
                     {"name", item.name},
                     {"version", item.version},
                     {"size", item.size},
                     {"files", item.files}});
  return {{"names", image.names},
          {"platform", image.platform},
          {"layers", image.layers},
          {"entry_point", image.entry_point},
          {"command", image.command},
          {"environment", image.environment},
          {"user", image.user},
          {"working_directory", image.working_directory},
          {"labels", image.labels},
          {"profiles", profiles},
          {"items", items},
          {"closure_size", image.closure_size},
          {"other_size", image.other_size},
          {"other_files", image.other_files}};
}

}  // namespace

std::string inspection_text(const Inspection& inspection) {
  std::string text = field("format", inspection.format);
  text += field("compression", inspection.compression);
  for (const InspectedImage& image : inspection.images) {
    text += "\n" + image_text(image);
    for (const InspectedProfile& profile : image.profiles) text += profile_text(profile);
    text += items_text(image);
    text +=
        fmt::format("closure: {} items, {}\n", image.items.size(), human_size(image.closure_size));
    text +=
        fmt::format("elsewhere: {} files, {}\n", image.other_files, human_size(image.other_size));
  }
  return text;
}

std::string inspection_json(const Inspection& inspection) {
  auto images = nlohmann::json::array();
  for (const InspectedImage& image : inspection.images) images.push_back(image_json(image));
  const nlohmann::json all{
      {"format", inspection.format}, {"compression", inspection.compression}, {"images", images}};
  return all.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace nacre::cli
