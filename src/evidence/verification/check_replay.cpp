// SPDX-License-Identifier: Apache-2.0
//
// What the logs themselves tell, when they can be read: that they hold what the evidence says they
// hold and were not cut off since, whether a newer image came out under the same name, and whether
// a signer's key was revoked. A log that ended goes on in another one, so several may be given:
// they are read in the order of their time, and each says no more than what is in it.
#include "base/strings.hpp"
#include "evidence/tlog/event.hpp"
#include "evidence/tlog/monitor.hpp"
#include "evidence/verification/findings.hpp"
#include "evidence/verification/log_coverage.hpp"
#include "evidence/verification/published_log.hpp"
#include "evidence/verification/replay.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::verification {

namespace {

// Goes through logs from their beginnings and keeps what matters for one image.
class LogWalk {
 public:
  explicit LogWalk(const Findings& findings) : findings_(findings), replay_(findings) {}

  void begin(const std::string& log) {
    log_ = log;
    replay_.begin(log);
    tree_ = {};
    proven_.clear();
    for (const Proof* proof : all_proofs(findings_.judgement))
      for (const LogProof& entry : proof->logs)
        if (entry.log == log && !entry.checkpoint.empty())
          proven_.emplace(entry.tree_size, entry.checkpoint);
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
    if (const auto* release = std::get_if<tlog::ImageRelease>(&**event)) replay_.note(*release);
    if (const auto* revocation = std::get_if<tlog::KeyRevocation>(&**event)) note(*revocation);
    return {};
  }

  void end(Verdict& verdict) const {
    uint64_t needed = proven_.empty() ? 0 : proven_.rbegin()->first;
    if (needed > tree_.size())
      verdict.refuse("log", log_,
                     fmt::format("it ends after {} entries, and the evidence was proven in {}: the "
                                 "log was cut off",
                                 tree_.size(), needed));
    else if (proven_.empty())
      verdict.skip(
          "log", log_,
          fmt::format("{} entries, in which nothing of the evidence was proven", tree_.size()));
    else
      verdict.pass("log", log_,
                   fmt::format("{} entries, which begin with all that the evidence was proven in",
                               tree_.size()));
  }

  // What all logs together tell.
  void report(Verdict& verdict) const {
    replay_.report(verdict);
    report_revocations(verdict);
  }

 private:
  // Of two revocations in two logs the stricter one counts.
  void note(const tlog::KeyRevocation& revocation) {
    auto [known, is_new] = revoked_.emplace(revocation.key, revocation);
    if (!is_new && revocation.time < known->second.time) known->second = revocation;
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
    return std::ranges::any_of(all_proofs(findings_.judgement),
                               [&](const Proof* proof) { return late(*proof); });
  }

  const Findings& findings_;
  Replay replay_;
  std::string log_;
  tlog::Frontier tree_;
  std::multimap<uint64_t, std::string> proven_;  // tree size -> checkpoint
  std::map<Digest, tlog::KeyRevocation> revoked_;
};

struct GivenLog {
  tlog::TileSource* source;
  PublishedLog log;
};

// The logs that the trusted root has, the oldest first.
std::vector<GivenLog> given_logs(const Findings& findings, Verdict& verdict) {
  std::vector<GivenLog> given;
  for (tlog::TileSource* source : findings.logs) {
    Result<PublishedLog> log = read_published(*source, findings.trust);
    if (log)
      given.push_back({source, std::move(*log)});
    else
      verdict.refuse("log", "log", log.error());
  }
  std::ranges::stable_sort(given, {}, [](const GivenLog& each) { return each.log.validity.from; });
  return given;
}

}  // namespace

void check_replay(const Findings& findings, Verdict& verdict) {
  if (findings.logs.empty())
    return verdict.skip("replay", "image",
                        "the log itself was not read: whether there is a newer image or a revoked "
                        "key, --log would tell");
  if (findings.trust.root() == nullptr) return;  // said by check_log
  std::vector<GivenLog> given = given_logs(findings, verdict);
  LogWalk walk(findings);
  std::vector<PublishedLog> read;
  for (const GivenLog& each : given) {
    walk.begin(each.log.settings.origin);
    Result<tlog::MonitorState> whole =
        tlog::follow(*each.source, each.log.settings, std::nullopt,
                     [&](uint64_t, std::string_view entry) { return walk.take(entry); });
    if (whole)
      walk.end(verdict);
    else
      verdict.refuse("log", "log", whole.error());
    read.push_back(each.log);
  }
  if (read.empty()) return;
  check_coverage(findings, read, verdict);
  walk.report(verdict);
}

}  // namespace kiln::verification
