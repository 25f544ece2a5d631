// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>

#include "base/error.hpp"
#include "cli/options.hpp"
#include "cli/package/command.hpp"
#include "guile/paths.hpp"

namespace nacre::cli {

namespace {

/// What the transaction does to one package; `before` and `after` are versions, "" for none.
struct Effect {
  std::string name;
  std::string before;
  std::string after;
};

struct EffectKind {
  const char* symbol;  ///< of (nacre package-transaction)
  const char* verb;
};
constexpr std::array effect_kinds = {
    EffectKind{"remove", "removed"}, EffectKind{"downgrade", "downgraded"},
    EffectKind{"upgrade", "upgraded"}, EffectKind{"install", "installed"}};

/// "hello 2.10", "hello 2.9 -> 2.10".
std::string effect_text(const Effect& effect, std::size_t width) {
  std::string versions = effect.after.empty()    ? effect.before
                         : effect.before.empty() ? effect.after
                         : effect.before == effect.after
                             ? effect.after + " (dependencies or package changed)"
                             : effect.before + " -> " + effect.after;
  return fmt::format("   {:<{}} {}\n", effect.name, width, versions);
}

void print_effects(const std::vector<Effect>& effects, const char* verb, bool is_planned) {
  if (effects.empty()) return;
  std::size_t width = 0;
  for (const Effect& effect : effects) width = std::max(width, effect.name.size());
  std::string text =
      fmt::format("The following package{} {} be {}:\n", effects.size() == 1 ? "" : "s",
                  is_planned ? "would" : "will", verb);
  for (const Effect& effect : effects) text += effect_text(effect, width);
  fmt::print(stderr, "{}\n", text);
}

/// Each of `effects` is a list: KIND NAME BEFORE AFTER.
void print_effects(const guile::Value& effects, bool is_planned) {
  std::map<std::string, std::vector<Effect>> by_kind;
  for (const guile::Value& item : guile::to_vector(effects)) {
    const std::vector<guile::Value> parts = guile::to_vector(item);
    by_kind[guile::to_string(parts.at(0))].push_back({guile::to_string(parts.at(1)),
                                                      guile::to_string(parts.at(2)),
                                                      guile::to_string(parts.at(3))});
  }
  for (const EffectKind& kind : effect_kinds)
    print_effects(by_kind[kind.symbol], kind.verb, is_planned);
}

/// A specification, or a pair of what the code evaluates to and its name.
guile::Value to_scheme(const Installation& installation) {
  Objects objects;
  switch (installation.kind) {
    case Installation::Kind::specification:
      return guile::to_scheme(installation.text);
    case Installation::Kind::expression:
      objects.expressions = {installation.text};
      break;
    case Installation::Kind::file:
      objects.files = {installation.text};
      break;
  }
  return guile::to_vector(evaluate_objects(objects)).front();
}

guile::Value installations(const PackageCommand& command) {
  std::vector<guile::Value> values;
  for (const Installation& installation : command.installations)
    values.push_back(to_scheme(installation));
  return guile::list(values);
}

/// The manifests that replace the profile's; #f if there is none.
guile::Value manifests(const PackageCommand& command) {
  return command.objects.plain.manifests.empty() ? guile::to_scheme(false)
                                                 : evaluate_manifests(command.objects.plain);
}

/// The regular expressions of the names to upgrade: "" is every name's.
std::vector<std::string> upgrade_patterns(const PackageCommand& command) {
  if (command.upgrade && command.upgrades.empty()) return {""};
  return command.upgrades;
}

struct Plan {
  std::string change;  ///< "nothing" was asked for, "the same" as there is, or "changes"
  guile::Value effects;
  guile::Value manifest;
};

Plan plan(Session& session, const PackageCommand& command, const Generations& generations) {
  const std::vector<guile::Value> parts = guile::to_vector(guile::apply(
      guile::reference("(nacre package-transaction)", "plan-transaction"),
      {session.store_connection(), guile::to_scheme(generations.profile()),
       guile::keyword("install"), installations(command), guile::keyword("remove"),
       to_scheme_list(command.removals), guile::keyword("upgrade"),
       to_scheme_list(upgrade_patterns(command)), guile::keyword("keep"),
       to_scheme_list(command.kept), guile::keyword("manifests"), manifests(command),
       guile::keyword("transformations"), to_scheme_options(command.objects.transformations),
       guile::keyword("channel-record"), guile::to_scheme(guile::channel_record())}));
  return {guile::to_string(parts.at(0)), parts.at(1), parts.at(2)};
}

BuildRequest lower(Session& session, const PackageCommand& command, const guile::Value& manifest) {
  const guile::Value file =
      guile::apply(guile::reference("(nacre package-transaction)", "profile-derivation-file"),
                   {session.store_connection(), manifest, guile::keyword("allow-collisions?"),
                    guile::to_scheme(command.allow_collisions), guile::keyword("hooks?"),
                    guile::to_scheme(!command.no_hooks)});
  return {StorePath(guile::to_string(file)), {}};
}

bool is_in_path(const std::string& directory) {
  const char* variable = std::getenv("PATH");
  const std::string path = fmt::format(":{}:", variable ? variable : "");
  return path.find(":" + directory + ":") != std::string::npos;
}

/// How the user's shell finds what was installed.
void print_hint(Session& session, const std::string& profile) {
  if (session.verbosity == 0 || is_in_path(profile + "/bin")) return;
  if (session.location().is_relocated())
    fmt::print(stderr, "hint: run what it holds by: nacre shell -p '{}' -- COMMAND\n", profile);
  else
    fmt::print(stderr,
               "hint: let your shell find what it holds:\n\n"
               "     GUIX_PROFILE='{}'\n     . \"$GUIX_PROFILE/etc/profile\"\n\n",
               profile);
}

void print_unchanged() {
  fmt::print(stderr, "nothing to be done\n");
}

void make_generation(Session& session, const Generations& generations, const StorePath& item) {
  const GenerationNumber number = generations.current() + 1;
  generations.set(number, item);
  // A generation under the state directory is a root by its place.
  const std::string link = generations.link(number);
  if (!link.starts_with(session.store()->layout().state + "/profiles/"))
    session.store()->note_indirect_root(link);
  generations.switch_to(number);
}

}  // namespace

StorePath build_profile_of(Session& session, const PackageCommand& command,
                           const guile::Value& manifest) {
  return build_requests(session, {lower(session, command, manifest)}).front();
}

void change_packages(Session& session, const PackageCommand& command,
                     const Generations& generations) {
  session.start_language();
  const Plan planned = plan(session, command, generations);
  if (planned.change == "nothing") return session.reporter().warning("nothing to do");
  if (planned.change == "the same") return print_unchanged();
  if (session.verbosity > 0) print_effects(planned.effects, command.dry_run);
  const BuildRequest request = lower(session, command, planned.manifest);
  const StorePath item = requested_paths(session.derivations(), {request}).front();
  if (generations.item(generations.current()) == item && generations.exists())
    return print_unchanged();
  if (show_requests(session, command, {request})) return;
  build_requests(session, {request});
  make_generation(session, generations, item);
  print_hint(session, user_profiles(session).friendly(generations.profile()));
}

}  // namespace nacre::cli
