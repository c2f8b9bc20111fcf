// SPDX-License-Identifier: Apache-2.0
#include "evidence/tlog/event.hpp"

#include "data/json.hpp"
#include "evidence/tlog/tile.hpp"
#include "model/namespace.hpp"

#include <fmt/format.h>

namespace kiln::tlog {

namespace {

constexpr std::string_view k_release = "image-release";
constexpr std::string_view k_rotation = "key-rotation";
constexpr std::string_view k_revocation = "key-revocation";
constexpr std::string_view k_policy = "policy-change";

std::string kind(std::string_view event) {
  return fmt::format("{}/log/{}", model::k_uri_base, event);
}

std::string entry(std::string_view event, Json spec, UnixTime time) {
  spec["time"] = format_rfc3339(time);
  return canonical(
      Json::object({{"apiVersion", "1"}, {"kind", kind(event)}, {"spec", std::move(spec)}}));
}

void set_optional(Json& spec, std::string_view key, const std::optional<Digest>& digest) {
  if (digest) spec[key] = digest->str();
}

std::string write(const ImageRelease& release) {
  Json spec = Json::object({{"name", release.name}, {"index", release.index.str()}});
  spec["platforms"] = Json::object();
  for (const auto& [platform, digest] : release.platforms)
    spec["platforms"][platform] = digest.str();
  spec["evidence"] = Json::array();
  for (const Digest& digest : release.evidence) spec["evidence"].push_back(digest.str());
  set_optional(spec, "previous", release.previous);
  return entry(k_release, std::move(spec), release.time);
}

std::string write(const KeyRotation& rotation) {
  Json spec = Json::object({{"role", rotation.role}, {"after", rotation.after.str()}});
  set_optional(spec, "before", rotation.before);
  return entry(k_rotation, std::move(spec), rotation.time);
}

std::string write(const KeyRevocation& revocation) {
  return entry(k_revocation,
               Json::object({{"role", revocation.role},
                             {"key", revocation.key.str()},
                             {"reason", revocation.reason}}),
               revocation.time);
}

std::string write(const PolicyChange& change) {
  Json spec = Json::object({{"name", change.name}, {"after", change.after.str()}});
  set_optional(spec, "before", change.before);
  return entry(k_policy, std::move(spec), change.time);
}

Result<Digest> get_digest(const Json& spec, std::string_view key) {
  std::string text = TRY(spec.get_string(key));
  return Digest::parse(text);
}

Result<std::optional<Digest>> get_optional(const Json& spec, std::string_view key) {
  if (spec.find(key) == nullptr) return std::nullopt;
  return TRY(get_digest(spec, key));
}

Result<UnixTime> get_time(const Json& spec) {
  std::string text = TRY(spec.get_string("time"));
  return parse_rfc3339(text);
}

Result<Event> read_release(const Json& spec) {
  ImageRelease release{.name = TRY(spec.get_string("name")),
                       .index = TRY(get_digest(spec, "index")),
                       .platforms = {},
                       .evidence = {},
                       .previous = TRY(get_optional(spec, "previous")),
                       .time = TRY(get_time(spec))};
  auto platforms = TRY(spec.get_string_map_or_empty("platforms"));
  for (const auto& [platform, digest] : platforms)
    release.platforms[platform] = TRY(Digest::parse(digest));
  std::vector<std::string> evidence = TRY(spec.get_strings_or_empty("evidence"));
  for (const std::string& digest : evidence) release.evidence.push_back(TRY(Digest::parse(digest)));
  return release;
}

Result<Event> read_rotation(const Json& spec) {
  return KeyRotation{.role = TRY(spec.get_string("role")),
                     .before = TRY(get_optional(spec, "before")),
                     .after = TRY(get_digest(spec, "after")),
                     .time = TRY(get_time(spec))};
}

Result<Event> read_revocation(const Json& spec) {
  return KeyRevocation{.role = TRY(spec.get_string("role")),
                       .key = TRY(get_digest(spec, "key")),
                       .reason = TRY(spec.get_string("reason")),
                       .time = TRY(get_time(spec))};
}

Result<Event> read_policy(const Json& spec) {
  return PolicyChange{.name = TRY(spec.get_string("name")),
                      .before = TRY(get_optional(spec, "before")),
                      .after = TRY(get_digest(spec, "after")),
                      .time = TRY(get_time(spec))};
}

}  // namespace

std::string write_event(const Event& event) {
  return std::visit([](const auto& value) { return write(value); }, event);
}

Result<std::optional<Event>> read_event(std::string_view entry) {
  using Read = Result<Event> (*)(const Json&);
  static constexpr std::pair<std::string_view, Read> k_readers[] = {{k_release, read_release},
                                                                    {k_rotation, read_rotation},
                                                                    {k_revocation, read_revocation},
                                                                    {k_policy, read_policy}};
  Result<Json> json = parse_json(entry, {.depth = 16, .size = k_longest_entry});
  if (!json || !json->is_object()) return std::nullopt;
  std::string name = json->get_string_or("kind", "").value_or("");
  for (const auto& [event, read] : k_readers) {
    if (name != kind(event)) continue;
    const Json* spec = TRY(json->get_object("spec"));
    return TRY_CONTEXT(read(*spec), fmt::format("reading a log entry of kind {}", name));
  }
  return std::nullopt;
}

}  // namespace kiln::tlog
