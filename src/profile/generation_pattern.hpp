// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ctime>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "profile/generations.hpp"

namespace nacre {

/// Which generations an option means: "3", "1,3", "2..5", "2..", "..4", or those of an age, "30s",
/// "12h", "1d", "2w", "2m" (months of 30 days).
class GenerationPattern {
 public:
  /// Error, with what a pattern may be, for any other text.
  static GenerationPattern parse(std::string_view text);

  /// Of an age: the generations of that age or younger, or those that are older.
  enum class Ages { up_to, beyond };

  /// The generations that exist and are meant, in the pattern's order; 0 is not among them unless
  /// it is listed. Ages count from the beginning of the day, in the local time zone, that `now` is
  /// in.
  std::vector<GenerationNumber> match(const Generations& generations, Ages ages,
                                      std::time_t now) const;

 private:
  using List = std::vector<GenerationNumber>;
  struct Range {
    GenerationNumber first;
    GenerationNumber last;
  };
  struct Age {
    std::time_t seconds;
  };
  using Kind = std::variant<List, Range, Age>;
  explicit GenerationPattern(Kind kind) : kind_(std::move(kind)) {}

  Kind kind_;
};

/// The generation that "3", "+1" (the next one) or "-1" (the one before) stands for. Error if
/// it does not exist.
GenerationNumber find_generation(const Generations& generations, std::string_view text);

}  // namespace nacre
