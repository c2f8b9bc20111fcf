// SPDX-License-Identifier: Apache-2.0
#include "base/strings.hpp"
#include "definition/image_spec.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <limits>

#include <fmt/format.h>

namespace kiln::definition {

namespace {

constexpr int64_t k_format = 1;

void put(Json& object, std::string_view key, std::string_view text) {
  if (!text.empty()) object[key] = text;
}

void put(Json& object, std::string_view key, bool value) {
  if (value) object[key] = true;
}

void put(Json& object, std::string_view key, const std::map<std::string, std::string>& texts) {
  if (!texts.empty()) object[key] = Json::object_of(texts);
}

template <typename Range>
void put_list(Json& object, std::string_view key, const Range& texts) {
  if (!texts.empty()) object[key] = Json::array_of(texts);
}

template <typename T, typename Convert>
void put_items(Json& object, std::string_view key, const std::vector<T>& items, Convert convert) {
  if (items.empty()) return;
  Json array = Json::array();
  for (const T& item : items) array.push_back(std::invoke(convert, item));
  object[key] = std::move(array);
}

Json user_to_json(const User& user) {
  return Json::object({{"name", user.name}, {"uid", user.uid}, {"gid", user.gid}});
}

Json group_to_json(const Group& group) {
  Json json = Json::object({{"name", group.name}, {"gid", group.gid}});
  put_list(json, "members", group.members);
  return json;
}

Json accounts_to_json(const Accounts& accounts) {
  Json json = Json::object();
  put(json, "root", accounts.root);
  put(json, "run_as", accounts.run_as);
  put_items(json, "users", accounts.users, user_to_json);
  put_items(json, "groups", accounts.groups, group_to_json);
  return json;
}

Json path_to_json(const PathEntry& entry) {
  Json json = Json::object({{"type", enum_name(entry.type)},
                            {"path", entry.path},
                            {"uid", entry.uid},
                            {"gid", entry.gid}});
  put(json, "content", entry.content);
  put(json, "source", entry.source);
  if (entry.mode) json["mode"] = fmt::format("{:04o}", *entry.mode);
  put(json, "recursive", entry.recursive);
  return json;
}

Result<uint32_t> get_id(const Json& json, std::string_view key) {
  int64_t value = TRY(json.get_int(key));
  if (value < 0 || value > std::numeric_limits<uint32_t>::max())
    return fail(ErrorCode::corrupt, fmt::format("\"{}\" is out of range", key));
  return static_cast<uint32_t>(value);
}

// Reads each object of an array that may be absent.
template <typename T, typename Read>
Result<std::vector<T>> get_items(const Json& json, std::string_view key, Read read) {
  std::vector<T> items;
  if (!json.find(key)) return items;
  for (const Json& item : *TRY(json.get_array(key)))
    items.push_back(TRY_CONTEXT(read(item), fmt::format("reading \"{}\"", key)));
  return items;
}

Result<User> user_from_json(const Json& json) {
  User user;
  user.name = TRY(json.get_string("name"));
  user.uid = TRY(get_id(json, "uid"));
  user.gid = TRY(get_id(json, "gid"));
  return user;
}

Result<Group> group_from_json(const Json& json) {
  Group group;
  group.name = TRY(json.get_string("name"));
  group.gid = TRY(get_id(json, "gid"));
  group.members = TRY(json.get_strings_or_empty("members"));
  return group;
}

Result<Accounts> accounts_from_json(const Json& json) {
  Accounts accounts;
  accounts.root = TRY(json.get_bool_or("root", false));
  accounts.run_as = TRY(json.get_string_or("run_as", ""));
  accounts.users = TRY(get_items<User>(json, "users", user_from_json));
  accounts.groups = TRY(get_items<Group>(json, "groups", group_from_json));
  return accounts;
}

Result<PathEntry> path_from_json(const Json& json) {
  PathEntry entry;
  std::string type = TRY(json.get_string("type"));
  const auto& names = EnumNames<PathType>::values;
  auto known = std::ranges::find(names, type, [](const auto& pair) { return pair.second; });
  if (known == names.end())
    return fail(ErrorCode::corrupt, fmt::format("unknown path type \"{}\"", printable(type)));
  entry.type = known->first;
  entry.path = TRY(json.get_string("path"));
  entry.content = TRY(json.get_string_or("content", ""));
  entry.source = TRY(json.get_string_or("source", ""));
  entry.uid = TRY(get_id(json, "uid"));
  entry.gid = TRY(get_id(json, "gid"));
  if (json.find("mode")) {
    std::string text = TRY(json.get_string("mode"));
    auto mode = parse_octal(text);
    if (!mode || *mode > 07777) return fail(ErrorCode::corrupt, "\"mode\" is not an octal mode");
    entry.mode = static_cast<uint32_t>(*mode);
  }
  entry.recursive = TRY(json.get_bool_or("recursive", false));
  return entry;
}

Result<std::vector<PackageRequest>> packages_from_json(const Json& json) {
  std::vector<PackageRequest> packages;
  for (const std::string& text : TRY(json.get_strings_or_empty("packages")))
    packages.push_back(TRY(parse_package_request(text)));
  return packages;
}

Result<std::vector<std::pair<std::string, std::string>>> os_release_from_json(const Json& json) {
  auto texts = TRY(json.get_string_map_or_empty("os_release"));
  std::vector<std::pair<std::string, std::string>> fields;
  for (std::string_view name : k_os_release_order) {
    auto node = texts.extract(std::string(name));
    if (node) fields.emplace_back(std::move(node.key()), std::move(node.mapped()));
  }
  if (!texts.empty())
    return fail(ErrorCode::corrupt,
                fmt::format("unknown os_release name \"{}\"", printable(texts.begin()->first)));
  return fields;
}

Result<Target> target_from_json(const Json& json) {
  return Target{TRY(json.get_string({"target", "distro"})),
                TRY(json.get_string_or({"target", "codename"}, "")),
                TRY(json.get_string({"target", "version"}))};
}

}  // namespace

Json to_json(const ImageSpec& spec) {
  Json json = Json::object({{"format", k_format}});
  put(json, "definition_name", spec.definition_name);
  put(json, "name", spec.name);
  put(json, "image", spec.image);
  put(json, "variant", spec.variant);
  put(json, "flavor", spec.flavor);
  put_list(json, "tags", spec.tags);
  put(json, "platform", spec.platform);
  json["target"] = Json::object({{"distro", spec.target.distro}, {"version", spec.target.version}});
  put(json["target"], "codename", spec.target.codename);
  put(json, "dates", spec.dates);
  put_list(json, "repositories", spec.repositories);
  put_list(json, "keyring", spec.keyring);
  put_items(json, "packages", spec.packages, &PackageRequest::str);
  put_list(json, "exclusions", spec.exclusions);
  put(json, "mappings", spec.mappings);
  json["accounts"] = accounts_to_json(spec.accounts);
  if (!spec.os_release.empty()) json["os_release"] = Json::object_of(spec.os_release);
  put(json, "environment", spec.environment);
  put_items(json, "paths", spec.paths, path_to_json);
  put_list(json, "sources", spec.sources);
  put(json, "annotations", spec.annotations);
  put(json, "labels", spec.labels);
  put_list(json, "entrypoint", spec.entrypoint);
  put_list(json, "cmd", spec.cmd);
  put_list(json, "ports", spec.ports);
  put_list(json, "volumes", spec.volumes);
  put(json, "work_dir", spec.work_dir);
  put(json, "stop_signal", spec.stop_signal);
  put(json, "squashed", spec.squashed);
  put(json, "compression", spec.compression);
  return json;
}

Result<ImageSpec> from_json(const Json& json) {
  int64_t format = TRY(json.get_int("format"));
  if (format != k_format)
    return fail(ErrorCode::unsupported,
                fmt::format("normalised definition of format {}, not {}", format, k_format),
                "use the version of Kiln that wrote it, or a newer one");
  ImageSpec spec;
  spec.definition_name = TRY(json.get_string_or("definition_name", ""));
  spec.name = TRY(json.get_string_or("name", ""));
  spec.image = TRY(json.get_string("image"));
  spec.variant = TRY(json.get_string("variant"));
  spec.flavor = TRY(json.get_string_or("flavor", ""));
  spec.tags = TRY(json.get_strings_or_empty("tags"));
  spec.platform = TRY(json.get_string("platform"));
  spec.target = TRY(target_from_json(json));
  spec.dates = TRY(json.get_string_map_or_empty("dates"));
  spec.repositories = TRY(json.get_strings_or_empty("repositories"));
  spec.keyring = TRY(json.get_strings_or_empty("keyring"));
  spec.packages = TRY(packages_from_json(json));
  for (std::string& name : TRY(json.get_strings_or_empty("exclusions")))
    spec.exclusions.insert(std::move(name));
  spec.mappings = TRY(json.get_string_map_or_empty("mappings"));
  const Json* accounts = TRY(json.get_object("accounts"));
  spec.accounts = TRY(accounts_from_json(*accounts));
  spec.os_release = TRY(os_release_from_json(json));
  spec.environment = TRY(json.get_string_map_or_empty("environment"));
  spec.paths = TRY(get_items<PathEntry>(json, "paths", path_from_json));
  spec.sources = TRY(json.get_strings_or_empty("sources"));
  spec.annotations = TRY(json.get_string_map_or_empty("annotations"));
  spec.labels = TRY(json.get_string_map_or_empty("labels"));
  spec.entrypoint = TRY(json.get_strings_or_empty("entrypoint"));
  spec.cmd = TRY(json.get_strings_or_empty("cmd"));
  spec.ports = TRY(json.get_strings_or_empty("ports"));
  spec.volumes = TRY(json.get_strings_or_empty("volumes"));
  spec.work_dir = TRY(json.get_string_or("work_dir", ""));
  spec.stop_signal = TRY(json.get_string_or("stop_signal", ""));
  spec.squashed = TRY(json.get_bool_or("squashed", false));
  spec.compression = TRY(json.get_string_or("compression", ""));
  return spec;
}

}  // namespace kiln::definition
