// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>

namespace nacre {

/// Reads the `size` bytes of a file that begin at `offset`; its position stays. Error "unexpected
/// end of file" if there are fewer. Thread-safe.
void read_fully_at(int fd, std::uint64_t offset, char* bytes, std::size_t size);

}  // namespace nacre
