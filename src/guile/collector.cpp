// SPDX-License-Identifier: GPL-3.0-or-later
#include "guile/collector.hpp"

#include <gc/gc.h>

#include <cstddef>

namespace nacre::guile {
namespace {

constexpr std::size_t patience = std::size_t{5} << 20;

GC_word bytes_for_finalizer;  ///< the collector's own setting

// Called with the collector's lock held; what it calls takes none.
void on_collection(GC_EventType event) {
  if (event != GC_EVENT_START || GC_get_heap_size() < patience) return;
  GC_set_min_bytes_allocd(1);
  GC_set_allocd_bytes_per_finalizer(bytes_for_finalizer);
}

}  // namespace

void delay_collections() {
  bytes_for_finalizer = GC_get_allocd_bytes_per_finalizer();
  GC_set_min_bytes_allocd(patience);
  GC_set_allocd_bytes_per_finalizer(0);  // that an object has one is no reason to collect
  GC_set_on_collection_event(on_collection);
}

}  // namespace nacre::guile
