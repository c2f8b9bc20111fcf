// SPDX-License-Identifier: Apache-2.0
#include "crypto/armor.hpp"

#include "base/bytes.hpp"
#include "base/strings.hpp"

namespace kiln {

namespace {

constexpr std::string_view k_begin = "-----BEGIN PGP PUBLIC KEY BLOCK-----";
constexpr std::string_view k_end = "-----END PGP PUBLIC KEY BLOCK-----";
constexpr size_t k_line = 64;

// The lines of base64 between a block's headers and its checksum or end, joined.
Result<std::string> read_block(std::string_view& rest) {
  while (!rest.empty() && !trim(take_until(rest, '\n')).empty()) {
  }
  std::string digits;
  while (!rest.empty()) {
    std::string_view line = trim(take_until(rest, '\n'));
    if (line == k_end) return from_base64(digits);
    bool is_checksum = line.starts_with('=') && line.size() == 5;
    if (!is_checksum) digits += line;
  }
  return fail(ErrorCode::corrupt, "an OpenPGP key block never ends");
}

}  // namespace

Result<std::string> dearmored_keys(std::string_view keyring) {
  // The first byte of a packet has its highest bit set (RFC 9580 section 4.2).
  if (!keyring.empty() && (static_cast<unsigned char>(keyring.front()) & 0x80U) != 0)
    return std::string(keyring);
  std::string packets;
  while (!keyring.empty())
    if (trim(take_until(keyring, '\n')) == k_begin) packets += TRY(read_block(keyring));
  if (packets.empty()) return fail(ErrorCode::corrupt, "there is no OpenPGP public key");
  return packets;
}

std::string armored_keys(std::string_view packets) {
  std::string text = std::string(k_begin) + "\n\n";
  std::string digits = to_base64(packets);
  for (size_t at = 0; at < digits.size(); at += k_line) text += digits.substr(at, k_line) + "\n";
  return text + std::string(k_end) + "\n";
}

}  // namespace kiln
