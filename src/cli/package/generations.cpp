// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <ctime>

#include "base/error.hpp"
#include "cli/package/command.hpp"
#include "cli/package/generations.hpp"
#include "profile/generation_pattern.hpp"
#include "profile/profile_lock.hpp"
#include "profile/user_profile.hpp"
#include "sandbox/relocation.hpp"

namespace nacre::cli {

namespace {

void require_profile(const Generations& generations) {
  if (!generations.exists())
    throw Error("profile '{}' does not exist", generations.profile())
        .hint("'nacre install PACKAGE' makes it");
}

void print_switch(GenerationNumber from, GenerationNumber to) {
  fmt::print("switched from generation {} to {}\n", from, to);
}

void switch_to(const Generations& generations, GenerationNumber number) {
  const GenerationNumber before = generations.current();
  generations.switch_to(number);
  print_switch(before, number);
}

/// Back to the generation before, or to none: the empty profile is generation 0.
void roll_back(Session& session, const PackageCommand& command, const Generations& generations) {
  const GenerationNumber number = generations.current();
  if (number == 0) return print_switch(0, 0);
  const GenerationNumber previous = generations.previous();
  if (previous == 0 && !generations.exists(0)) {
    session.start_language();
    const guile::Value empty =
        guile::apply(guile::reference("(guix profiles)", "manifest"), {guile::list({})});
    generations.set(0, build_profile_of(session, command, empty));
  }
  switch_to(generations, previous);
}

void remove(const Generations& generations, GenerationNumber number) {
  fmt::print("deleting {}\n", outside_path(generations.link(number)));
  generations.remove(number);
}

/// The generations that match, but the current one; generation 0 is not one that can be missed.
std::vector<GenerationNumber> deletable(Session& session, const Generations& generations,
                                        const std::string& pattern) {
  const GenerationNumber current = generations.current();
  std::vector<GenerationNumber> numbers =
      pattern.empty() ? generations.numbers()
                      : GenerationPattern::parse(pattern).match(
                            generations, GenerationPattern::Ages::beyond, std::time(nullptr));
  std::erase(numbers, GenerationNumber{0});
  if (std::erase(numbers, current) != 0 && !pattern.empty())
    session.reporter().warning(fmt::format("generation {} of '{}' is the current one: it stays",
                                           current, outside_path(generations.profile())));
  return numbers;
}

void remove_matching(Session& session, const Generations& generations, const std::string& pattern) {
  const std::vector<GenerationNumber> numbers = deletable(session, generations, pattern);
  if (numbers.empty() && !pattern.empty() && pattern != "0")
    throw Error("no generation to delete matches '{}'", pattern)
        .hint(fmt::format("the generations are: {}", fmt::join(generations.numbers(), ", ")));
  for (const GenerationNumber number : numbers) remove(generations, number);
}

}  // namespace

void act(Session& session, const PackageCommand& command, const Generations& generations,
         const GenerationAction& action) {
  require_profile(generations);
  switch (action.kind) {
    case GenerationAction::Kind::roll_back:
      roll_back(session, command, generations);
      break;
    case GenerationAction::Kind::switch_to:
      switch_to(generations, find_generation(generations, action.pattern));
      break;
    case GenerationAction::Kind::remove:
      remove_matching(session, generations, action.pattern);
      break;
  }
}

void delete_generations_of_all(Session& session, const std::string& pattern) {
  if (!pattern.empty()) GenerationPattern::parse(pattern);  // what it is not is an Error
  for (const std::string& profile : own_profiles(session.store()->layout())) {
    try {
      const ProfileLock lock(profile);
      const Generations generations(profile);
      for (const GenerationNumber number : deletable(session, generations, pattern))
        remove(generations, number);
    } catch (const Error& error) {
      session.reporter().warning(error.what());
    }
  }
}

}  // namespace nacre::cli
