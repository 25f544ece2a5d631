// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/// HTTP's status codes, as far as registries use them.
namespace nacre::registry::status {

enum : long {
  ok = 200,
  created = 201,
  accepted = 202,
  no_content = 204,
  bad_request = 400,
  unauthorized = 401,
  forbidden = 403,
  not_found = 404,
  method_not_allowed = 405,
  conflict = 409,
  too_large = 413,
  range_not_satisfiable = 416,
  too_many = 429,
  internal_error = 500,
  not_implemented = 501,
};

}  // namespace nacre::registry::status
