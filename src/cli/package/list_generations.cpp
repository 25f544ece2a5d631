// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>
#include <ctime>
#include <set>

#include "base/error.hpp"
#include "cli/package/command.hpp"
#include "cli/table.hpp"
#include "profile/generation_pattern.hpp"
#include "profile/manifest_file.hpp"

namespace nacre::cli {

namespace {

/// "Dec 01 2026 08:27:00", in the local time zone and no language.
std::string date_text(std::time_t time) {
  static constexpr std::array months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::tm parts{};
  if (localtime_r(&time, &parts) == nullptr) return "?";
  return fmt::format("{} {:02} {} {:02}:{:02}:{:02}",
                     months.at(static_cast<std::size_t>(parts.tm_mon)), parts.tm_mday,
                     parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

void print_heading(const Generations& generations, GenerationNumber number) {
  fmt::print("Generation {}\t{}{}\n", number, date_text(generations.time(number)),
             number == generations.current() ? "\t(current)" : "");
}

TableRow row(const ManifestFile::Entry& entry, std::string_view mark) {
  return {fmt::format("{}{}", mark, entry.name), entry.version, entry.output, entry.item};
}

void print_contents(const ManifestFile& manifest) {
  std::vector<TableRow> rows;
  for (auto index = manifest.top().rbegin(); index != manifest.top().rend(); ++index)
    rows.push_back(row(manifest.entries()[*index], "  "));
  fmt::print("{}\n", table_text(rows));
}

std::set<std::string> items(const ManifestFile& manifest) {
  std::set<std::string> result;
  for (const std::size_t index : manifest.top()) result.insert(manifest.entries()[index].item);
  return result;
}

/// Adds a row for each entry of `manifest` whose item is not among `others`.
void add_rows(const ManifestFile& manifest, const std::set<std::string>& others,
              std::string_view mark, std::vector<TableRow>& rows) {
  for (const std::size_t index : manifest.top()) {
    const ManifestFile::Entry& entry = manifest.entries()[index];
    if (!others.contains(entry.item)) rows.push_back(row(entry, mark));
  }
}

void print_difference(const ManifestFile& before, const ManifestFile& after) {
  std::vector<TableRow> rows;
  add_rows(after, items(before), " + ", rows);
  add_rows(before, items(after), " - ", rows);
  fmt::print("{}\n", table_text(rows));
}

/// Generation 0 is empty and not shown.
std::vector<GenerationNumber> chosen(const Generations& generations, const std::string& pattern) {
  std::vector<GenerationNumber> numbers =
      pattern.empty() ? generations.numbers()
                      : GenerationPattern::parse(pattern).match(
                            generations, GenerationPattern::Ages::up_to, std::time(nullptr));
  std::erase(numbers, GenerationNumber{0});
  if (numbers.empty() && !pattern.empty())
    throw Error("no generation of profile '{}' matches '{}'", generations.profile(), pattern)
        .hint(fmt::format("its generations are: {}", fmt::join(generations.numbers(), ", ")));
  return numbers;
}

}  // namespace

void list_generations(const UserProfiles& profiles, const std::string& profile,
                      const std::string& pattern) {
  const Generations generations(profile);
  if (!generations.exists())
    throw Error("profile '{}' does not exist", profiles.friendly(profile))
        .hint("'nacre install PACKAGE' makes it");
  std::optional<ManifestFile> before;
  for (const GenerationNumber number : chosen(generations, pattern)) {
    ManifestFile manifest = ManifestFile::of_profile(generations.link(number));
    print_heading(generations, number);
    if (before)
      print_difference(*before, manifest);
    else
      print_contents(manifest);
    before = std::move(manifest);
  }
}

}  // namespace nacre::cli
