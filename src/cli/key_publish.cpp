// SPDX-License-Identifier: Apache-2.0
//
// `kiln key publish DIR`: the key ring's public side as a TUF repository.
#include "cli/command.hpp"
#include "cli/key_actions.hpp"
#include "cli/password.hpp"
#include "evidence/tuf/repository.hpp"

#include <fmt/format.h>

namespace kiln::cli {

namespace {

using signing::KeyEntry;
using signing::KeyRing;
using signing::KeyRingStore;
using signing::KeyRole;
using signing::KeyState;

constexpr std::pair<tuf::Role, KeyRole> k_roles[] = {
    {tuf::Role::root, KeyRole::tuf_root},
    {tuf::Role::targets, KeyRole::tuf_targets},
    {tuf::Role::snapshot, KeyRole::tuf_snapshot},
    {tuf::Role::timestamp, KeyRole::tuf_timestamp}};

// One active key a role.
Result<std::map<tuf::Role, tuf::Signers>> roles_of(const KeyRing& ring) {
  std::map<tuf::Role, tuf::Signers> roles;
  for (const auto& [role, key_role] : k_roles) {
    const KeyEntry* entry = ring.active(key_role);
    if (entry == nullptr)
      return fail(ErrorCode::not_found,
                  fmt::format("the key ring has no key of role {}", str(key_role)),
                  fmt::format("make one with `kiln key generate --role {}`", str(key_role)));
    roles[role] = {.keys = {entry->key}, .threshold = 1};
  }
  return roles;
}

// Roots of before sign the next one, so that who trusts them follows; a revoked one may, too.
bool helps_to_sign(const KeyEntry& entry) {
  if (entry.secret.empty()) return false;
  if (entry.role == KeyRole::tuf_root) return true;
  bool is_tuf = entry.role == KeyRole::tuf_targets || entry.role == KeyRole::tuf_snapshot ||
                entry.role == KeyRole::tuf_timestamp;
  return is_tuf && entry.state == KeyState::active;
}

// trusted_root.json, the public keys of what is signed with bare keys, and the user's files.
Result<std::map<std::string, std::string>> files_to_publish(const KeyRing& ring,
                                                            const Arguments& arguments) {
  std::map<std::string, std::string> files;
  files["trusted_root.json"] = encode(ring.trusted_root());
  for (const KeyEntry& entry : ring.keys) {
    bool is_bare = entry.role == KeyRole::artifact || entry.role == KeyRole::user;
    if (!is_bare || entry.state == KeyState::revoked) continue;
    std::string name =
        fmt::format("{}-{}.pub", str(entry.role), entry.key.digest().hex().substr(0, 16));
    files[name] = entry.key.pem();
    if (entry.state == KeyState::active)
      files[fmt::format("{}.pub", str(entry.role))] = entry.key.pem();
  }
  for (const std::string& path : arguments.values("--policy"))
    files[Path(path).filename().string()] = TRY(read_file(path, 1U << 20));
  return files;
}

}  // namespace

Result<int> key_publish(Session& session, const Arguments& arguments) {
  if (arguments.positionals().size() < 2)
    return fail(ErrorCode::bad_input, "DIR of the TUF repository is missing");
  Path directory = arguments.positionals()[1];
  Path keys = TRY(keys_directory(session, arguments));
  KeyRingStore store = TRY(KeyRingStore::open(keys));
  tuf::Publication publication{.roles = TRY(roles_of(store.ring())),
                               .targets = TRY(files_to_publish(store.ring(), arguments)),
                               .now = session.clock().now()};
  AskPin ask = password_source(session);
  std::vector<std::unique_ptr<SigningKey>> owned;
  std::vector<SigningKey*> secrets;
  for (const KeyEntry& entry : store.ring().keys) {
    if (!helps_to_sign(entry)) continue;
    owned.push_back(TRY(store.signing_key(entry, ask)));
    secrets.push_back(owned.back().get());
  }
  tuf::Published done = TRY(tuf::publish(directory, publication, secrets));
  Json json = Json::object({{"schema", "kiln.key/1"},
                            {"directory", directory.string()},
                            {"root", done.root},
                            {"targets", done.targets},
                            {"snapshot", done.snapshot},
                            {"timestamp", done.timestamp}});
  json["files"] = Json::array();
  std::string text = fmt::format("{}: root {}{}, time stamp {}\n", directory.string(), done.root,
                                 done.new_root ? " (new)" : "", done.timestamp);
  for (const auto& [name, bytes] : publication.targets) {
    text += fmt::format("  {}\n", name);
    json["files"].push_back(name);
  }
  session.answer(text, json);
  return k_exit_ok;
}

}  // namespace kiln::cli
