// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stddef.h>
#include <sys/types.h>

/// Whether blocks of this compression, by SquashFS's number of it, can be unpacked.
int can_inflate(unsigned compression);

/// Unpacks a block. Returns its length, at most `limit`, or -1.
ssize_t inflate_block(unsigned compression, const char* packed, size_t packed_size, char* bytes,
                      size_t limit);
