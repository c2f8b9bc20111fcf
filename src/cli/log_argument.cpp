// SPDX-License-Identifier: Apache-2.0
#include "cli/log_argument.hpp"

#include "base/strings.hpp"
#include "cli/key_source.hpp"
#include "cli/own_file.hpp"
#include "cli/password.hpp"
#include "evidence/signing/keyring_store.hpp"
#include "evidence/tlog/log_files.hpp"

#include <fmt/format.h>

namespace kiln::cli {

namespace {

// The key of a log that lies in a key ring, <ring>/logs/<16 hex>; null for any other log.
Result<std::unique_ptr<SigningKey>> ring_key(Session& session, const Path& directory) {
  std::error_code error;
  Path whole = std::filesystem::canonical(directory, error);
  if (error || whole.parent_path().filename() != "logs") return nullptr;
  Path ring = whole.parent_path().parent_path();
  if (!std::filesystem::exists(ring / "keyring.json")) return nullptr;
  signing::KeyRingStore store = TRY(signing::KeyRingStore::open(ring));
  for (const signing::KeyEntry& entry : store.ring().keys)
    if (ring / signing::log_directory(entry) == whole)
      return store.signing_key(entry, password_source(session));
  return nullptr;
}

}  // namespace

Result<tlog::LogSettings> described_log(const Arguments& arguments, std::string_view log) {
  std::optional<std::string> option = arguments.value("--log-key");
  if (!option)
    return fail(ErrorCode::bad_input, fmt::format("the key of the log {} is not known", log),
                "give it with --log-key; `kiln log show` prints it beside the log itself");
  std::string vkey = *option;
  if (vkey.find('+') == std::string::npos || std::filesystem::exists(vkey))
    vkey = TRY(read_key_file(vkey));
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

Result<std::unique_ptr<SigningKey>> log_key(Session& session, const Arguments& arguments,
                                            const Path& directory) {
  if (auto file = arguments.value("--key")) return open_key_source(*file, password_source(session));
  Path own = directory / "key.pem";
  if (std::filesystem::exists(own)) return open_key_source(own.string(), password_source(session));
  if (auto key = TRY(ring_key(session, directory))) return key;
  bool is_log = std::filesystem::exists(directory / "log.json");
  return fail(ErrorCode::not_found,
              is_log ? fmt::format("the key of the log in {} is not beside it", directory.string())
                     : fmt::format("there is no log in {}", directory.string()),
              is_log ? "give its private key with --key" : "make one with `kiln log init`");
}

Result<std::optional<tlog::TrustPolicy>> log_policy(const Arguments& arguments) {
  std::optional<std::string> path = arguments.value("--policy");
  if (!path) return std::nullopt;
  std::string text = TRY(read_file(*path, 1U << 20));
  return TRY(from_own_file(tlog::TrustPolicy::parse(text), *path));
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
