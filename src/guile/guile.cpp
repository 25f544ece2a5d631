// SPDX-License-Identifier: GPL-3.0-or-later
#include "guile/guile.hpp"

#include <fcntl.h>
#include <libguile/bdw-gc.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <clocale>
#include <exception>
#include <utility>

#include "base/files.hpp"
#include "guile/collector.hpp"
#include "guile/convert.hpp"
#include "guile/exception.hpp"
#include "guile/interrupts.hpp"
#include "guile/native/modules.hpp"

namespace nacre::guile {
namespace {

bool keep_backtraces = false;
bool initialized = false;

/// Words of Scheme stack (0.5 GiB) after which a recursion is taken to be endless.
constexpr std::size_t stack_limit = std::size_t{64} << 20;

/// A `call` under way, on the C++ stack, where the garbage collector looks.
struct GuardedCall {
  const std::function<SCM()>& body;
  SCM result = SCM_UNSPECIFIED;
  std::exception_ptr thrown;
  bool failed = false;
  Caught caught;
};

SCM run_body(void* data) {
  auto& guarded = *static_cast<GuardedCall*>(data);
  try {
    guarded.result = guarded.body();
  } catch (...) {  // must not unwind through Guile's frames
    guarded.thrown = std::current_exception();
  }
  return SCM_UNSPECIFIED;
}

/// Before the stack is unwound: note where it happened.
SCM note_throw(void* data, SCM key, SCM) {
  auto& caught = static_cast<GuardedCall*>(data)->caught;
  if (scm_is_eq(key, scm_from_utf8_symbol("out-of-memory")) ||
      scm_is_eq(key, scm_from_utf8_symbol("stack-overflow")))
    return SCM_UNSPECIFIED;  // no room for a copy of the stack
  caught.stack = scm_make_stack(SCM_BOOL_T, SCM_EOL);
  caught.module = scm_current_module();
  caught.form = scm_fluid_ref(current_form_fluid());
  return SCM_UNSPECIFIED;
}

SCM note_exception(void* data, SCM key, SCM arguments) {
  auto& guarded = *static_cast<GuardedCall*>(data);
  guarded.failed = true;
  guarded.caught.key = key;
  guarded.caught.arguments = arguments;
  return SCM_UNSPECIFIED;
}

/// No exception gets here, so what leaves by other means than returning is a jump to a prompt or
/// escape continuation farther out: it becomes an exception.
void refuse_jump(void*) {
  scm_misc_error(nullptr,
                 "a procedure that the engine calls cannot be left by a jump out of it: it has "
                 "to return, or to raise an exception",
                 SCM_EOL);
}

SCM catch_exceptions(void* data) {
  scm_dynwind_begin(scm_t_dynwind_flags{});
  scm_dynwind_unwind_handler(refuse_jump, nullptr, scm_t_wind_flags{});
  scm_c_catch(SCM_BOOL_T, run_body, data, note_exception, data, note_throw, data);
  scm_dynwind_end();
  return SCM_UNSPECIFIED;
}

void* catch_jumps(void* data) {
  scm_c_catch(SCM_BOOL_T, catch_exceptions, data, note_exception, data, note_throw, data);
  return nullptr;
}

/// The barrier refuses full continuations, which would copy C++ frames.
void catch_all(GuardedCall& guarded) {
  scm_c_with_continuation_barrier(catch_jumps, &guarded);
}

GuardedCall* outermost = nullptr;  ///< what the thunk below runs; it takes no argument

SCM run_outermost() {
  catch_all(*outermost);
  return SCM_UNSPECIFIED;
}

SCM report_deep_recursion() {
  scm_throw(scm_from_utf8_symbol("stack-overflow"),
            scm_list_4(SCM_BOOL_F, scm_from_utf8_string("Stack overflow"), SCM_BOOL_F, SCM_BOOL_F));
}

/// Runs with a limit of the Scheme stack; nested calls are under the limit already.
void run_limited(GuardedCall& guarded) {
  static const Value thunk(
      scm_c_make_gsubr("run", 0, 0, 0, reinterpret_cast<void*>(run_outermost)));
  static const Value handler(
      scm_c_make_gsubr("deep-recursion", 0, 0, 0, reinterpret_cast<void*>(report_deep_recursion)));
  outermost = &guarded;
  scm_call_with_stack_overflow_handler(scm_from_size_t(stack_limit), thunk.get(), handler.get());
  outermost = nullptr;
}

SCM string_list(const std::vector<std::string>& texts) {
  return make_list(texts, [](const std::string& text) { return make_string(text); });
}

void prepend(const char* variable, const std::vector<std::string>& directories) {
  SCM box = scm_c_lookup(variable);
  scm_variable_set_x(box, scm_append(scm_list_2(string_list(directories), scm_variable_ref(box))));
}

Value module_names(const std::vector<std::string>& modules) {
  return Value(call([&] {
    return make_list(modules,
                     [](const std::string& name) { return scm_c_read_string(name.c_str()); });
  }));
}

/// Throws what people understand if `file` cannot be read.
void check_file(const std::string& file) {
  const UniqueFd fd = open_file(file, O_RDONLY);
  struct stat status {};
  if (fstat(fd.get(), &status) == 0 && S_ISDIR(status.st_mode))
    throw Error("'{}' is a directory, where a file with Scheme code is needed", file)
        .hint("name a file, for example one in that directory");
}

void define_native_modules(const Setup& setup) {
  define_hash_module();
  define_store_module();
  define_derivation_module();
  define_build_module();
  define_substitute_module();
  define_gexp_module();
  define_interpreter_module();
  define_datum_module();
  define_generations_module();
  define_roots_module(setup);
  define_format_options_module();
  define_fetch_module();
  define_inputs_module();
}

/// Guile aborts where it cannot open its pipes, and gives poor reasons where it cannot open files.
void check_open_files() {
  constexpr rlim_t least = 64;
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= least) return;
  throw Error("only {} files may be open at a time; nacre needs {}", files.rlim_cur, least)
      .hint("'ulimit -n 1024' in the shell allows more");
}

}  // namespace

bool is_initialized() {
  return initialized;
}

void initialize(const Setup& setup) {
  check_open_files();
  // File names and ports are UTF-8 whatever the user's locale says; nothing else of it matters.
  std::setlocale(LC_CTYPE, "C.UTF-8");
  delay_collections();
  GC_disable();  // start-up allocates long-lived objects: collecting is wasted
  scm_init_guile();
  keep_backtraces = setup.debug;
  call([&] {
    SCM utf8 = scm_from_utf8_string("UTF-8");
    scm_fluid_set_x(scm_variable_ref(scm_c_lookup("%default-port-encoding")), utf8);
    scm_fluid_set_x(scm_variable_ref(scm_c_lookup("%file-port-name-canonicalization")),
                    scm_from_utf8_symbol("absolute"));
    // What another Guile may have kept of a file in the user's cache is never read.
    scm_variable_set_x(scm_c_lookup("%load-should-auto-compile"), SCM_BOOL_F);
    scm_variable_set_x(scm_c_lookup("%compile-fallback-path"), SCM_BOOL_F);
    prepend("%load-path", {setup.engine.sources, setup.channel.sources});
    prepend("%load-path", setup.load_path);
    for (const ModuleRoot& root : {setup.channel, setup.engine})
      if (!root.compiled.empty()) prepend("%load-compiled-path", {root.compiled});
    scm_set_program_arguments_scm(string_list(setup.arguments));
    define_native_modules(setup);
    return SCM_UNSPECIFIED;
  });
  deliver_interrupts();
  GC_enable();
  initialized = true;
}

SCM call(const std::function<SCM()>& body) {
  GuardedCall guarded{body, SCM_UNSPECIFIED, nullptr, false, {}};
  if (outermost) {
    catch_all(guarded);
  } else {
    run_limited(guarded);
  }
  if (guarded.thrown) std::rethrow_exception(guarded.thrown);
  if (guarded.failed) throw_caught(guarded.caught, keep_backtraces);
  return guarded.result;
}

Value reference(std::string_view module, std::string_view name) {
  const std::string module_text(module);
  const std::string name_text(name);
  return Value(call([&] {
    SCM module_name = scm_c_read_string(module_text.c_str());
    return scm_public_ref(module_name, scm_from_utf8_symbol(name_text.c_str()));
  }));
}

Value apply(const Value& procedure, const std::vector<Value>& arguments) {
  const Value list_of_arguments = list(arguments);
  return Value(call([&] { return scm_apply_0(procedure.get(), list_of_arguments.get()); }));
}

Value evaluate(const std::string& text, const std::string& file,
               const std::vector<std::string>& modules) {
  return apply(reference("(nacre evaluation)", "evaluate-string"),
               {to_scheme(text), to_scheme(file), module_names(modules)});
}

Value load(const std::string& file, const std::vector<std::string>& modules) {
  if (file != "-") check_file(file);
  return apply(reference("(nacre evaluation)", "evaluate-file"),
               {to_scheme(file), module_names(modules)});
}

}  // namespace nacre::guile
