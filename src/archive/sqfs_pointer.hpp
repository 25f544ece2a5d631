// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sqfs/predef.h>

#include <memory>

namespace nacre {

struct SqfsDestroy {
  void operator()(void* object) const { sqfs_destroy(object); }
};
/// Owns an object of libsquashfs.
template <typename T>
using SqfsPointer = std::unique_ptr<T, SqfsDestroy>;

}  // namespace nacre
