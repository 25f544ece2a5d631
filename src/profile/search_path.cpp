// SPDX-License-Identifier: GPL-3.0-or-later
#include "profile/search_path.hpp"

#include <algorithm>
#include <cctype>
#include <regex>
#include <set>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/interrupt.hpp"

namespace nacre {
namespace {

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (;;) {
    std::size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

bool is_variable_name(std::string_view name) {
  auto is_word = [](unsigned char c) { return c < 128 && (std::isalnum(c) || c == '_'); };
  return !name.empty() && !std::isdigit(static_cast<unsigned char>(name[0])) &&
         std::all_of(name.begin(), name.end(), is_word);
}

/// Whether `file` is relative and stays where it starts.
bool is_plain_relative(std::string_view file) {
  auto parts = split(file, '/');
  return std::none_of(parts.begin(), parts.end(), [](const std::string& part) {
    return part.empty() || part == "." || part == "..";
  });
}

SearchPath parse_line(const std::string& line) {
  auto bad = [&](std::string_view why) { return Error("bad search path '{}': {}", line, why); };
  std::vector<std::string> fields = split(line, '\t');
  if (fields.size() != 5) throw bad(fmt::format("{} fields instead of 5", fields.size()));
  SearchPath path;
  path.variable = fields[0];
  path.separator = fields[1];
  path.files = split(fields[3], ':');
  path.pattern = fields[4];
  auto type = parse_file_type(fields[2]);
  if (!type) throw bad("the type is not 'directory', 'regular' or 'symlink'");
  path.type = *type;
  check_search_path(path, fmt::format("bad search path '{}'", line));
  return path;
}

bool has_type(const struct stat& status, FileType type) {
  return type == FileType::directory ? S_ISDIR(status.st_mode)
         : type == FileType::regular ? S_ISREG(status.st_mode)
                                     : S_ISLNK(status.st_mode);
}

/// Looks in one profile for the files of one search path.
class Finder {
 public:
  Finder(const StoreFiles& files, std::string_view profile, const SearchPath& path)
      : files_(files), profile_(profile), path_(path) {
    if (!path.pattern.empty()) pattern_ = compile(path);
  }

  std::vector<std::string> find() {
    for (const std::string& file : path_.files) {
      if (pattern_)
        search(file);
      else if (is_wanted(file))
        found_.push_back(file);
    }
    return std::move(found_);
  }

 private:
  static std::regex compile(const SearchPath& path) {
    try {
      return std::regex(path.pattern, std::regex::extended);
    } catch (const std::regex_error& error) {
      throw Error("bad pattern '{}' in the search path of {}: {}", path.pattern, path.variable,
                  error.what());
    }
  }

  /// Goes through the tree at `file`, in the order of names; each directory once, so that links
  /// which lead back up do no harm.
  void search(const std::string& file) {
    check_interrupted();
    std::string name = file.substr(file.rfind('/') + 1);
    if (std::regex_search(name, *pattern_) && is_wanted(file)) found_.push_back(file);
    auto target = files_.resolve(absolute(file));
    if (!target || !files_.is_directory(*target) || !seen_.insert(*target).second) return;
    for (const std::string& entry : files_.list(*target))
      search(file.empty() ? entry : file + "/" + entry);
  }

  bool is_wanted(const std::string& file) const {
    auto status =
        path_.type == FileType::symlink ? link_status(file) : files_.status(absolute(file));
    return status && has_type(*status, path_.type);
  }

  std::optional<struct stat> link_status(const std::string& file) const;

  std::string absolute(const std::string& file) const {
    return file.empty() ? profile_ : profile_ + "/" + file;
  }

  const StoreFiles& files_;
  std::string profile_;
  const SearchPath& path_;
  std::optional<std::regex> pattern_;
  std::vector<std::string> found_;
  std::set<std::string> seen_;
};

std::optional<struct stat> Finder::link_status(const std::string& file) const {
  std::string whole = absolute(file);
  std::size_t slash = whole.rfind('/');
  auto parent = files_.resolve(std::string_view(whole).substr(0, slash));
  return parent ? try_lstat(files_.physical(*parent + whole.substr(slash))) : std::nullopt;
}

/// For use between double quotes.
std::string shell_escape(std::string_view text) {
  std::string escaped;
  for (char c : text) {
    if (std::string_view("\"$\\`").find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string join(const std::string& prefix, const ProfileVariable& variable, bool escape) {
  std::string value;
  for (const std::string& file : variable.files) {
    if (!value.empty()) value += variable.separator;
    value += prefix;
    if (!file.empty()) value += "/" + (escape ? shell_escape(file) : file);
  }
  return value;
}

void add_new(std::vector<std::string>& files, const std::vector<std::string>& more) {
  for (const std::string& file : more)
    if (std::find(files.begin(), files.end(), file) == files.end()) files.push_back(file);
}

}  // namespace

std::optional<FileType> parse_file_type(std::string_view text) {
  if (text == "directory") return FileType::directory;
  if (text == "regular") return FileType::regular;
  if (text == "symlink") return FileType::symlink;
  return std::nullopt;
}

void check_search_path(const SearchPath& path, std::string_view what) {
  if (!is_variable_name(path.variable)) throw Error("{}: not the name of a variable", what);
  for (const std::string& file : path.files)
    if (!file.empty() && !is_plain_relative(file))  // "" stands for the profile itself
      throw Error("{}: a file is not relative and plain", what);
}

std::vector<SearchPath> parse_search_paths(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  std::vector<SearchPath> paths;
  if (text.empty()) return paths;
  for (const std::string& line : split(text, '\n')) paths.push_back(parse_line(line));
  return paths;
}

std::string ProfileVariable::value(std::string_view profile) const {
  return join(std::string(profile), *this, false);
}

std::vector<ProfileVariable> evaluate_search_paths(const StoreFiles& files,
                                                   std::string_view profile,
                                                   const std::vector<SearchPath>& search_paths) {
  std::vector<ProfileVariable> variables;
  for (const SearchPath& path : search_paths) {
    std::vector<std::string> found = Finder(files, profile, path).find();
    if (found.empty()) continue;
    auto known = std::find_if(variables.begin(), variables.end(),
                              [&](const auto& variable) { return variable.name == path.variable; });
    if (known == variables.end())
      known = variables.insert(known, {path.variable, path.separator, {}});
    add_new(known->files, found);
    if (known->separator.empty()) known->files.resize(1);
  }
  return variables;
}

std::string shell_definition(std::string_view name, std::string_view separator,
                             std::string_view value, DefinitionKind kind) {
  const std::string text = shell_escape(value);
  if (separator.empty() || kind == DefinitionKind::exact)
    return fmt::format("export {}=\"{}\"", name, text);
  const std::string between = fmt::format("${{{}:+{}}}", name, separator);
  return kind == DefinitionKind::prefix
             ? fmt::format("export {0}=\"{1}{2}${0}\"", name, text, between)
             : fmt::format("export {0}=\"${0}{2}{1}\"", name, text, between);
}

std::string shell_profile(std::string_view profile, const std::vector<ProfileVariable>& variables) {
  std::string text =
      "# To use what this profile holds, read this file into a shell:\n"
      "#\n"
      "#   GUIX_PROFILE=\"/the/profile\"; . \"$GUIX_PROFILE/etc/profile\"\n"
      "#\n"
      "# Without GUIX_PROFILE the variables name this generation of the profile, whatever comes\n"
      "# after it.\n\n";
  std::string prefix = fmt::format("${{GUIX_PROFILE:-{}}}", profile);
  for (const ProfileVariable& variable : variables) {
    text += fmt::format("export {}=\"{}", variable.name, join(prefix, variable, true));
    if (!variable.separator.empty())
      text += fmt::format("${{{0}:+{1}}}${0}", variable.name, variable.separator);
    text += "\"\n";
  }
  return text;
}

}  // namespace nacre
