// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstddef>

namespace nacre {

/// The address of a function of a shared library, which is loaded if it is not yet, and stays.
/// `library` is a name as the dynamic linker finds it: "libcurl.so.4". Error if there is no such
/// library or function. Thread-safe.
void* find_function(const char* library, const char* function);

/// A string as an argument of a template.
template <std::size_t size>
struct LiteralText {
  constexpr LiteralText(const char (&characters)[size]) { std::copy_n(characters, size, text); }
  char text[size];
};

/// A function of a library that is loaded when it is first called: a command that needs none of it
/// starts sooner and in less memory. Called like the function; a pointer to the function, too.
template <LiteralText library, LiteralText name, typename Function>
struct LazyFunction;

template <LiteralText library, LiteralText name, typename Result, typename... Arguments>
struct LazyFunction<library, name, Result(Arguments...)> {
  static Result call(Arguments... arguments) {
    static auto* const function =
        reinterpret_cast<Result (*)(Arguments...)>(find_function(library.text, name.text));
    return function(arguments...);
  }
  Result operator()(Arguments... arguments) const { return call(arguments...); }
  using Pointer = Result (*)(Arguments...);
  constexpr operator Pointer() const { return &call; }
};

template <LiteralText library, LiteralText name, typename Result, typename... Arguments>
struct LazyFunction<library, name, Result(Arguments..., ...)> {
  template <typename... More>
  Result operator()(Arguments... arguments, More... more) const {
    static auto* const function =
        reinterpret_cast<Result (*)(Arguments..., ...)>(find_function(library.text, name.text));
    return function(arguments..., more...);
  }
};

/// Frees what a library made, as a std::unique_ptr's deleter.
template <auto function>
struct FreeWith {
  template <typename Object>
  void operator()(Object* object) const {
    function(object);
  }
};

}  // namespace nacre
