// SPDX-License-Identifier: Apache-2.0
//
// Who has seen the log. Evidence carries the checkpoint of its signing, which witnesses cosign
// later: so the newest checkpoint of the log itself stands for every older one that it continues.
#include "base/strings.hpp"
#include "evidence/tlog/cosignature.hpp"
#include "evidence/verification/findings.hpp"
#include "evidence/verification/published_log.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace kiln::verification {

namespace {

// Who, of the witnesses that the policy knows, has cosigned a checkpoint.
struct Cosigned {
  std::set<std::string> operators;   // that count
  std::vector<std::string> own;      // witnesses of the log's own operator
  std::vector<std::string> unknown;  // names of further lines
};

// Whether a line is the log's own. The key of a log in Rekor v1's shape has the log's host as its
// name, where the origin is "HOST - TREE ID".
bool is_of_log(const tlog::NoteSignature& line, std::string_view origin) {
  return origin == line.name || origin.starts_with(line.name + " - ");
}

Result<Cosigned> cosigned_by(const std::string& checkpoint, const Policy& policy) {
  tlog::Note note = TRY(tlog::Note::parse(checkpoint));
  std::vector<tlog::NoteKey> keys;
  for (const Witness& witness : policy.witnesses) keys.push_back(witness.key);
  Cosigned found;
  std::vector<tlog::Cosignature> good = TRY(tlog::verified_cosignatures(note, keys));
  for (const tlog::Cosignature& cosignature : good)
    for (const Witness& witness : policy.witnesses) {
      if (!witness.key.claims(cosignature.line)) continue;
      if (witness.own)
        found.own.push_back(witness.key.name());
      else
        found.operators.insert(witness.run_by);
    }
  std::string_view origin = std::string_view(note.text).substr(0, note.text.find('\n'));
  for (const tlog::NoteSignature& line : note.signatures) {
    bool known =
        is_of_log(line, origin) ||
        std::ranges::any_of(keys, [&](const tlog::NoteKey& key) { return key.claims(line); });
    if (!known) found.unknown.push_back(line.name);
  }
  return found;
}

std::string witness_text(const Cosigned& cosigned) {
  std::string text = cosigned.operators.empty() ? "cosigned by nobody else"
                                                : fmt::format("cosigned by witnesses of {}",
                                                              fmt::join(cosigned.operators, ", "));
  if (!cosigned.own.empty())
    text += fmt::format("; {} of the log's own operator, which does not count",
                        fmt::join(cosigned.own, ", "));
  if (!cosigned.unknown.empty())
    text += fmt::format("; lines of {}, which the policy does not know",
                        fmt::join(cosigned.unknown, ", "));
  return text;
}

// Every checkpoint that a proof leads to, once.
std::map<std::string, const LogProof*> checkpoints_of(const Judgement& judgement) {
  std::map<std::string, const LogProof*> found;
  for (const Proof* proof : all_proofs(judgement))
    for (const LogProof& log : proof->logs)
      if (!log.checkpoint.empty()) found.emplace(log.checkpoint, &log);
  return found;
}

// What of the evidence leads to no checkpoint of `good`.
std::string without_quorum(const Findings& findings, const std::set<std::string>& good) {
  std::string names;
  for (const Digest& subject : subjects_of(findings.parts))
    for (const Vouched& vouched : vouched_for(findings.judgement, subject)) {
      bool seen = std::ranges::any_of(vouched.proofs, [&](const Proof* proof) {
        return std::ranges::any_of(
            proof->logs, [&](const LogProof& log) { return good.contains(log.checkpoint); });
      });
      if (!seen)
        names += fmt::format("{}{} of {}", names.empty() ? "" : ", ", vouched.what,
                             findings.parts.name_of(subject));
    }
  return names;
}

// A log at hand with the witnesses of its newest checkpoint.
struct Witnessed {
  tlog::TileSource* source;
  PublishedLog log;
  Cosigned cosigned;
};

Result<Witnessed> witnesses_of(tlog::TileSource& source, const Trust& trust) {
  PublishedLog log = TRY(read_published(source, trust));
  Cosigned cosigned = TRY(cosigned_by(log.note, trust.policy));
  return Witnessed{&source, std::move(log), std::move(cosigned)};
}

class WitnessCheck {
 public:
  WitnessCheck(const Findings& findings, Verdict& verdict)
      : findings_(findings), policy_(findings.trust.policy), verdict_(verdict) {}

  void check() {
    read_logs();
    for (const auto& [checkpoint, log] : checkpoints_of(findings_.judgement)) look_at(*log);
    if (policy_.quorum == 0) return;
    std::string missing = without_quorum(findings_, good_);
    if (missing.empty()) return;
    verdict_.miss(
        "witness", "evidence",
        fmt::format("not seen by {}: {}",
                    counted(policy_.quorum, "independent witness", "independent witnesses"),
                    missing),
        findings_.logs.empty()
            ? "name the publisher's log with --log: witnesses cosign what came after the signature"
            : "");
  }

 private:
  void read_logs() {
    if (findings_.trust.root() == nullptr || policy_.quorum == 0) return;
    for (tlog::TileSource* source : findings_.logs) {
      Result<Witnessed> read = witnesses_of(*source, findings_.trust);
      if (read)
        newest_.push_back(std::move(*read));
      else
        verdict_.skip("witness", "log",
                      "the checkpoint of the log itself does not count: " + read.error().str());
    }
  }

  // The log of a checkpoint as it is now, if enough have seen it; or null.
  const Witnessed* newest_of(const std::string& log) const {
    auto found = std::ranges::find_if(newest_, [&](const Witnessed& each) {
      return each.log.settings.origin == log && is_quorum(each.cosigned);
    });
    return found == newest_.end() ? nullptr : &*found;
  }

  // A checkpoint of the evidence: its own cosignatures, or else those of the log as it is now.
  void look_at(const LogProof& log) {
    std::string name = fmt::format("{} at {}", log.log, log.tree_size);
    Result<Cosigned> cosigned = cosigned_by(log.checkpoint, policy_);
    if (!cosigned) return verdict_.refuse("witness", name, cosigned.error());
    std::string text = witness_text(*cosigned);
    bool enough = is_quorum(*cosigned);
    if (const Witnessed* newest = enough ? nullptr : newest_of(log.log)) {
      Result<> continues = check_continues(*newest->source, newest->log, log.checkpoint);
      if (!continues) return verdict_.refuse("witness", name, continues.error());
      text = fmt::format("{} at {}, which continues it", witness_text(newest->cosigned),
                         newest->log.newest.size);
      cosigned->operators = newest->cosigned.operators;
      enough = true;
    }
    if (enough) good_.insert(log.checkpoint);
    if (enough && !cosigned->operators.empty())
      verdict_.pass("witness", name, text);
    else
      verdict_.skip("witness", name, text);
  }

  bool is_quorum(const Cosigned& cosigned) const {
    return cosigned.operators.size() >= policy_.quorum;
  }

  const Findings& findings_;
  const Policy& policy_;
  Verdict& verdict_;
  std::vector<Witnessed> newest_;
  std::set<std::string> good_;  // checkpoints that enough have seen
};

}  // namespace

void check_witnesses(const Findings& findings, Verdict& verdict) {
  WitnessCheck(findings, verdict).check();
}

}  // namespace kiln::verification
