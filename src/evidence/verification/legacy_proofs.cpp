// SPDX-License-Identifier: Apache-2.0
#include "evidence/verification/legacy_proofs.hpp"

#include "base/bytes.hpp"
#include "crypto/timestamp.hpp"
#include "evidence/signing/log_entry.hpp"
#include "evidence/signing/simple_signing.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::verification {

namespace {

const signing::TrustedLog* find_log(const signing::TrustedRoot& root, std::string_view id,
                                    UnixTime at) {
  for (const signing::TrustedLog& log : root.logs)
    if (log.log_id == id && log.validity.contains(at)) return &log;
  return nullptr;
}

Result<> add_promise(const std::string& text, const BodyFits& fits,
                     const signing::TrustedRoot& root, Proof& proof) {
  Json json = TRY(parse_json(text));
  std::string body_base64 = TRY(json.get_string({"Payload", "body"}));
  std::string id_hex = TRY(json.get_string({"Payload", "logID"}));
  std::string promise_base64 = TRY(json.get_string("SignedEntryTimestamp"));
  std::string body = TRY(from_base64(body_base64));
  std::string id = TRY(from_hex(id_hex));
  std::string promise = TRY(from_base64(promise_base64));
  int64_t time = TRY(json.get_int({"Payload", "integratedTime"}));
  int64_t index = TRY(json.get_int({"Payload", "logIndex"}));
  if (time < 0 || index < 0) return fail(ErrorCode::corrupt, "the log's promise has no time");
  const signing::TrustedLog* log = find_log(root, id, time);
  if (log == nullptr)
    return fail(ErrorCode::unverified,
                fmt::format("the trusted root does not have the log {} at {}", to_hex(id),
                            format_rfc3339(time)),
                "get the publisher's newest trusted_root.json");
  std::string promised = signing::entry_promise_text(body, static_cast<uint64_t>(time), id,
                                                     static_cast<uint64_t>(index));
  if (!log->key.verify(promised, promise))
    return fail(ErrorCode::unverified,
                fmt::format("the promise of log {} is not its own", log->host()));
  TRY(fits(body));
  proof.times.push_back(time);
  proof.logs.push_back({log->host(), static_cast<uint64_t>(index), 0, ""});
  return {};
}

Result<> add_timestamp(const std::string& text, std::string_view signature,
                       const signing::TrustedRoot& root, Proof& proof) {
  Json json = TRY(parse_json(text));
  std::string base64 = TRY(json.get_string("SignedRFC3161Timestamp"));
  std::string stamp = TRY(from_base64(base64));
  for (const signing::TrustedAuthority& authority : root.timestamp_authorities) {
    Result<UnixTime> time = verify_timestamp(stamp, signature, authority.chain);
    if (!time || !authority.validity.contains(*time)) continue;
    proof.times.push_back(*time);
    return {};
  }
  return fail(ErrorCode::unverified, "the time stamp is not by a trusted authority");
}

}  // namespace

Result<> add_legacy_proofs(const oci::Annotations& annotations, std::string_view signature,
                           const BodyFits& fits, const signing::TrustedRoot& root, Proof& proof) {
  auto promise = annotations.find(std::string(signing::k_log_annotation));
  if (promise != annotations.end()) TRY(add_promise(promise->second, fits, root, proof));
  auto stamp = annotations.find(std::string(signing::k_timestamp_annotation));
  if (stamp != annotations.end()) TRY(add_timestamp(stamp->second, signature, root, proof));
  std::ranges::sort(proof.times);
  return {};
}

}  // namespace kiln::verification
