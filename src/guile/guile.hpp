// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <libguile.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

/// The embedded Guile. A Scheme non-local exit must never cross a C++ frame that has a destructor:
/// C++ enters Scheme by `call` only, and Scheme enters C++ by procedures made with `define_native`
/// (native.hpp) only. Everything here runs on the main thread; what Guile calls in its finalizer
/// thread only puts aside what is to be destroyed.
namespace nacre::guile {

/// A directory of Scheme modules, and that of their compiled forms, which may be missing.
struct ModuleRoot {
  std::string sources;   ///< canonical
  std::string compiled;  ///< empty: no such directory
};

struct Setup {
  ModuleRoot engine;                   ///< (nacre …)
  ModuleRoot channel;                  ///< (guix …), (gnu …)
  bool own_channel = true;             ///< the one that comes with the program
  std::vector<std::string> load_path;  ///< the user's (-L), which come before both
  std::vector<std::string> arguments;  ///< what (command-line) returns
  bool debug = false;                  ///< keep backtraces in errors
};

/// Starts Guile, once in the life of the process, and makes the native modules available.
void initialize(const Setup& setup);
bool is_initialized();

/// Runs `body`, in which SCM functions may be called; a Scheme exception comes out as an Error with
/// message, location in the user's file, the nearest name that exists as a hint, and, when
/// debugging, the backtrace. `body` must hold no C++ object with a destructor while it calls
/// Scheme. A jump out of `body`, to a prompt or by a continuation, is an Error too, and a
/// continuation that was made in it cannot be resumed once it has returned.
SCM call(const std::function<SCM()>& body);

/// A Scheme value that is kept from the garbage collector as long as this lives.
class Value {
 public:
  Value() : value_(SCM_UNSPECIFIED) {}
  explicit Value(SCM value);
  ~Value();
  Value(const Value& other);
  Value& operator=(const Value& other);
  SCM get() const { return value_; }

 private:
  SCM value_;
};

/// The public variable NAME of module "(guix packages)" (loading it), as a value.
Value reference(std::string_view module, std::string_view name);
/// Applies a procedure.
Value apply(const Value& procedure, const std::vector<Value>& arguments);

/// Evaluates all expressions of `text` in a fresh user module that has `modules` in use, as if
/// they stood in `file`; returns the last value.
Value evaluate(const std::string& text, const std::string& file,
               const std::vector<std::string>& modules);
/// Loads a file in a fresh user module; returns the value of its last expression (for manifests).
Value load(const std::string& file, const std::vector<std::string>& modules);

// Conversions; the ones from Scheme throw Error when the value is of another type.
Value to_scheme(std::string_view text);
inline Value to_scheme(const char* text) {
  return to_scheme(std::string_view(text));
}
Value to_scheme(bool value);
Value to_scheme(long value);
Value list(const std::vector<Value>& values);
Value pair(const Value& first, const Value& second);
Value symbol(std::string_view name);
Value keyword(std::string_view name);
std::string to_string(const Value& value);        ///< a Scheme string (UTF-8)
std::vector<Value> to_vector(const Value& list);  ///< a proper list
bool is_true(const Value& value);
bool is_string(const Value& value);
std::string display(const Value& value);  ///< as `display` prints it

}  // namespace nacre::guile
