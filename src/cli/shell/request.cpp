// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/shell/request.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/hash.hpp"
#include "cli/shell/cache.hpp"
#include "guile/paths.hpp"

namespace nacre::cli {

namespace {

/// Variables that say which modules are loaded; they are read before anything can be recorded.
constexpr const char* module_variables[] = {"GUIX_PACKAGE_PATH", "NACRE_CHANNEL", "GUILE_LOAD_PATH",
                                            "GUILE_LOAD_COMPILED_PATH"};

std::string canonical_name(const std::string& file) {
  char* name = realpath(file.c_str(), nullptr);
  if (name == nullptr) throw_errno(fmt::format("'{}' cannot be read", file));
  std::string result = name;
  std::free(name);
  return result;
}

bool is_regular(const std::string& file) {
  struct stat status {};
  return stat(file.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

/// Adds one list of objects to the key.
class ObjectsKey {
 public:
  explicit ObjectsKey(RequestKey& key) : key_(key) {}

  void add(Objects& objects) {
    for (const std::string& text : objects.specifications) key_.add("package", text);
    for (const std::string& text : objects.expressions) key_.add("expression", text);
    for (const std::string& file : objects.files) add_file("file", file, objects);
    for (const std::string& file : objects.manifests) add_file("manifest", file, objects);
    // Relative names in these are meant from here.
    if (!objects.expressions.empty() || !objects.texts.empty())
      key_.add("directory", absolute_path("."));
  }

 private:
  void add_file(std::string_view label, const std::string& file, Objects& objects) {
    if (file != "-" && is_regular(file)) {
      // Its references are meant from where it lies.
      const std::string name = canonical_name(file);
      key_.add(label, name);
      key_.add("text", hash_file(HashAlgorithm::sha256, name).bytes);
      return;
    }
    key_.add(label, "");
    const auto known = objects.texts.find(file);
    const std::string& text =
        known != objects.texts.end() ? known->second : objects.texts[file] = read_once(file);
    key_.add("text", text);
  }

  static std::string read_once(const std::string& file) {
    if (file == "-") return read_fd(STDIN_FILENO);
    struct stat status {};
    const UniqueFd fd = open_file(file, O_RDONLY);
    if (fstat(fd.get(), &status) == 0 && S_ISDIR(status.st_mode))
      throw Error("'{}' is a directory, where a file with Scheme code is needed", file)
          .hint("name a file, for example one in that directory");
    return read_fd(fd.get());
  }

  RequestKey& key_;
};

void add_directories(std::vector<Dependency>& always, const char* variable) {
  const char* value = std::getenv(variable);
  for (std::string_view rest = value == nullptr ? "" : value; !rest.empty();) {
    const std::size_t size = std::min(rest.find(':'), rest.size());
    if (size > 0)
      always.push_back({Dependency::Kind::modules, absolute_path(rest.substr(0, size)), {}, {}});
    rest.remove_prefix(std::min(size + 1, rest.size()));
  }
}

void add_program(RequestKey& key, std::vector<Dependency>& always) {
  const guile::Setup setup = guile::language_setup();
  const std::string program = read_link("/proc/self/exe");
  key.add("program", program);
  always.push_back({Dependency::Kind::contents, program, {}, {}});
  for (const guile::ModuleRoot& root : {setup.engine, setup.channel})
    for (const std::string& directory : {root.sources, root.compiled}) {
      key.add("modules", directory);
      if (!directory.empty()) always.push_back({Dependency::Kind::modules, directory, {}, {}});
    }
}

std::string machine() {
  utsname names{};
  return uname(&names) == 0 ? names.machine : "";
}

}  // namespace

EnvironmentRequest describe_request(Session& session, ShellCommand& command) {
  EnvironmentRequest request;
  clock_gettime(CLOCK_REALTIME, &request.start);
  RequestKey key;
  key.add("version", "2");
  key.add("store", session.location().root);
  key.add("machine", machine());
  add_program(key, request.always);
  for (const std::string& system : command.systems) key.add("system", system);
  for (const std::string& directory : session.load_path) {
    key.add("load path", absolute_path(directory));
    request.always.push_back({Dependency::Kind::modules, absolute_path(directory), {}, {}});
  }
  for (const char* variable : module_variables) {
    const char* value = std::getenv(variable);
    key.add(variable, value == nullptr ? "" : value);
  }
  for (const char* variable : {"GUIX_PACKAGE_PATH", "GUILE_LOAD_PATH", "GUILE_LOAD_COMPILED_PATH"})
    add_directories(request.always, variable);
  key.add("replacements", session.no_replacements ? "no" : "yes");
  key.add("container", command.container.wanted ? "yes" : "no");
  key.add("fhs", command.container.emulate_fhs ? "yes" : "no");
  for (const auto& [name, value] : command.objects.transformations) key.add(name, value);
  ObjectsKey objects(key);
  objects.add(command.objects.plain);
  key.add("development", "");
  objects.add(command.objects.development);
  request.key = key.digest();
  return request;
}

}  // namespace nacre::cli
