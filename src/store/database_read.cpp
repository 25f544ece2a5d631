// SPDX-License-Identifier: GPL-3.0-or-later
// What the database is asked.
#include "base/error.hpp"
#include "store/database_connections.hpp"

namespace nacre {
namespace {

using Run = SqliteStatement::Run;

StorePathSet collect_paths(Run& run) {
  StorePathSet paths;
  while (run.next()) paths.emplace(run.text(0));
  return paths;
}

Hash parse_registered_hash(std::string_view text) {
  auto colon = text.find(':');
  if (colon == std::string_view::npos) throw Error("the database holds a bad hash, '{}'", text);
  return parse_hash(parse_hash_algorithm(text.substr(0, colon)), text.substr(colon + 1));
}

std::optional<StorePath> parse_deriver(std::string_view text) {
  if (!StorePath::is_valid(text)) return {};
  return StorePath(text);
}

}  // namespace

bool Database::is_valid(const StorePath& path) {
  return read([&](Reader& reader) { return reader.id_of(path.text()).has_value(); });
}

std::vector<bool> Database::are_valid(const std::vector<StorePath>& paths) {
  return read([&](Reader& reader) {
    SqliteTransaction moment(reader.connection, SqliteTransaction::Kind::read);
    std::vector<bool> valid;
    valid.reserve(paths.size());
    for (const StorePath& path : paths) valid.push_back(reader.id_of(path.text()).has_value());
    return valid;
  });
}

std::optional<PathInfo> Database::find(const StorePath& path) {
  return read([&](Reader& reader) -> std::optional<PathInfo> {
    SqliteTransaction moment(reader.connection, SqliteTransaction::Kind::read);
    Run row = reader.row.run();
    if (!row.bind(path.text()).next()) return {};
    PathInfo info(path);
    info.nar_hash = parse_registered_hash(row.text(1));
    info.registration_time = row.number(2);
    info.deriver = parse_deriver(row.text(3));
    info.nar_size = static_cast<std::uint64_t>(row.number(4));
    Run references = reader.references.run();
    info.references = collect_paths(references.bind(row.number(0)));
    return info;
  });
}

StorePathSet Database::all_valid() {
  return read([&](Reader& reader) {
    Run run = reader.all.run();
    return collect_paths(run);
  });
}

std::optional<StorePathSet> Database::references(const StorePath& path) {
  return read([&](Reader& reader) -> std::optional<StorePathSet> {
    SqliteTransaction moment(reader.connection, SqliteTransaction::Kind::read);
    auto id = reader.id_of(path.text());
    if (!id) return {};
    Run run = reader.references.run();
    return collect_paths(run.bind(*id));
  });
}

StorePathSet Database::referrers(const StorePath& path) {
  return read([&](Reader& reader) {
    Run run = reader.referrers.run();
    return collect_paths(run.bind(path.text()));
  });
}

StorePathSet Database::derivers(const StorePath& path) {
  return read([&](Reader& reader) {
    Run run = reader.derivers.run();
    return collect_paths(run.bind(path.text()));
  });
}

std::map<std::string, StorePath> Database::outputs(const StorePath& derivation) {
  return read([&](Reader& reader) {
    std::map<std::string, StorePath> outputs;
    Run run = reader.outputs.run();
    run.bind(derivation.text());
    while (run.next()) outputs.emplace(run.text(0), StorePath(run.text(1)));
    return outputs;
  });
}

std::optional<StorePath> Database::find_by_hash_part(std::string_view hash_part) {
  std::string prefix = fmt::format("{}/{}-", store_directory, hash_part);
  return read([&](Reader& reader) -> std::optional<StorePath> {
    Run run = reader.at_or_after.run();
    if (!run.bind(prefix).next() || !run.text(0).starts_with(prefix)) return {};
    return StorePath(run.text(0));
  });
}

StorePathSet Database::closure(const StorePathSet& paths, Direction direction) {
  return read([&](Reader& reader) {
    SqliteTransaction moment(reader.connection, SqliteTransaction::Kind::read);
    SqliteStatement& next =
        direction == Direction::references ? reader.reference_ids : reader.referrer_ids;
    StorePathSet closure = paths;
    std::set<std::int64_t> seen;
    std::vector<std::int64_t> to_visit;
    for (const StorePath& path : paths) {
      auto id = reader.id_of(path.text());
      if (id && seen.insert(*id).second) to_visit.push_back(*id);
    }
    while (!to_visit.empty()) {
      std::int64_t id = to_visit.back();
      to_visit.pop_back();
      Run run = next.run();
      run.bind(id);
      while (run.next())
        if (seen.insert(run.number(0)).second) to_visit.push_back(run.number(0));
    }
    for (std::int64_t id : seen) {
      Run run = reader.path_of.run();
      if (run.bind(id).next()) closure.emplace(run.text(0));
    }
    return closure;
  });
}

StoreGraph Database::graph() {
  return read([&](Reader& reader) {
    SqliteTransaction moment(reader.connection, SqliteTransaction::Kind::read);
    StoreGraph graph;
    std::map<std::int64_t, std::size_t> by_id;
    std::vector<std::optional<StorePath>> derivers;
    for (Run run = reader.graph_paths.run(); run.next();) {
      by_id.emplace(run.number(0), graph.paths.size());
      graph.index.emplace(StorePath(run.text(1)), graph.paths.size());
      graph.paths.emplace_back(run.text(1));
      graph.nar_sizes.push_back(static_cast<std::uint64_t>(run.number(2)));
      derivers.push_back(parse_deriver(run.text(3)));
    }
    std::size_t count = graph.paths.size();
    graph.references.resize(count);
    graph.derivers.resize(count);
    graph.outputs.resize(count);
    for (Run run = reader.graph_references.run(); run.next();)
      if (run.number(0) != run.number(1))
        graph.references[by_id.at(run.number(0))].push_back(by_id.at(run.number(1)));
    for (std::size_t i = 0; i < count; ++i)
      if (auto found = derivers[i] ? graph.index.find(*derivers[i]) : graph.index.end();
          found != graph.index.end())
        graph.derivers[i].push_back(found->second);
    for (Run run = reader.graph_outputs.run(); run.next();)
      if (auto found = graph.index.find(StorePath(run.text(1))); found != graph.index.end())
        graph.outputs[by_id.at(run.number(0))].push_back(found->second);
    return graph;
  });
}

std::optional<SyncPoint> Database::sync_point() {
  return read([](Reader& reader) -> std::optional<SyncPoint> {
    if (!reader.has_sync_point.run().next()) return {};
    Run run = reader.sync_point.run();
    if (!run.next()) return {};
    return SyncPoint{std::string(run.text(0)), run.number(1), run.number(2)};
  });
}

std::int64_t Database::last_row() {
  return read([](Reader& reader) {
    Run run = reader.last_row.run();
    run.next();
    return run.number(0);
  });
}

std::vector<PathInfo> Database::registered_after(std::int64_t row) {
  return read([&](Reader& reader) {
    std::vector<PathInfo> infos;
    Run run = reader.after.run();
    run.bind(row);
    while (run.next()) {
      PathInfo& info = infos.emplace_back(StorePath(run.text(0)));
      info.nar_hash = parse_registered_hash(run.text(1));
      info.nar_size = static_cast<std::uint64_t>(run.number(2));
    }
    return infos;
  });
}

}  // namespace nacre
