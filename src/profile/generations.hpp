// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <ctime>
#include <optional>
#include <string>
#include <vector>

#include "store/store_path.hpp"

namespace nacre {

/// The number of a generation. 0 stands for the empty profile before the first one.
using GenerationNumber = std::uint64_t;

/// The generations of a profile, as Guix lays them out: PROFILE is a symbolic link to
/// PROFILE-N-link beside it, and that to the store item. What a profile is changes in one step, by
/// a rename, and is on the disk when a call returns. Callers that change something hold the
/// ProfileLock. All failures of the file system are SystemErrors. Not thread-safe.
class Generations {
 public:
  /// `profile` is an absolute file name, the link itself.
  explicit Generations(std::string profile);

  const std::string& profile() const { return profile_; }
  /// The link of generation `number`, whether it exists or not.
  std::string link(GenerationNumber number) const;

  /// Whether the profile leads to something.
  bool exists() const;
  /// Whether generation `number` leads to something.
  bool exists(GenerationNumber number) const;
  /// The generation that the profile is now; 0 if it does not lead to one.
  GenerationNumber current() const { return number_of(profile_); }
  /// The same of another link to one of the generations; 0 if it is not one.
  GenerationNumber number_of(const std::string& link) const;
  /// The generations that exist, the empty one included if it was made, in ascending order.
  std::vector<GenerationNumber> numbers() const;
  /// The generation `shift` (negative: older) places away from the current one among numbers().
  std::optional<GenerationNumber> relative(std::int64_t shift) const;
  /// The one before the current one; 0 if that is the first.
  GenerationNumber previous() const;
  /// When the generation was made, in seconds since 1970.
  std::time_t time(GenerationNumber number) const;
  /// The store item that generation `number` is; nothing if there is no such generation.
  std::optional<StorePath> item(GenerationNumber number) const;

  /// Makes generation `number` lead to `item`, in place of what it is.
  void set(GenerationNumber number, const StorePath& item) const;
  /// Makes the profile generation `number`. Error if that does not exist.
  void switch_to(GenerationNumber number) const;
  /// Forgets a generation. Error if it is the current one, or does not exist.
  void remove(GenerationNumber number) const;

 private:
  std::optional<GenerationNumber> parse_link_name(std::string_view name) const;
  void check(GenerationNumber number) const;

  std::string profile_;
  std::string directory_;
  std::string prefix_;  ///< of the names of generations: "guix-profile-"
};

}  // namespace nacre
