// SPDX-License-Identifier: Apache-2.0
#include "cli/key_actions.hpp"

#include "base/output_target.hpp"
#include "cli/command.hpp"
#include "cli/key_source.hpp"
#include "cli/output_request.hpp"
#include "cli/own_file.hpp"
#include "cli/password.hpp"
#include "crypto/encrypted_key.hpp"
#include "evidence/signing/local_signer.hpp"

#include <fmt/format.h>

namespace kiln::cli {

namespace {

using signing::KeyEntry;
using signing::KeyRingStore;
using signing::KeyRole;

Json document() {
  return Json::object({{"schema", "kiln.key/1"}});
}

Result<KeyRingStore> open_ring(const Session& session, const Arguments& arguments) {
  Path directory = TRY(keys_directory(session, arguments));
  return KeyRingStore::open(directory);
}

// The ring, locked. One that is made now is local unless its keys are protected.
Result<KeyRingStore> change_ring(const Session& session, const Arguments& arguments) {
  Path directory = TRY(keys_directory(session, arguments));
  return KeyRingStore::open_to_change(directory, arguments.value("--host").value_or(""),
                                      arguments.has("--no-password"));
}

// For `what`: "the new keys".
Result<std::string> wanted_password(const Session& session, const Arguments& arguments,
                                    std::string_view what = "the new keys") {
  if (arguments.has("--no-password")) return std::string();
  std::string password = TRY(new_password(session, fmt::format("a password for {}", what)));
  if (!password.empty()) return password;
  return fail(ErrorCode::bad_input, fmt::format("the password for {} is empty", what),
              "give one in KILN_KEY_PASSWORD, or say --no-password");
}

Result<KeyRole> role_from(std::string_view text) {
  if (std::optional<KeyRole> role = signing::parse_key_role(text)) return *role;
  return fail(ErrorCode::bad_input, fmt::format("there is no role '{}'", text),
              "`kiln key --help` lists them");
}

Result<KeyAlgorithm> algorithm_for(const Arguments& arguments, KeyRole role) {
  std::optional<std::string> text = arguments.value("--algorithm");
  if (!text) return signing::usual_algorithm(role);
  KeyAlgorithm algorithm = *parse_key_algorithm(*text);  // one of the option's choices
  bool fixed = role == KeyRole::log || role == KeyRole::rekor_log || role == KeyRole::timestamp ||
               role == KeyRole::notary;
  if (!fixed || algorithm == signing::usual_algorithm(role)) return algorithm;
  return fail(ErrorCode::bad_input, fmt::format("clients expect {} for the role {}",
                                                str(signing::usual_algorithm(role)), str(role)));
}

// The name of a key on the command line, or of the key that signs builds.
std::string key_name(const Arguments& arguments) {
  return arguments.positionals().size() > 1 ? arguments.positionals()[1] : "artifact";
}

Result<std::string> needed_name(const Arguments& arguments, std::string_view what) {
  if (arguments.positionals().size() > 1) return arguments.positionals()[1];
  return fail(ErrorCode::bad_input, fmt::format("{} is missing", what));
}

std::pair<std::string, Json> report_of(const KeyRingStore& store, std::span<const KeyEntry> keys) {
  std::string text = ring_heading(store);
  Json json = document();
  json["directory"] = store.directory().string();
  json["host"] = store.ring().host;
  json["local"] = store.ring().local;
  json["keys"] = Json::array();
  for (const KeyEntry& entry : keys) {
    text += key_line(entry);
    json["keys"].push_back(key_json(entry));
  }
  return {std::move(text), std::move(json)};
}

Result<int> answer_keys(Session& session, const KeyRingStore& store,
                        std::span<const KeyEntry> keys) {
  auto [text, json] = report_of(store, keys);
  session.answer(text, json);
  return k_exit_ok;
}

// A text to standard output, or to the file of --output.
Result<int> deliver(Session& session, const Arguments& arguments, const std::string& text,
                    const std::string& what, Json json, unsigned mode = 0644) {
  std::optional<std::string> file = arguments.value("--output");
  if (!file) {
    session.give(text, json);
    return k_exit_ok;
  }
  Path path = output_path(*file);
  TRY(session.reserve_output(path));
  TRY(write_file(path, text, mode));
  json["file"] = *file;
  session.answer(fmt::format("{}: {}\n", output_name(path), what), json);
  return k_exit_ok;
}

// A pair of files that belongs to no ring, as `cosign generate-key-pair` makes it.
Result<int> generate_files(Session& session, const Arguments& arguments,
                           const std::string& prefix) {
  for (const char* option : {"--keys", "--role", "--host"})
    if (arguments.has(option))
      return fail(ErrorCode::bad_input,
                  fmt::format("{} says something of a key ring, and --output makes a pair of files "
                              "that is in none",
                              option),
                  "`kiln key import FILE.key` takes it into a ring");
  KeyAlgorithm algorithm =
      parse_key_algorithm(arguments.value("--algorithm").value_or("ecdsa-p256"))
          .value_or(KeyAlgorithm::ecdsa_p256);
  PrivateKey key = PrivateKey::generate(algorithm);
  std::string password = TRY(wanted_password(session, arguments, "the new key"));
  for (const std::string& file : {prefix + ".key", prefix + ".pub"})
    if (std::filesystem::exists(file))
      return fail(ErrorCode::bad_input, fmt::format("{} is there already", file));
  TRY(write_file(prefix + ".key", password.empty() ? key.pem() : encrypt_key(key, password), 0600));
  TRY(write_file(prefix + ".pub", key.public_key().pem()));
  Json json = document();
  json["private"] = prefix + ".key";
  json["public"] = prefix + ".pub";
  json["id"] = key.public_key().digest().str();
  session.answer(fmt::format("{0}.key and {0}.pub: a new {1} key\n", prefix, str(algorithm)), json);
  return k_exit_ok;
}

// The key loses what it signed from then on. Of a time to come nobody knows what it will have
// signed, and `rotate` is there for a planned end.
Result<UnixTime> time_of_revocation(const std::string& text, UnixTime now) {
  Result<UnixTime> since = parse_rfc3339(text);
  if (!since)
    return fail(ErrorCode::bad_input, "--since: " + since.error().message,
                "write it as 2026-11-24T00:00:00Z");
  if (*since > now)
    return fail(ErrorCode::bad_input,
                fmt::format("--since {} is in the future, where nothing is revoked yet",
                            format_rfc3339(*since)),
                "leave it out to revoke the key from now on, or use `kiln key rotate`");
  return *since;
}

// Records a new key in the ring's log. A log's own key is the first entry of that log.
Result<> log_key(const Session& session, const KeyRingStore& store, const KeyEntry& entry) {
  if (entry.role == KeyRole::log || entry.role == KeyRole::rekor_log) return {};
  return log_event(store, rotation_to(store.ring(), entry), password_source(session));
}

}  // namespace

Result<Path> keys_directory(const Session& session, const Arguments& arguments) {
  std::optional<Path> chosen;
  if (auto given = arguments.value("--keys")) chosen = *given;
  return signing::keyring_directory(session.environment(), chosen);
}

Result<int> key_generate(Session& session, const Arguments& arguments) {
  if (auto prefix = arguments.value("--output")) return generate_files(session, arguments, *prefix);
  std::vector<KeyRole> roles;
  for (const std::string& text : arguments.values("--role")) roles.push_back(TRY(role_from(text)));
  if (roles.empty()) roles.assign(signing::signing_roles().begin(), signing::signing_roles().end());
  KeyRingStore store = TRY(change_ring(session, arguments));
  for (KeyRole role : roles)
    if (store.ring().active(role) != nullptr)
      return fail(
          ErrorCode::bad_input,
          fmt::format("{} has an active key of role {}", store.directory().string(), str(role)),
          fmt::format("`kiln key rotate {}` makes the next one", str(role)));
  std::string password = TRY(wanted_password(session, arguments));
  std::vector<KeyEntry> made;
  for (KeyRole role : roles) {
    KeyAlgorithm algorithm = TRY(algorithm_for(arguments, role));
    made.push_back(*TRY(store.generate(role, algorithm, session.clock().now(), password)));
  }
  for (const KeyEntry& entry : made) TRY(log_key(session, store, entry));
  return answer_keys(session, store, made);
}

Result<int> key_import(Session& session, const Arguments& arguments) {
  std::string source = TRY(needed_name(arguments, "the key's FILE or pkcs11: URI"));
  std::string role_text = arguments.value("--role").value_or("artifact");
  KeyRole role = TRY(role_from(role_text));
  UnixTime now = session.clock().now();
  AskPin ask = password_source(session);
  if (source.starts_with("pkcs11:")) {
    if (role == KeyRole::timestamp)
      return fail(ErrorCode::unsupported, "a time stamp key on a token cannot be used yet");
    std::unique_ptr<SigningKey> key = TRY(open_token_key(source, ask));
    KeyRingStore store = TRY(change_ring(session, arguments));
    KeyEntry entry = *TRY(store.import_token(role, key->public_key(), source, now));
    TRY(log_key(session, store, entry));
    return answer_keys(session, store, std::span(&entry, 1));
  }
  std::string pem = TRY(read_key_file(source));
  PrivateKey key = TRY(from_own_file(open_key_text(pem, source, ask), "the key " + source));
  KeyRingStore store = TRY(change_ring(session, arguments));
  KeyEntry entry = *TRY(store.import(role, key.public_key(), pem, now));
  TRY(log_key(session, store, entry));
  return answer_keys(session, store, std::span(&entry, 1));
}

Result<int> key_export(Session& session, const Arguments& arguments) {
  KeyRingStore store = TRY(open_ring(session, arguments));
  const KeyEntry& entry = *TRY(store.ring().find(key_name(arguments)));
  Json json = document();
  json["key"] = key_json(entry);
  if (!arguments.has("--private"))
    return deliver(session, arguments, entry.key.pem(),
                   fmt::format("the public {} key", str(entry.role)), std::move(json));
  PrivateKey key = TRY(store.private_key(entry, password_source(session)));
  std::string password = TRY(wanted_password(session, arguments, "the exported key"));
  std::string pem = password.empty() ? key.pem() : encrypt_key(key, password);
  json["private_key"] = pem;
  return deliver(session, arguments, pem, fmt::format("the private {} key", str(entry.role)),
                 std::move(json), 0600);
}

Result<int> key_show(Session& session, const Arguments& arguments) {
  KeyRingStore store = TRY(open_ring(session, arguments));
  const KeyEntry& entry = *TRY(store.ring().find(key_name(arguments)));
  std::string text = ring_heading(store) + key_line(entry);
  if (!entry.reason.empty()) text += fmt::format("revoked: {}\n", entry.reason);
  text += fmt::format("{}\n{}", entry.id(), entry.key.pem());
  for (const Certificate& certificate : entry.chain)
    text += fmt::format("certificate of {}, until {}\n", certificate.subject(),
                        format_rfc3339(certificate.not_after()));
  Json json = document();
  json["local"] = store.ring().local;
  json["key"] = key_json(entry);
  session.give(text, json);
  return k_exit_ok;
}

Result<int> key_list(Session& session, const Arguments& arguments) {
  KeyRingStore store = TRY(open_ring(session, arguments));
  auto [text, json] = report_of(store, store.ring().keys);
  session.give(text, json);
  return k_exit_ok;
}

Result<int> key_rotate(Session& session, const Arguments& arguments) {
  std::string text = TRY(needed_name(arguments, "the ROLE whose key to rotate"));
  KeyRole role = TRY(role_from(text));
  TRY(open_ring(session, arguments));  // there must be one
  KeyRingStore store = TRY(change_ring(session, arguments));
  KeyAlgorithm algorithm = TRY(algorithm_for(arguments, role));
  std::string password = TRY(wanted_password(session, arguments, "the new key"));
  KeyEntry made = *TRY(store.generate(role, algorithm, session.clock().now(), password));
  TRY(log_key(session, store, made));
  return answer_keys(session, store, std::span(&made, 1));
}

Result<int> key_revoke(Session& session, const Arguments& arguments) {
  std::string name = TRY(needed_name(arguments, "the KEY to revoke"));
  TRY(open_ring(session, arguments));
  KeyRingStore store = TRY(change_ring(session, arguments));
  std::string id = TRY(store.ring().find(name))->id();
  UnixTime at = session.clock().now();
  if (auto since = arguments.value("--since")) at = TRY(time_of_revocation(*since, at));
  TRY(store.revoke(id, at, arguments.value("--reason").value_or("")));
  KeyEntry revoked = *TRY(store.ring().find(id));
  TRY(log_event(
      store,
      tlog::KeyRevocation{std::string(str(revoked.role)), revoked.key.digest(), revoked.reason, at},
      password_source(session)));
  return answer_keys(session, store, std::span(&revoked, 1));
}

Result<int> key_trusted_root(Session& session, const Arguments& arguments) {
  KeyRingStore store = TRY(open_ring(session, arguments));
  std::string text = encode(store.ring().trusted_root());
  Json json = document();
  json["trusted_root"] = TRY(parse_json(text));
  return deliver(session, arguments, text, "the trusted root", std::move(json));
}

}  // namespace kiln::cli
