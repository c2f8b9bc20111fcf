// SPDX-License-Identifier: Apache-2.0
#include "evidence/signing/keyring_store.hpp"

#include "base/bytes.hpp"
#include "base/strings.hpp"
#include "crypto/encrypted_key.hpp"
#include "crypto/pkcs11.hpp"
#include "crypto/random.hpp"
#include "evidence/signing/key_certificates.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

namespace kiln::signing {

namespace {

constexpr unsigned k_private_file = 0600;
constexpr unsigned k_private_directory = 0700;
constexpr size_t k_largest_secret = 64U << 10;

bool is_there(const Path& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

Result<> make_private_directory(const Path& path) {
  TRY(make_directories(path));
  if (::chmod(path.c_str(), k_private_directory) != 0)
    return fail_errno(fmt::format("cannot protect {}", path.string()), errno);
  return {};
}

// A directory that is made a ring is closed to others. One that holds something else is none: what
// lies there may have to stay open (/tmp, say).
Result<> check_may_become_ring(const Path& directory) {
  constexpr std::array<std::string_view, 3> k_ours = {"keys", "lock", "logs"};
  std::error_code error;
  std::filesystem::file_status status = std::filesystem::status(directory, error);
  if (!std::filesystem::exists(status) || is_there(keyring_file(directory))) return {};
  std::string hint = "name a new directory, or an empty one, for the keys";
  if (!std::filesystem::is_directory(status))
    return fail(ErrorCode::bad_input, fmt::format("{} is not a directory", directory.string()),
                hint);
  for (const std::string& name : TRY(list_directory(directory)))
    if (std::ranges::find(k_ours, name) == k_ours.end())
      return fail(
          ErrorCode::bad_input,
          fmt::format("{} holds {} and is no key ring", directory.string(), printable(name)), hint);
  return {};
}

Result<> check_private(const Path& path) {
  struct stat info = {};
  if (::stat(path.c_str(), &info) != 0)
    return fail_errno(fmt::format("cannot read {}", path.string()), errno);
  if ((info.st_mode & 077) == 0) return {};
  return fail(ErrorCode::bad_input,
              fmt::format("others may read {}, where secret keys lie", path.string()),
              fmt::format("chmod go= {}", path.string()));
}

Result<Fd> lock_ring(const Path& directory) {
  Fd fd = TRY(open_file(directory / "lock", O_RDWR | O_CREAT, k_private_file));
  int locked;
  do {
    locked = ::flock(fd.get(), LOCK_EX);
  } while (locked != 0 && errno == EINTR);
  if (locked != 0) return fail_errno("cannot lock the key ring", errno);
  return fd;
}

Result<KeyRing> load(const Path& directory) {
  TRY(check_private(directory));
  std::string text = TRY(read_file(keyring_file(directory), 4U << 20));
  return with_context(parse_keyring(text),
                      fmt::format("reading {}", keyring_file(directory).string()));
}

std::string secret_name(const PublicKey& key) {
  return "keys/" + key.digest().hex().substr(0, 16) + ".key";
}

// The n-th log of a ring has a name of its own, because a log's name stands for all its entries.
std::string host_for(const KeyRing& ring, KeyRole role) {
  size_t before = 0;
  for (const KeyEntry& entry : ring.keys) before += entry.role == role ? 1 : 0;
  std::string number = before == 0 ? "" : std::to_string(before + 1);
  if (role == KeyRole::log) return before == 0 ? ring.host : "log" + number + "." + ring.host;
  if (role == KeyRole::rekor_log) return "rekor" + number + "." + ring.host;
  return role == KeyRole::timestamp ? ring.host : "";
}

}  // namespace

Result<Path> keyring_directory(const std::map<std::string, std::string>& environment,
                               const std::optional<Path>& chosen) {
  auto variable = [&](const char* name) {
    auto found = environment.find(name);
    return found == environment.end() ? std::string() : found->second;
  };
  if (chosen) return *chosen;
  if (std::string ours = variable("KILN_KEYS"); !ours.empty()) return Path(ours);
  if (std::string data = variable("XDG_DATA_HOME"); data.starts_with('/'))
    return Path(data) / "kiln/signer";
  if (std::string home = variable("HOME"); home.starts_with('/'))
    return Path(home) / ".local/share/kiln/signer";
  return fail(ErrorCode::bad_input, "there is no HOME to keep keys in",
              "set KILN_KEYS or use --keys");
}

Path keyring_file(const Path& directory) {
  return directory / "keyring.json";
}

Result<KeyRingStore> KeyRingStore::open(const Path& directory) {
  if (!is_there(keyring_file(directory)))
    return fail(ErrorCode::not_found, fmt::format("there is no key ring in {}", directory.string()),
                "`kiln key generate` makes one");
  KeyRing ring = TRY(load(directory));
  return KeyRingStore(directory, std::move(ring), Fd());
}

Result<KeyRingStore> KeyRingStore::open_to_change(const Path& directory, const std::string& host,
                                                  bool local) {
  TRY(check_may_become_ring(directory));
  TRY(make_private_directory(directory));
  TRY(make_private_directory(directory / "keys"));
  Fd lock = TRY(lock_ring(directory));
  KeyRing ring;
  if (is_there(keyring_file(directory))) {
    ring = TRY(load(directory));
  } else {
    ring.host = host.empty() ? to_hex(random_bytes(6)) + ".kiln.internal" : host;
    ring.local = local;
  }
  return KeyRingStore(directory, std::move(ring), std::move(lock));
}

Result<KeyRingStore> KeyRingStore::open_or_make_local(const Path& directory, UnixTime now) {
  if (is_there(keyring_file(directory))) return open(directory);
  KeyRingStore made = TRY(open_to_change(directory, "", true));
  for (KeyRole role : signing_roles())
    if (made.ring_.active(role) == nullptr)
      TRY(made.generate(role, usual_algorithm(role), now, ""));
  return made;
}

Result<> KeyRingStore::save(const KeyRing& ring) {
  return write_file(keyring_file(directory_), encode(ring), k_private_file);
}

Result<const KeyEntry*> KeyRingStore::add(KeyEntry entry, UnixTime now) {
  entry.validity.from = now;
  entry.host = host_for(ring_, entry.role);
  entry.chain = make_chain(entry.role, entry.key, ring_.host, now);
  KeyRing changed = ring_;
  TRY(changed.add(std::move(entry), now));
  TRY(save(changed));
  ring_ = std::move(changed);
  return &ring_.keys.back();
}

Result<const KeyEntry*> KeyRingStore::generate(KeyRole role, KeyAlgorithm algorithm, UnixTime now,
                                               const std::string& password) {
  PrivateKey key = PrivateKey::generate(algorithm);
  return import(role, key.public_key(), password.empty() ? key.pem() : encrypt_key(key, password),
                now);
}

Result<const KeyEntry*> KeyRingStore::import(KeyRole role, const PublicKey& key,
                                             const std::string& secret_pem, UnixTime now) {
  std::string name = secret_name(key);
  TRY(write_file(directory_ / name, secret_pem, k_private_file));
  return add({.role = role, .key = key, .secret = name}, now);
}

Result<const KeyEntry*> KeyRingStore::import_token(KeyRole role, const PublicKey& key,
                                                   const std::string& uri, UnixTime now) {
  return add({.role = role, .key = key, .secret = uri}, now);
}

Result<> KeyRingStore::revoke(std::string_view id, UnixTime now, const std::string& reason) {
  KeyRing changed = ring_;
  TRY(changed.revoke(id, now, reason));
  TRY(save(changed));
  ring_ = std::move(changed);
  return {};
}

Result<PrivateKey> KeyRingStore::private_key(const KeyEntry& entry, const AskPassword& ask) const {
  if (entry.is_token())
    return fail(
        ErrorCode::unsupported,
        fmt::format("the {} key lies on a token, which does not give it away", str(entry.role)));
  if (entry.secret.empty())
    return fail(ErrorCode::not_found,
                fmt::format("the secret of the {} key is not here", str(entry.role)));
  Path file = directory_ / entry.secret;
  TRY(check_private(file));
  std::string pem = TRY(read_file(file, k_largest_secret));
  if (!is_encrypted_key(pem)) return PrivateKey::from_pem(pem);
  std::string password = TRY(ask(fmt::format("the password of the {} key", str(entry.role))));
  return decrypt_key(pem, password);
}

Result<std::unique_ptr<SigningKey>> KeyRingStore::signing_key(const KeyEntry& entry,
                                                              const AskPassword& ask) const {
  std::unique_ptr<SigningKey> key;
  if (entry.is_token())
    key = TRY(open_token_key(entry.secret, ask));
  else
    key = std::make_unique<PrivateKey>(TRY(private_key(entry, ask)));
  if (key->public_key() == entry.key) return key;
  return fail(ErrorCode::corrupt,
              fmt::format("the secret of the {} key belongs to another key", str(entry.role)));
}

}  // namespace kiln::signing
