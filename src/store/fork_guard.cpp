// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/fork_guard.hpp"

#include <pthread.h>

#include <mutex>
#include <set>

#include "store/database.hpp"

namespace nacre {
namespace {

struct OpenDatabases {
  std::mutex mutex;
  std::set<Database*> databases;
};

OpenDatabases& open_databases() {
  // Never destroyed: a fork may happen while the process ends.
  static auto* open = new OpenDatabases;
  return *open;
}

void before_fork() {
  open_databases().mutex.lock();
  for (Database* database : open_databases().databases) database->lock_for_fork();
}

void after_fork() {
  for (Database* database : open_databases().databases) database->unlock_after_fork();
  open_databases().mutex.unlock();
}

}  // namespace

void ForkGuard::add(Database* database) {
  [[maybe_unused]] static const int installed = pthread_atfork(before_fork, after_fork, after_fork);
  std::lock_guard lock(open_databases().mutex);
  open_databases().databases.insert(database);
}

void ForkGuard::remove(Database* database) {
  std::lock_guard lock(open_databases().mutex);
  open_databases().databases.erase(database);
}

}  // namespace nacre
