// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <libguile.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "store/store_path.hpp"

/// Conversions for native procedures. None of them leaves by a Scheme exit, so they may be called
/// with C++ objects alive: a value of the wrong type is an Error. A SCM is safe from the garbage
/// collector on the stack only, never inside a container; keep those in a Scheme list.
namespace nacre::guile {

SCM make_string(std::string_view text);   ///< Error if `text` is not UTF-8
SCM make_message(std::string_view text);  ///< of any bytes, for who must not fail
SCM make_bytevector(std::string_view bytes);
SCM make_symbol(std::string_view name);

std::string string_from(SCM value);
std::string bytes_from(SCM value);  ///< of a bytevector, or of a string in UTF-8
std::string symbol_from(SCM value);
bool is_unset(SCM value);  ///< #f, or an optional argument that was not given
std::int64_t integer_from(SCM value);
/// A number from 0 to `most`; an Error names `what`.
std::uint64_t count_from(SCM value, std::string_view what, std::uint64_t most = INT64_MAX);
HashAlgorithm algorithm_from(SCM symbol);
Hash hash_from(SCM algorithm, SCM bytevector);
StorePath store_path_from(SCM string);
StorePathSet store_paths_from(SCM list);

/// Error unless `value` is a list that ends.
void check_list(SCM value);

/// Calls `each(SCM)` for the elements of a proper list.
template <typename Function>
void for_each(SCM list, Function each) {
  check_list(list);
  for (; scm_is_pair(list); list = SCM_CDR(list)) each(SCM_CAR(list));
}

/// The halves of a pair, which an Error names `what`.
std::pair<SCM, SCM> pair_from(SCM value, std::string_view what);

/// The elements of a proper list of `count`, which an Error names `what`.
SCM list_element(SCM list, std::size_t index, std::string_view what);

/// A Scheme list of what `convert` makes of the elements, in order.
template <typename Range, typename Convert>
SCM make_list(const Range& range, Convert convert) {
  SCM result = SCM_EOL;
  for (auto element = range.rbegin(); element != range.rend(); ++element)
    result = scm_cons(convert(*element), result);
  return result;
}

SCM make_store_path_string(const StorePath& path);

/// What `write` prints, all of it.
std::string written(SCM value);
/// The beginning of that, for messages: bounded in length, depth and time whatever `value` is.
std::string abbreviated(SCM value);

/// An Error that says what was expected instead of `value`.
[[noreturn]] void wrong_type(std::string_view expected, SCM value);

}  // namespace nacre::guile
