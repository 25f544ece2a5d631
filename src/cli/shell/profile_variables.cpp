// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/shell/profile_variables.hpp"

#include <regex.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <optional>

#include "base/error.hpp"
#include "base/files.hpp"

namespace nacre::cli {

namespace {

/// What a pure environment always keeps, as Guix has it: who and where the user is, and what Bash
/// would otherwise cut its history by.
constexpr std::array<std::string_view, 14> precious{
    "HOME",  "USER",        "LOGNAME",  "DISPLAY",      "XAUTHORITY", "TERM",     "TZ",
    "PAGER", "HISTCONTROL", "HISTFILE", "HISTFILESIZE", "HISTIGNORE", "HISTSIZE", "HISTTIMEFORMAT"};

/// Reads one `export NAME="VALUE"`, in which the profile's name and the former value are the only
/// references.
class ExportReader {
 public:
  ExportReader(std::string_view line, std::string_view profile) : rest_(line), profile_(profile) {}

  ProfileValue read() {
    expect("export ");
    value_.name = take_until('=');
    expect("=\"");
    while (!rest_.starts_with('"')) read_piece();
    if (rest_ != "\"") fail();
    return std::move(value_);
  }

 private:
  void read_piece() {
    if (rest_.empty()) fail();
    if (take("${GUIX_PROFILE:-")) {
      take_until('}');
      expect("}");
      value_.value += profile_;
    } else if (take("${" + value_.name + ":+")) {
      value_.separator = take_until('}');
      expect("}$" + value_.name);
    } else if (take("\\")) {
      value_.value += take_character();
    } else if (rest_.starts_with('$') || rest_.starts_with('`')) {
      fail();
    } else {
      value_.value += take_character();
    }
  }

  bool take(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }
  void expect(std::string_view text) {
    if (!take(text)) fail();
  }
  char take_character() {
    if (rest_.empty()) fail();
    const char character = rest_.front();
    rest_.remove_prefix(1);
    return character;
  }
  std::string take_until(char end) {
    const std::size_t size = rest_.find(end);
    if (size == std::string_view::npos) fail();
    std::string text(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return text;
  }
  [[noreturn]] static void fail() { throw Error("it is not what a profile's etc/profile has"); }

  std::string_view rest_;
  std::string_view profile_;
  ProfileValue value_;
};

/// For use between double quotes.
std::string escape(std::string_view text) {
  std::string escaped;
  for (const char character : text) {
    if (std::string_view("\"$\\`").find(character) != std::string_view::npos) escaped += '\\';
    escaped += character;
  }
  return escaped;
}

}  // namespace

std::vector<ProfileValue> parse_profile_variables(std::string_view text, std::string_view profile) {
  std::vector<ProfileValue> values;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.empty() || line.starts_with('#')) continue;
    try {
      values.push_back(ExportReader(line, profile).read());
    } catch (const Error& error) {
      throw error.in(fmt::format("the line '{}' cannot be read", line));
    }
  }
  return values;
}

std::vector<ProfileValue> read_profile_variables(const std::string& directory,
                                                 std::string_view profile) {
  const std::string file = directory + "/etc/profile";
  std::string text;
  try {
    text = read_file(file);
  } catch (const SystemError& error) {
    if (error.code() != ENOENT) throw;
    return {};
  }
  try {
    return parse_profile_variables(text, profile);
  } catch (const Error& error) {
    throw error.in(file);
  }
}

Environment current_environment() {
  Environment environment;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::size_t equals = text.find('=');
    if (equals != std::string_view::npos && equals > 0)
      environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return environment;
}

struct PreservedVariables::Pattern {
  struct Free {
    void operator()(regex_t* expression) const {
      regfree(expression);
      delete expression;
    }
  };
  std::unique_ptr<regex_t, Free> expression;

  explicit Pattern(const std::string& text) {
    auto compiled = std::make_unique<regex_t>();
    const int code = regcomp(compiled.get(), text.c_str(), REG_EXTENDED | REG_NOSUB);
    if (code != 0) {
      std::array<char, 200> reason{};
      regerror(code, compiled.get(), reason.data(), reason.size());
      throw Error("'{}' is not a regular expression: {}", text, reason.data())
          .hint("--preserve takes an extended regular expression, such as '^SSH_'");
    }
    expression.reset(compiled.release());
  }
};

PreservedVariables::PreservedVariables(const std::vector<std::string>& patterns) {
  for (const std::string& pattern : patterns) patterns_.emplace_back(pattern);
}

PreservedVariables::~PreservedVariables() = default;

bool PreservedVariables::matches(const std::string& name) const {
  return std::any_of(patterns_.begin(), patterns_.end(), [&](const Pattern& pattern) {
    return regexec(pattern.expression.get(), name.c_str(), 0, nullptr, 0) == 0;
  });
}

void purify(Environment& environment, const PreservedVariables& preserved) {
  std::erase_if(environment, [&](const auto& variable) {
    const std::string& name = variable.first;
    return std::find(precious.begin(), precious.end(), name) == precious.end() &&
           !preserved.matches(name);
  });
}

void apply_profile(Environment& environment, const std::vector<ProfileValue>& values,
                   bool augment) {
  for (const ProfileValue& value : values) {
    std::string& variable = environment[value.name];
    const bool is_kept = augment && !value.separator.empty() && !variable.empty();
    variable = is_kept ? value.value + value.separator + variable : value.value;
  }
}

std::string shell_definition(const ProfileValue& value, bool augment) {
  const std::string former = augment && !value.separator.empty()
                                 ? fmt::format("${{{0}:+{1}}}${0}", value.name, value.separator)
                                 : "";
  return fmt::format("export {}=\"{}{}\"", value.name, escape(value.value), former);
}

}  // namespace nacre::cli
