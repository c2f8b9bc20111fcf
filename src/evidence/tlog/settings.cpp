// SPDX-License-Identifier: Apache-2.0
#include "evidence/tlog/settings.hpp"

#include "data/json.hpp"

#include <fmt/format.h>

namespace kiln::tlog {

namespace {

constexpr int64_t k_format = 1;

}  // namespace

Result<LogSettings> LogSettings::tiles(std::string host, const PublicKey& key) {
  if (key.algorithm() != KeyAlgorithm::ed25519)
    return fail(ErrorCode::bad_input, "a log signs its checkpoints with an Ed25519 key");
  NoteKey note_key = TRY(NoteKey::of_log(host, key));
  return LogSettings{std::move(host), std::move(note_key)};
}

Result<LogSettings> LogSettings::rekor_v1(const std::string& host, uint64_t tree_id,
                                          const PublicKey& key) {
  if (key.algorithm() != KeyAlgorithm::ecdsa_p256)
    return fail(ErrorCode::bad_input, "a log in the form of Rekor v1 signs with an ECDSA key");
  NoteKey note_key = TRY(NoteKey::of_log(host, key));
  return LogSettings{fmt::format("{} - {}", host, tree_id), std::move(note_key)};
}

std::string write_settings(const LogSettings& settings) {
  return pretty(Json::object(
      {{"format", k_format}, {"origin", settings.origin}, {"key", settings.key.str()}}));
}

Result<LogSettings> read_settings(std::string_view json) {
  Json document = TRY(parse_json(json, {.size = 1U << 16}));
  if (int64_t format = TRY(document.get_int("format")); format != k_format)
    return fail(ErrorCode::unsupported, fmt::format("the log has format {}", format),
                "use the version of Kiln that made it, or a newer one");
  std::string origin = TRY(document.get_string("origin"));
  std::string vkey = TRY(document.get_string("key"));
  NoteKey key = TRY(NoteKey::parse(vkey));
  return LogSettings{std::move(origin), std::move(key)};
}

}  // namespace kiln::tlog
