// SPDX-License-Identifier: Apache-2.0
//
// What the log itself tells, when it can be read: that it holds what the evidence says it holds and
// was not cut off since, whether a newer image came out under the same name, and whether a signer's
// key was revoked.
#include "base/strings.hpp"
#include "evidence/tlog/event.hpp"
#include "evidence/tlog/monitor.hpp"
#include "evidence/verification/findings.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace kiln::verification {

namespace {

// The log of the trusted root whose checkpoint the source shows.
Result<tlog::LogSettings> settings_of(tlog::TileSource& source, const Trust& trust) {
  std::string note = TRY(source.checkpoint());
  std::string origin = note.substr(0, note.find('\n'));
  for (const signing::TrustedLog& log : trust.root()->logs)
    if (log.host() == origin && log.key.algorithm() == KeyAlgorithm::ed25519 &&
        log.validity.contains(trust.now))
      return tlog::LogSettings::tiles(origin, log.key);
  return fail(ErrorCode::unverified,
              fmt::format("the trusted root does not have the log {}", printable(origin, 80)),
              "get the publisher's newest trusted_root.json");
}

// Goes through a log from its beginning and keeps what matters for one image.
class LogWalk {
 public:
  LogWalk(const Findings& findings, const std::string& log) : findings_(findings), log_(log) {
    auto add = [&](const Proof& proof) {
      for (const LogProof& entry : proof.logs)
        if (entry.log == log_ && !entry.checkpoint.empty())
          proven_.emplace(entry.tree_size, entry.checkpoint);
    };
    for (const ImageSignature& signature : findings.judgement.signatures) add(signature.proof);
    for (const SignedStatement& statement : findings.judgement.statements)
      for (const Proof& proof : statement.proofs) add(proof);
  }

  Result<> take(std::string_view entry) {
    tree_.append(tlog::leaf_hash(entry));
    auto [begin, end] = proven_.equal_range(tree_.size());
    for (auto proof = begin; proof != end; ++proof) {
      tlog::SignedCheckpoint then = TRY(tlog::SignedCheckpoint::parse(proof->second));
      if (then.checkpoint.root != tree_.root())
        return fail(
            ErrorCode::unverified,
            fmt::format("the first {} entries of log {} are not those that the evidence was "
                        "proven in",
                        tree_.size(), log_));
    }
    Result<std::optional<tlog::Event>> event = tlog::read_event(entry);
    if (!event || !*event) return {};
    if (const auto* release = std::get_if<tlog::ImageRelease>(&**event)) note(*release);
    if (const auto* revocation = std::get_if<tlog::KeyRevocation>(&**event))
      revoked_.insert_or_assign(revocation->key, *revocation);
    return {};
  }

  void report(Verdict& verdict) const {
    uint64_t needed = proven_.empty() ? 0 : proven_.rbegin()->first;
    if (needed > tree_.size())
      verdict.refuse("log", log_,
                     fmt::format("it ends after {} entries, and the evidence was proven in {}: the "
                                 "log was cut off",
                                 tree_.size(), needed));
    else
      verdict.pass("log", log_,
                   fmt::format("{} entries, which begin with all that the evidence was proven in",
                               tree_.size()));
    report_releases(verdict);
    report_revocations(verdict);
  }

 private:
  void note(const tlog::ImageRelease& release) {
    const ImageParts& parts = findings_.parts;
    bool ours = release.index == parts.root.digest || release.index == parts.original;
    if (ours) {
      names_.insert(release.name);
      newer_.erase(release.name);
    } else if (names_.contains(release.name)) {
      newer_.insert_or_assign(release.name, release);
    }
  }

  void report_releases(Verdict& verdict) const {
    for (const auto& [name, release] : newer_)
      verdict.refuse("replay", printable(name),
                     fmt::format("the log has a newer image of that name: {} of {}",
                                 release.index.str(), format_rfc3339(release.time)),
                     "get the newer one");
    for (const std::string& name : names_)
      if (!newer_.contains(name))
        verdict.pass("replay", printable(name), "the log has no newer image of that name");
    if (names_.empty()) verdict.skip("replay", "image", "the log has no release of this image");
  }

  void report_revocations(Verdict& verdict) const {
    for (const Signer& signer : findings_.trust.signers) {
      if (!signer.key) continue;
      auto revoked = revoked_.find(signer.key->digest());
      if (revoked == revoked_.end()) continue;
      UnixTime time = revoked->second.time;
      std::string since =
          fmt::format("revoked at {}: {}", format_rfc3339(time), printable(revoked->second.reason));
      if (signed_since(signer, time))
        verdict.refuse("revocation", signer.name,
                       fmt::format("its key was {}; something here was signed later, or at a time "
                                   "that nothing proves",
                                   since));
      else
        verdict.pass("revocation", signer.name,
                     fmt::format("its key was {}; all here was signed before", since));
    }
  }

  bool signed_since(const Signer& signer, UnixTime time) const {
    auto late = [&](const Proof& proof) {
      return proof.signer == signer.name && (proof.times.empty() || proof.times.back() >= time);
    };
    return std::ranges::any_of(findings_.judgement.signatures,
                               [&](const ImageSignature& each) { return late(each.proof); }) ||
           std::ranges::any_of(findings_.judgement.statements, [&](const SignedStatement& each) {
             return std::ranges::any_of(each.proofs, late);
           });
  }

  const Findings& findings_;
  std::string log_;
  tlog::Frontier tree_;
  std::multimap<uint64_t, std::string> proven_;  // tree size -> checkpoint
  std::set<std::string> names_;                  // under which this image came out
  std::map<std::string, tlog::ImageRelease> newer_;
  std::map<Digest, tlog::KeyRevocation> revoked_;
};

Result<> walk(const Findings& findings, tlog::TileSource& source, Verdict& verdict) {
  tlog::LogSettings settings = TRY(settings_of(source, findings.trust));
  LogWalk walk(findings, settings.origin);
  TRY(tlog::follow(source, settings, std::nullopt,
                   [&](uint64_t, std::string_view entry) { return walk.take(entry); }));
  walk.report(verdict);
  return {};
}

}  // namespace

void check_replay(const Findings& findings, Verdict& verdict) {
  if (findings.log == nullptr)
    return verdict.skip("replay", "image",
                        "the log itself was not read: whether there is a newer image or a revoked "
                        "key, --log would tell");
  if (findings.trust.root() == nullptr) return;  // said by check_log
  Result<> walked = walk(findings, *findings.log, verdict);
  if (!walked) verdict.refuse("log", "log", walked.error());
}

}  // namespace kiln::verification
