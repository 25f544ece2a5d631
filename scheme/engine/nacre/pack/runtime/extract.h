// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "failure.h"
#include "squashfs.h"

/// Writes what `image` holds, but for what matches no part of the shell pattern `pattern` unless
/// that is NULL, below `directory`, which is empty and nobody else's. With `say`, prints each name.
int extract_image(struct squashfs* image, int directory, const char* pattern, int say,
                  struct failure* failure);

/// Deletes the directory `name` and everything in it; no link is followed.
void remove_tree(const char* name);
