// SPDX-License-Identifier: Apache-2.0
#include "oci/config.hpp"

#include "data/json.hpp"
#include "oci/descriptor.hpp"
#include "oci/manifest.hpp"

#include <fmt/format.h>

namespace kiln::oci {

namespace {

constexpr size_t k_max_layers = 4096;

void put(Json& json, const char* name, const std::string& text) {
  if (!text.empty()) json[name] = text;
}

void put(Json& json, const char* name, const std::vector<std::string>& list) {
  if (!list.empty()) json[name] = Json::array_of(list);
}

// A set is written as an object with empty objects for values.
void put(Json& json, const char* name, const std::set<std::string>& set) {
  if (set.empty()) return;
  Json object = Json::object();
  for (const std::string& item : set) object[item] = Json::object();
  json[name] = std::move(object);
}

Json execution_json(const ImageConfig& config) {
  Json json = Json::object();
  put(json, "User", config.user);
  put(json, "ExposedPorts", config.exposed_ports);
  put(json, "Env", config.env);
  put(json, "Entrypoint", config.entrypoint);
  put(json, "Cmd", config.cmd);
  put(json, "Volumes", config.volumes);
  put(json, "WorkingDir", config.working_dir);
  if (!config.labels.empty()) json["Labels"] = Json::object_of(config.labels);
  put(json, "StopSignal", config.stop_signal);
  return json;
}

Json history_json(const std::vector<History>& history) {
  Json list = Json::array();
  for (const History& entry : history) {
    Json json = Json::object();
    put(json, "created", entry.created);
    put(json, "created_by", entry.created_by);
    put(json, "comment", entry.comment);
    if (entry.empty_layer) json["empty_layer"] = true;
    list.push_back(std::move(json));
  }
  return list;
}

Result<std::set<std::string>> get_set(const Json& json, const char* name) {
  std::set<std::string> set;
  const Json* member = json.find(name);
  if (member == nullptr || member->is_null()) return set;
  const Json* object = TRY(json.get_object(name));
  for (const auto& [key, value] : object->as_object()) set.insert(key);
  return set;
}

Result<> read_execution(const Json& json, ImageConfig& config) {
  config.user = TRY(json.get_string_or("User", ""));
  config.exposed_ports = TRY(get_set(json, "ExposedPorts"));
  config.env = TRY(json.get_strings_or_empty("Env"));
  config.entrypoint = TRY(json.get_strings_or_empty("Entrypoint"));
  config.cmd = TRY(json.get_strings_or_empty("Cmd"));
  config.volumes = TRY(get_set(json, "Volumes"));
  config.working_dir = TRY(json.get_string_or("WorkingDir", ""));
  config.labels = TRY(json.get_string_map_or_empty("Labels"));
  config.stop_signal = TRY(json.get_string_or("StopSignal", ""));
  return {};
}

Result<std::vector<History>> read_history(const Json& json) {
  std::vector<History> history;
  const Json* member = json.find("history");
  if (member == nullptr || member->is_null()) return history;
  for (const Json& item : *TRY(json.get_array("history"))) {
    if (!item.is_object()) return fail(ErrorCode::corrupt, "an entry of history is not an object");
    History entry;
    entry.created = TRY(item.get_string_or("created", ""));
    entry.created_by = TRY(item.get_string_or("created_by", ""));
    entry.comment = TRY(item.get_string_or("comment", ""));
    entry.empty_layer = TRY(item.get_bool_or("empty_layer", false));
    history.push_back(std::move(entry));
  }
  return history;
}

Result<std::vector<Digest>> read_diff_ids(const Json& json) {
  std::vector<std::string> texts = TRY(json.get_strings_or_empty({"rootfs", "diff_ids"}));
  if (texts.size() > k_max_layers)
    return fail(ErrorCode::limit, fmt::format("a config with {} layers", texts.size()));
  std::vector<Digest> diff_ids;
  for (const std::string& text : texts) diff_ids.push_back(TRY(Digest::parse(text)));
  return diff_ids;
}

}  // namespace

std::string encode(const ImageConfig& config) {
  Json json = Json::object({{"architecture", config.platform.architecture},
                            {"os", config.platform.os},
                            {"config", execution_json(config)}});
  put(json, "variant", written_variant(config.platform));
  put(json, "created", config.created);
  put(json, "author", config.author);
  Json diff_ids = Json::array();
  for (const Digest& diff_id : config.diff_ids) diff_ids.push_back(diff_id.str());
  json["rootfs"] = Json::object({{"type", "layers"}, {"diff_ids", std::move(diff_ids)}});
  if (!config.history.empty()) json["history"] = history_json(config.history);
  return canonical(json);
}

Result<ImageConfig> parse_config(std::string_view bytes) {
  JsonLimits limits;
  limits.size = k_max_manifest_size;
  Json json = TRY(parse_json(bytes, limits));
  if (!json.is_object())
    return fail(ErrorCode::corrupt, fmt::format("an image config is {}", json.kind()));
  ImageConfig config;
  config.created = TRY(json.get_string_or("created", ""));
  config.author = TRY(json.get_string_or("author", ""));
  config.platform.os = TRY(json.get_string_or("os", "linux"));
  config.platform.architecture = TRY(json.get_string_or("architecture", ""));
  config.platform.variant = TRY(json.get_string_or("variant", ""));
  if (config.platform.architecture == "arm64" && config.platform.variant == "v8")
    config.platform.variant.clear();
  const Json* execution = json.find("config");
  if (execution != nullptr && execution->is_object()) TRY(read_execution(*execution, config));
  config.diff_ids = TRY(read_diff_ids(json));
  config.history = TRY(read_history(json));
  return config;
}

Digest chain_id(const std::vector<Digest>& diff_ids) {
  Digest chain;
  for (const Digest& diff_id : diff_ids)
    chain = chain.is_zero() ? diff_id : sha256(chain.str() + " " + diff_id.str());
  return chain;
}

}  // namespace kiln::oci
