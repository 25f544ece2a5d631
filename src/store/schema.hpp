// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace nacre {

/// The version of the schema that Guix's daemon writes to STATE/db/schema.
inline constexpr const char* schema_version = "7";

/// Its tables. A path may refer to itself; the trigger drops such a row first, because a row in
/// Refs keeps the path that it points to from being deleted.
inline constexpr const char* schema_sql = R"sql(
create table if not exists ValidPaths (
  id integer primary key autoincrement not null,
  path text unique not null,
  hash text not null,
  registrationTime integer not null,
  deriver text,
  narSize integer
);
create table if not exists Refs (
  referrer integer not null,
  reference integer not null,
  primary key (referrer, reference),
  foreign key (referrer) references ValidPaths(id) on delete cascade,
  foreign key (reference) references ValidPaths(id) on delete restrict
);
create index if not exists IndexReferrer on Refs(referrer);
create index if not exists IndexReference on Refs(reference);
create trigger if not exists DeleteSelfRefs before delete on ValidPaths
begin
  delete from Refs where referrer = old.id and reference = old.id;
end;
create table if not exists DerivationOutputs (
  drv integer not null,
  id text not null,
  path text not null,
  primary key (drv, id),
  foreign key (drv) references ValidPaths(id) on delete cascade
);
create index if not exists IndexDerivationOutputs on DerivationOutputs(path);
create table if not exists FailedPaths (
  path text primary key not null,
  time integer not null
);
)sql";

/// A table of our own, with one row: up to which row of ValidPaths the files are known to be on the
/// disk, since when, and the boot of the machine in which that was noted (docs/formats.md).
inline constexpr const char* sync_schema_sql = R"sql(
create table if not exists NacreSync (
  id integer primary key not null check (id = 1),
  boot text not null,
  row integer not null,
  time integer not null
);
)sql";

}  // namespace nacre
