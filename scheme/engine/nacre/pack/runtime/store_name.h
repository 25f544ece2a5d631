// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/// What follows /gnu/store in `name`, "" or "/…"; NULL if that is not there or below it.
const char* after_store(const char* name);

/// Writes to `moved`, of PATH_MAX bytes, where `name` is if what it has below /gnu/store is in the
/// directory `store`. Returns 0, or -1 with errno ENAMETOOLONG.
int move_name(const char* store, const char* name, char* moved);

/// The reverse, in `name`, of PATH_MAX bytes; a name that would be too long stays.
void move_back(const char* store, char* name);

/// Does what move_name does, and puts what links lead to in their place, as if the store were at
/// /gnu/store; the last part of the name is left alone unless `follow_last`. `directory` is what
/// relative names are relative to, and `name` may be `moved`. Returns 1 if a link leads below
/// /gnu/store, 0 if none does, or -1 with errno ENAMETOOLONG or ELOOP.
int follow_links(const char* store, int directory, const char* name, int follow_last, char* moved);
