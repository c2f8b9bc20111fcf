// SPDX-License-Identifier: Apache-2.0
#include "evidence/signing/verify_bundle.hpp"

#include "base/strings.hpp"
#include "crypto/timestamp.hpp"
#include "evidence/signing/verify_entry.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace kiln::signing {

namespace {

std::unexpected<Error> refuse(std::string message) {
  return fail(ErrorCode::unverified, std::move(message));
}

Result<> check_signature(const Bundle& bundle, const PublicKey& key) {
  if (const Envelope* envelope = std::get_if<Envelope>(&bundle.content))
    return verify_envelope(*envelope, key);
  return key.verify_digest(std::get<MessageSignature>(bundle.content).digest, signature_of(bundle));
}

// The time of a stamp, by whichever authority made it; it must have been trusted then.
Result<UnixTime> check_timestamp(std::string_view stamp, std::string_view signature,
                                 const TrustedRoot& root) {
  Error last{ErrorCode::unverified, "the trusted root has no time stamp authority", {}, {}};
  for (const TrustedAuthority& authority : root.timestamp_authorities) {
    Result<UnixTime> time = verify_timestamp(stamp, signature, authority.chain);
    if (time && authority.validity.contains(*time)) return *time;
    last = time ? Error{ErrorCode::unverified,
                        fmt::format("the time stamp of {} is outside the times in which its "
                                    "authority is trusted",
                                    format_rfc3339(*time)),
                        {},
                        {}}
                : time.error();
  }
  return std::unexpected(std::move(last));
}

template <typename T>
bool has_duplicates(const std::vector<T>& items) {
  for (size_t i = 0; i < items.size(); ++i)
    if (std::find(items.begin(), items.begin() + static_cast<ptrdiff_t>(i), items[i]) !=
        items.begin() + static_cast<ptrdiff_t>(i))
      return true;
  return false;
}

Result<> check_key_times(const std::vector<UnixTime>& times, const BundleTrust& trust) {
  for (UnixTime time : times)
    if (!trust.key_validity.contains(time))
      return refuse(fmt::format("the signature was made at {}, when key {} was not valid",
                                format_rfc3339(time), trust.key.digest().str()));
  return {};
}

}  // namespace

Result<VerifiedBundle> verify_bundle(const Bundle& bundle, const BundleTrust& trust) {
  std::string certificate = trust.certificate ? trust.certificate->der() : std::string();
  if (bundle.certificate != certificate)
    return fail(ErrorCode::unsupported, certificate.empty()
                                            ? "the bundle is signed with a certificate, not a key"
                                            : "the bundle is not signed with this certificate");
  EntrySigner signer =
      trust.certificate ? EntrySigner(*trust.certificate, trust.key) : EntrySigner(trust.key);
  TRY(check_signature(bundle, trust.key));
  VerifiedBundle verified;
  if (trust.root != nullptr) {
    if (has_duplicates(bundle.entries) || has_duplicates(bundle.timestamps))
      return refuse("the bundle has the same log entry or time stamp twice");
    for (const std::string& stamp : bundle.timestamps)
      verified.times.push_back(TRY(check_timestamp(stamp, signature_of(bundle), *trust.root)));
    for (const LogEntry& entry : bundle.entries) {
      TRY(check_entry_body(entry, bundle, signer));
      if (!entry.promise.empty()) verified.times.push_back(entry.integrated_time);
    }
    std::ranges::sort(verified.times);
    for (const LogEntry& entry : bundle.entries)
      verified.entries.push_back(
          TRY(check_inclusion(entry, *trust.root, verified.times, trust.now)));
    if (verified.entries.size() < trust.log_entries)
      return refuse("the signature is in no transparency log");
    if (verified.times.size() < trust.timestamps)
      return refuse("nothing proves when the signature was made");
  }
  TRY(check_key_times(verified.times.empty() ? std::vector{trust.now} : verified.times, trust));
  return verified;
}

Result<Statement> verified_statement(const Bundle& bundle, const Digest& subject,
                                     std::string_view predicate_type) {
  const Envelope* envelope = std::get_if<Envelope>(&bundle.content);
  if (envelope == nullptr || envelope->payload_type != k_statement_payload_type)
    return refuse("the bundle holds no in-toto statement");
  Statement statement = TRY(parse_statement(envelope->payload));
  if (!is_about(statement, subject))
    return refuse(fmt::format("the statement is not about {}", subject.str()));
  if (!predicate_type.empty() && statement.predicate_type != predicate_type)
    return refuse(fmt::format("the statement's type is '{}', not '{}'",
                              printable(statement.predicate_type, 120), predicate_type));
  return statement;
}

}  // namespace kiln::signing
