// SPDX-License-Identifier: Apache-2.0
#include "base/files.hpp"
#include "base/strings.hpp"
#include "distributions/distributions.hpp"
#include "plan/json_members.hpp"
#include "plan/plan.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace kiln::plan {

using packages::PackageSources;

namespace {

// Plans that configure no repository of their own are still written in the format that older
// versions read, and keep their digests. Format 2 was never released.
constexpr int k_format_without_repositories = 1;

Json to_json(const PlannedPackage& package) {
  return Json::object({{"name", package.id.name},
                       {"version", package.id.version},
                       {"architecture", package.id.architecture},
                       {"sha256", package.sha256.hex()},
                       {"size", package.size}});
}

Json to_json(const LocalSource& source) {
  return Json::object({{"path", source.path},
                       {"sha256", source.sha256.hex()},
                       {"size", source.size},
                       {"executable", source.executable}});
}

Json to_json(const PackageSources& sources) {
  Json entries = Json::array();
  for (const std::string& entry : sources.entries) entries.push_back(entry);
  Json keys = Json::array();
  for (const PackageSources::Key& key : sources.keys)
    keys.push_back(Json::object({{"name", key.name}, {"bytes", to_base64(key.bytes)}}));
  return Json::object({{"entries", std::move(entries)}, {"keys", std::move(keys)}});
}

Json to_json(const Policies& policies) {
  return Json::object({{"effects", policies.effects},
                       {"dropped_paths", policies.dropped_paths},
                       {"layers", policies.layers},
                       {"encoder", policies.encoder}});
}

// Names, versions and architectures become parts of paths and of text files in the image.
Result<std::string> get_word(const Json& json, std::string_view key) {
  std::string text = TRY(json.get_string(key));
  auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("+-.:~_").find(c) != std::string_view::npos;
  };
  if (text.empty() || text.size() > 255 || text.front() == '.' ||
      !std::ranges::all_of(text, allowed))
    return fail(ErrorCode::corrupt,
                fmt::format("'{}' is no {} of a package", printable(text), key));
  return text;
}

Result<PlannedPackage> package_from_json(const Json& json) {
  TRY(only_members(json, {"name", "version", "architecture", "sha256", "size"}));
  PlannedPackage package;
  package.id.name = TRY(get_word(json, "name"));
  package.id.version = TRY(get_word(json, "version"));
  package.id.architecture = TRY(get_word(json, "architecture"));
  package.sha256 = TRY(get_hex_digest(json, "sha256"));
  package.size = TRY(get_size(json, "size"));
  return package;
}

Result<LocalSource> source_from_json(const Json& json) {
  TRY(only_members(json, {"path", "sha256", "size", "executable"}));
  LocalSource source;
  source.path = TRY(json.get_string("path"));
  std::string clean = TRY(clean_path(source.path));
  if (clean.empty() || clean != source.path)
    return fail(ErrorCode::corrupt, fmt::format("'{}' is no clean path", printable(source.path)));
  source.sha256 = TRY(get_hex_digest(json, "sha256"));
  source.size = TRY(get_size(json, "size"));
  source.executable = TRY(json.get_bool("executable"));
  return source;
}

Result<int> get_policy(const Json& json, std::string_view key) {
  int64_t number = TRY(json.get_int(key));
  if (number < 0 || number > 1000)
    return fail(ErrorCode::corrupt, fmt::format("policy {} is {}", key, number));
  return static_cast<int>(number);
}

Result<Policies> policies_from_json(const Json& json) {
  TRY(only_members(json, {"effects", "dropped_paths", "layers", "encoder"}));
  Policies policies;
  policies.effects = TRY(get_policy(json, "effects"));
  policies.dropped_paths = TRY(get_policy(json, "dropped_paths"));
  policies.layers = TRY(get_policy(json, "layers"));
  policies.encoder = TRY(json.get_string("encoder"));
  return policies;
}

Result<std::vector<PlannedPackage>> packages_from_json(const Json::Array& items) {
  std::vector<PlannedPackage> packages;
  std::set<std::string> names;
  for (const Json& item : items) {
    packages.push_back(TRY(package_from_json(item)));
    if (!names.insert(packages.back().id.name).second)
      return fail(ErrorCode::corrupt,
                  fmt::format("package {} is there twice", packages.back().id.name));
  }
  return packages;
}

Result<std::vector<LocalSource>> sources_from_json(const Json::Array& items) {
  std::vector<LocalSource> sources;
  for (const Json& item : items) {
    sources.push_back(TRY(source_from_json(item)));
    if (sources.size() > 1 && sources[sources.size() - 2].path >= sources.back().path)
      return fail(ErrorCode::corrupt, "the local sources are not sorted by path");
  }
  return sources;
}

// A key becomes a file of that name.
Result<PackageSources::Key> key_from_json(const Json& json) {
  TRY(only_members(json, {"name", "bytes"}));
  PackageSources::Key key;
  key.name = TRY(json.get_string("name"));
  std::string clean = TRY(clean_path(key.name));
  if (clean.empty() || clean != key.name || clean.contains('/'))
    return fail(ErrorCode::corrupt, fmt::format("'{}' is no file name", printable(key.name)));
  std::string bytes = TRY(json.get_string("bytes"));
  key.bytes = TRY(from_base64(bytes));
  return key;
}

Result<PackageSources> repositories_from_json(const Json& json) {
  TRY(only_members(json, {"entries", "keys"}));
  PackageSources sources;
  const Json::Array* entries = TRY(json.get_array("entries"));
  for (const Json& entry : *entries) {
    if (!entry.is_string()) return fail(ErrorCode::corrupt, "a repository is no text");
    sources.entries.push_back(entry.as_string());
  }
  if (sources.entries.empty()) return fail(ErrorCode::corrupt, "repositories has no entry");
  const Json::Array* keys = TRY(json.get_array("keys"));
  for (const Json& key : *keys) sources.keys.push_back(TRY(key_from_json(key)));
  return sources;
}

}  // namespace

Json to_json(const Plan& plan) {
  Json packages = Json::array();
  for (const PlannedPackage& package : plan.packages) packages.push_back(to_json(package));
  Json sources = Json::array();
  for (const LocalSource& source : plan.sources) sources.push_back(to_json(source));
  bool configures = !plan.repositories.entries.empty();
  Json json = Json::object({{"format", configures ? k_plan_format : k_format_without_repositories},
                            {"platform", plan.platform.str()},
                            {"distribution", plan.distribution},
                            {"codename", plan.codename},
                            {"spec", definition::to_json(plan.spec)},
                            {"packages", std::move(packages)},
                            {"sources", std::move(sources)},
                            {"policies", to_json(plan.policies)}});
  if (configures) json["repositories"] = to_json(plan.repositories);
  if (plan.source_date_epoch) json["source_date_epoch"] = *plan.source_date_epoch;
  return json;
}

Digest digest_of(const Plan& plan) {
  return sha256(canonical(to_json(plan)));
}

Result<Plan> plan_from_json(const Json& json) {
  int64_t format = TRY(read_format(json, k_plan_format, "plan"));
  TRY(only_members(json, {"format", "platform", "distribution", "codename", "spec", "packages",
                          "sources", "repositories", "policies", "source_date_epoch"}));
  bool configures = json.find("repositories") != nullptr;
  if (format != (configures ? k_plan_format : k_format_without_repositories))
    return fail(ErrorCode::corrupt, fmt::format("a plan of format {} has {}repositories", format,
                                                configures ? "" : "no "));
  Plan plan;
  if (configures) {
    const Json* repositories = TRY(json.get_object("repositories"));
    plan.repositories = TRY(repositories_from_json(*repositories));
  }
  std::string platform = TRY(json.get_string("platform"));
  plan.platform = TRY(model::Platform::parse(platform));
  plan.distribution = TRY(json.get_string("distribution"));
  TRY(find_distribution(plan.distribution));
  plan.codename = TRY(json.get_string("codename"));
  const Json* spec = TRY(json.get_object("spec"));
  plan.spec = TRY(definition::from_json(*spec));
  const Json::Array* packages = TRY(json.get_array("packages"));
  plan.packages = TRY(packages_from_json(*packages));
  const Json::Array* sources = TRY(json.get_array("sources"));
  plan.sources = TRY(sources_from_json(*sources));
  const Json* policies = TRY(json.get_object("policies"));
  plan.policies = TRY(policies_from_json(*policies));
  if (json.find("source_date_epoch") != nullptr)
    plan.source_date_epoch = TRY(json.get_int("source_date_epoch"));
  return plan;
}

}  // namespace kiln::plan
