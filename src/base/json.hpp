// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>
#include <string>

/// Looking into JSON that others wrote, whatever it holds. Pure functions.
namespace nacre {

using Json = nlohmann::json;

/// The member of an object; null if there is none, or `object` is something else.
const Json& member(const Json& object, const char* key);
/// The same where a string is expected; empty if there is none.
std::string text_member(const Json& object, const char* key);

}  // namespace nacre
