// SPDX-License-Identifier: Apache-2.0
#include "packages/apk/signature.hpp"

#include "base/strings.hpp"
#include "codec/decompress.hpp"
#include "codec/tar.hpp"
#include "crypto/rsa_signature.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace kiln::packages::apk {

namespace {

constexpr uint64_t k_greatest_signatures = 1U << 20;  // decompressed
constexpr std::string_view k_sha1 = ".SIGN.RSA.";
constexpr std::string_view k_sha256 = ".SIGN.RSA256.";

std::unexpected<Error> unsigned_file() {
  return fail(ErrorCode::unverified, "it is not signed",
              "sign it with abuild-sign, and name the key in `keyring`");
}

// A key that may not sign this, as the message calls it.
std::string describe(const std::string& name, std::span<const NamedKey> keys) {
  auto known = std::ranges::find(keys, name, &NamedKey::name);
  if (known == keys.end()) return printable(name);
  return fmt::format("{} (a key of {} only)", name, join(known->architectures, " and "));
}

}  // namespace

Result<NamedKey> check_signatures(const std::map<std::string, std::string>& signatures,
                                  std::string_view content, std::span<const NamedKey> keys,
                                  std::string_view architecture) {
  std::vector<std::string> strangers;
  std::optional<Error> broken;
  for (const auto& [member, signature] : signatures) {
    bool old = member.starts_with(k_sha1);
    if (!old && !member.starts_with(k_sha256)) continue;
    std::string name = member.substr(old ? k_sha1.size() : k_sha256.size());
    HashAlgorithm hash = old ? HashAlgorithm::sha1 : HashAlgorithm::sha256;
    bool known = false;
    for (const NamedKey& key : keys) {
      if (key.name != name || !key.is_for(architecture)) continue;
      known = true;
      Result<> good = verify_rsa(key.pem, hash, content, signature);
      if (good) return key;
      if (!broken)
        broken = std::move(good.error()).with_context("checking the signature of " + name);
    }
    if (!known) strangers.push_back(describe(name, keys));
  }
  if (broken) return std::unexpected(std::move(*broken));
  if (strangers.empty()) return unsigned_file();
  return fail(ErrorCode::unverified, "it is signed by " + join(strangers, ", ") + ", not trusted",
              "if you trust that key, name its file in `keyring`");
}

Result<SignedContent> open_signed(std::string_view file, std::span<const NamedKey> keys,
                                  std::string_view architecture) {
  if (file.starts_with("ADB"))
    return fail(ErrorCode::unsupported, "the index is of apk's format 3 (ADB), which is not read",
                "released Alpine has indexes of format 2; use a repository that does");
  if (!file.starts_with("\x1f\x8b"))
    return fail(ErrorCode::corrupt, "it does not begin with a gzip member");
  std::string_view rest = file;
  std::string tar = TRY(take_gzip_member(rest, k_greatest_signatures));
  std::map<std::string, std::string> signatures;
  TarReader reader(tar, TarEnd::optional);
  while (true) {
    auto entry = TRY(reader.next());
    if (!entry) break;
    if (!entry->path.starts_with(".SIGN.")) return unsigned_file();
    signatures.emplace(entry->path, reader.content(*entry));
  }
  SignedContent result{rest, {}};
  result.key = TRY(check_signatures(signatures, rest, keys, architecture));
  return result;
}

}  // namespace kiln::packages::apk
