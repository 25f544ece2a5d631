// SPDX-License-Identifier: GPL-3.0-or-later
// read-data DIRECTORY...: reads every .scm file below into data of src/datum, ten times, and prints
// the processor time of the median time. Beside it: read-data.scm, which says what Guile's `read`
// takes.
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "datum/data_text.hpp"

namespace {

struct Source {
  std::string file;
  std::string text;
};

std::vector<Source> read_sources(const std::string& directory) {
  std::vector<Source> sources;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file() || entry.path().extension() != ".scm") continue;
    std::ifstream stream(entry.path(), std::ios::binary);
    sources.push_back({entry.path().string(), std::string(std::istreambuf_iterator(stream), {})});
  }
  return sources;
}

double processor_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double seconds_to_read(const std::vector<Source>& sources) {
  nacre::DatumOptions options;
  options.replaces_invalid = true;
  const double begin = processor_seconds();
  for (const Source& source : sources)
    const nacre::DataText text(source.file, source.text, options);
  return processor_seconds() - begin;
}

}  // namespace

int main(int count, char** arguments) {
  std::vector<Source> sources;
  for (int i = 1; i < count; ++i)
    for (Source& source : read_sources(arguments[i])) sources.push_back(std::move(source));
  std::vector<double> times(10);
  for (double& time : times) time = seconds_to_read(sources);
  std::sort(times.begin(), times.end());
  std::size_t bytes = 0;
  for (const Source& source : sources) bytes += source.text.size();
  fmt::print("{} files, {:.1f} MB: {:.2f} s\n", sources.size(), static_cast<double>(bytes) / 1e6,
             times[times.size() / 2]);
}
