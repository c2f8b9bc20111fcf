// SPDX-License-Identifier: Apache-2.0
#include "cli/log_argument.hpp"

#include "base/strings.hpp"
#include "cli/password.hpp"
#include "crypto/encrypted_key.hpp"
#include "evidence/tlog/log_files.hpp"

#include <fmt/format.h>

namespace kiln::cli {

namespace {

constexpr uint64_t k_largest_key_file = 1U << 16;

}  // namespace

Result<tlog::LogSettings> described_log(const Arguments& arguments, std::string_view log) {
  std::optional<std::string> option = arguments.value("--log-key");
  if (!option)
    return fail(ErrorCode::bad_input, fmt::format("the key of the log {} is not known", log),
                "give it with --log-key; `kiln log show` prints it beside the log itself");
  std::string vkey = *option;
  if (vkey.find('+') == std::string::npos || std::filesystem::exists(vkey))
    vkey = TRY(read_file(vkey, k_largest_key_file));
  Result<tlog::NoteKey> key = tlog::NoteKey::parse(trim(vkey));
  if (!key) return fail(ErrorCode::bad_input, "--log-key: " + key.error().message);
  std::string origin = arguments.value("--origin").value_or(key->name());
  return tlog::LogSettings{std::move(origin), std::move(*key)};
}

Result<OpenedLog> open_log_argument(Session& session, const Arguments& arguments,
                                    const std::string& log) {
  if (log.find("://") != std::string::npos) {
    tlog::LogSettings settings = TRY(described_log(arguments, log));
    World& world = *TRY(session.world());
    return OpenedLog{tlog::http_tiles(world.http, log), std::move(settings)};
  }
  Path directory = log;
  if (std::filesystem::exists(directory / "log.json"))
    return OpenedLog{tlog::directory_tiles(tlog::tree_of(directory)),
                     TRY(tlog::load_settings(directory))};
  if (!std::filesystem::exists(directory / "checkpoint"))
    return fail(ErrorCode::not_found, fmt::format("there is no log in {}", log),
                "make one with `kiln log init`");
  return OpenedLog{tlog::directory_tiles(directory), TRY(described_log(arguments, log))};
}

Result<tlog::SignedCheckpoint> newest_checkpoint(const OpenedLog& log) {
  std::string bytes = TRY(log.source->checkpoint());
  return tlog::open_checkpoint(bytes, log.settings.key, log.settings.origin);
}

Result<PrivateKey> log_key(Session& session, const Arguments& arguments, const Path& directory) {
  Path path = arguments.value("--key").value_or((directory / "key.pem").string());
  std::string pem = TRY(read_file(path, k_largest_key_file));
  if (!is_encrypted_key(pem))
    return with_context(PrivateKey::from_pem(pem), fmt::format("reading {}", path.string()));
  std::string password = TRY(password_source(session)("the password of " + path.string()));
  return with_context(decrypt_key(pem, password), fmt::format("reading {}", path.string()));
}

Result<std::optional<tlog::TrustPolicy>> log_policy(const Arguments& arguments) {
  std::optional<std::string> path = arguments.value("--policy");
  if (!path) return std::nullopt;
  std::string text = TRY(read_file(*path, 1U << 20));
  return TRY_CONTEXT(tlog::TrustPolicy::parse(text), fmt::format("reading {}", *path));
}

Result<uint64_t> parse_count(const std::string& text, std::string_view what) {
  std::optional<uint64_t> number = parse_decimal(text);
  if (!number)
    return fail(ErrorCode::bad_input, fmt::format("{} is not a number: {}", what, printable(text)));
  return *number;
}

Json log_document(std::string_view action) {
  return Json::object({{"schema", "kiln.log/1"}, {"action", action}});
}

Json checkpoint_json(const tlog::Checkpoint& checkpoint) {
  return Json::object(
      {{"origin", checkpoint.origin}, {"size", checkpoint.size}, {"root", checkpoint.root.str()}});
}

}  // namespace kiln::cli
