// SPDX-License-Identifier: GPL-3.0-or-later
#include "attestation/statement.hpp"

#include <string_view>

#include "base/error.hpp"

namespace nacre {
namespace {

using Json = nlohmann::json;

constexpr std::string_view statement_version = "https://in-toto.io/Statement/v1";
constexpr std::string_view predicate_type = "https://slsa.dev/provenance/v1";
/// Names what the parameters mean; docs/provenance.md tells.
constexpr std::string_view build_type = "urn:nacre:build:pack:1";

/// The text at a path of keys; "" if there is none.
std::string text_at(const Json& value, std::initializer_list<const char*> keys) {
  const Json* found = &value;
  for (const char* key : keys) {
    if (!found->is_object() || !found->contains(key)) return "";
    found = &found->at(key);
  }
  return found->is_string() ? found->get<std::string>() : "";
}

const Json& list_at(const Json& value, std::initializer_list<const char*> keys) {
  static const Json nothing = Json::array();
  const Json* found = &value;
  for (const char* key : keys) {
    if (!found->is_object() || !found->contains(key)) return nothing;
    found = &found->at(key);
  }
  return found->is_array() ? *found : nothing;
}

}  // namespace

std::string make_statement(const std::vector<Subject>& subjects, const BuildFacts& facts) {
  Json list = Json::array();
  for (const Subject& subject : subjects)
    list.push_back({{"name", subject.name}, {"digest", {{"sha256", subject.sha256}}}});
  const Json statement{
      {"_type", statement_version},
      {"subject", list},
      {"predicateType", predicate_type},
      {"predicate",
       {{"buildDefinition",
         {{"buildType", build_type},
          {"externalParameters", facts.parameters},
          {"internalParameters", facts.internal},
          {"resolvedDependencies", facts.dependencies}}},
        {"runDetails",
         {{"builder", {{"id", facts.builder}, {"version", {{"nacre", facts.version}}}}}}}}}};
  try {
    return statement.dump();
  } catch (const Json::type_error&) {
    throw Error("what the attestation is to tell is not all valid UTF-8");
  }
}

StatementSummary summarize_statement(const std::string& text) {
  const Json statement = Json::parse(text, nullptr, false);
  if (text_at(statement, {"_type"}) != statement_version)
    throw Error("what is signed is not an in-toto statement of version 1");
  StatementSummary summary;
  for (const Json& subject : list_at(statement, {"subject"}))
    summary.subjects.push_back(
        {text_at(subject, {"name"}), text_at(subject, {"digest", "sha256"})});
  summary.builder = text_at(statement, {"predicate", "runDetails", "builder", "id"});
  summary.version = text_at(statement, {"predicate", "runDetails", "builder", "version", "nacre"});
  summary.derivation =
      text_at(statement, {"predicate", "buildDefinition", "internalParameters", "derivation"});
  summary.format =
      text_at(statement, {"predicate", "buildDefinition", "externalParameters", "format"});
  for (const Json& source :
       list_at(statement, {"predicate", "buildDefinition", "resolvedDependencies"})) {
    const std::string commit = text_at(source, {"digest", "gitCommit"});
    if (!commit.empty()) summary.sources.push_back(text_at(source, {"uri"}));
  }
  return summary;
}

}  // namespace nacre
