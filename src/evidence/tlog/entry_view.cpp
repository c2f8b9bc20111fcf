// SPDX-License-Identifier: Apache-2.0
#include "evidence/tlog/entry_view.hpp"

#include "base/strings.hpp"
#include "data/json.hpp"
#include "evidence/tlog/tile.hpp"

#include <fmt/format.h>

namespace kiln::tlog {

namespace {

constexpr std::string_view k_data = "data";

std::string text_at(const Json& json, const MemberPath& path) {
  return json.get_string_or(path, "").value_or("");
}

std::string bytes_at(const Json& json, const MemberPath& path) {
  return from_base64(text_at(json, path)).value_or("");
}

template <typename T>
std::optional<T> if_good(Result<T> result) {
  if (!result) return {};
  return std::move(*result);
}

void view_pem(const std::string& pem, EntryView& view) {
  view.signer = if_good(PublicKey::from_pem(pem));
  view.by_certificate = !view.signer && pem.find("CERTIFICATE") != std::string::npos;
}

void view_rekor_v2(const Json& json, EntryView& view) {
  const Json* spec = json.find({"spec", "hashedRekordV002"});
  if (spec == nullptr) return;
  view.signed_digest = if_good(Digest::from_bytes(bytes_at(*spec, {"data", "digest"})));
  std::string key = bytes_at(*spec, {"signature", "verifier", "publicKey", "rawBytes"});
  view.signer = if_good(PublicKey::from_der(key));
  view.by_certificate = spec->find({"signature", "verifier", "x509Certificate"}) != nullptr;
}

void view_hashedrekord_v1(const Json& json, EntryView& view) {
  view.signed_digest = if_good(Digest::from_hex(text_at(json, {"spec", "data", "hash", "value"})));
  view_pem(bytes_at(json, {"spec", "signature", "publicKey", "content"}), view);
}

void view_dsse_v1(const Json& json, EntryView& view) {
  view.signed_digest = if_good(Digest::from_hex(text_at(json, {"spec", "payloadHash", "value"})));
  Result<const Json::Array*> signatures = json.get_array({"spec", "signatures"});
  if (signatures && !(*signatures)->empty() && (*signatures)->front().is_object())
    view_pem(bytes_at((*signatures)->front(), "verifier"), view);
}

std::string describe(const ImageRelease& release) {
  return fmt::format("release of {} as {}", release.name, release.index.str());
}
std::string describe(const KeyRotation& rotation) {
  return fmt::format("new {} key {}", rotation.role, rotation.after.str());
}
std::string describe(const KeyRevocation& revocation) {
  return fmt::format("revoked {} key {}: {}", revocation.role, revocation.key.str(),
                     revocation.reason);
}
std::string describe(const PolicyChange& change) {
  return fmt::format("policy {} is now {}", change.name, change.after.str());
}

}  // namespace

EntryView view_entry(std::string_view entry) {
  EntryView view{.kind = std::string(k_data), .size = entry.size()};
  Result<Json> json = parse_json(entry, {.depth = 16, .size = k_longest_entry});
  if (!json || !json->is_object()) return view;
  if (std::string kind = text_at(*json, "kind"); !kind.empty()) view.kind = kind;
  if (view.kind == "hashedrekord") {
    bool is_v2 = text_at(*json, "apiVersion") == "0.0.2";
    is_v2 ? view_rekor_v2(*json, view) : view_hashedrekord_v1(*json, view);
  } else if (view.kind == "dsse") {
    view_dsse_v1(*json, view);
  } else if (auto event = read_event(entry); event && *event) {
    view.event = std::move(**event);
  }
  return view;
}

std::string EntryView::str() const {
  if (event)
    return printable(std::visit([](const auto& value) { return describe(value); }, *event), 400);
  if (kind == k_data) return fmt::format("{} of {}", kind, human_size(size));
  if (!is_signature()) return printable(kind);
  std::string by = signer           ? "key " + signer->digest().str()
                   : by_certificate ? "a certificate"
                                    : "an unreadable key";
  return fmt::format("{} of {} by {}", kind, signed_digest->str(), by);
}

}  // namespace kiln::tlog
