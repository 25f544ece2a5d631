// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "failure.h"
#include "squashfs.h"

/// Serves an image to the kernel by FUSE.
struct image_server;

/// Mounts `image` at `directory`, by a descriptor of /dev/fuse that the kernel knows as that mount
/// already, or if `device` is -1 by the system's way for users: fusermount3. NULL on failure.
struct image_server* serve_image(struct squashfs* image, int device, const char* directory,
                                 struct failure* failure);

/// Answers until the file system is unmounted, by a signal or by whoever may; or until nobody has
/// the other end of the pipe `alive`, unless it is -1. Unmounts it.
void run_image_server(struct image_server* server, int alive);
