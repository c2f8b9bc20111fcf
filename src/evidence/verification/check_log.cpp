// SPDX-License-Identifier: Apache-2.0
#include "base/strings.hpp"
#include "evidence/tlog/checkpoint.hpp"
#include "evidence/tlog/cosignature.hpp"
#include "evidence/verification/findings.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace kiln::verification {

namespace {

bool is_logged(const Vouched& vouched) {
  return std::ranges::any_of(vouched.proofs,
                             [](const Proof* proof) { return !proof->logs.empty(); });
}

// "log.example entries 12, 13".
std::string entries_text(const std::vector<Vouched>& all) {
  std::map<std::string, std::set<uint64_t>> entries;
  for (const Vouched& vouched : all)
    for (const Proof* proof : vouched.proofs)
      for (const LogProof& log : proof->logs) entries[log.log].insert(log.index);
  std::string text;
  for (const auto& [log, indexes] : entries)
    text += fmt::format("{}{} {} {}", text.empty() ? "" : "; ", log,
                        indexes.size() == 1 ? "entry" : "entries", fmt::join(indexes, ", "));
  return text;
}

// Who, of the witnesses that the policy knows, has cosigned a checkpoint.
struct Cosigned {
  std::set<std::string> operators;   // that count
  std::vector<std::string> own;      // witnesses of the log's own operator
  std::vector<std::string> unknown;  // names of further lines
};

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
    bool known = line.name == origin || std::ranges::any_of(keys, [&](const tlog::NoteKey& key) {
                   return key.claims(line);
                 });
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
  auto add = [&](const Proof& proof) {
    for (const LogProof& log : proof.logs)
      if (!log.checkpoint.empty()) found.emplace(log.checkpoint, &log);
  };
  for (const ImageSignature& signature : judgement.signatures) add(signature.proof);
  for (const SignedStatement& statement : judgement.statements)
    for (const Proof& proof : statement.proofs) add(proof);
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

}  // namespace

void check_log(const Findings& findings, Verdict& verdict) {
  if (findings.trust.root() == nullptr)
    return verdict.skip("log", "evidence",
                        "no trusted root is given, so log entries and time stamps were not looked "
                        "at");
  bool required = findings.trust.policy.log == Demand::required;
  for (const Digest& subject : subjects_of(findings.parts)) {
    std::vector<Vouched> all = vouched_for(findings.judgement, subject);
    if (all.empty()) continue;
    std::string name = findings.parts.name_of(subject);
    std::string missing;
    for (const Vouched& vouched : all)
      if (!is_logged(vouched)) missing += (missing.empty() ? "" : ", ") + vouched.what;
    std::string entries = entries_text(all);
    if (!entries.empty()) verdict.pass("log", name, entries);
    if (missing.empty()) continue;
    if (required)
      verdict.miss("log", name, fmt::format("in no trusted log: {}", missing));
    else
      verdict.skip("log", name,
                   fmt::format("in no log, which the policy does not demand: {}", missing));
  }
}

void check_witnesses(const Findings& findings, Verdict& verdict) {
  const Policy& policy = findings.trust.policy;
  std::set<std::string> good;
  for (const auto& [checkpoint, log] : checkpoints_of(findings.judgement)) {
    std::string name = fmt::format("{} at {}", log->log, log->tree_size);
    Result<Cosigned> cosigned = cosigned_by(checkpoint, policy);
    if (!cosigned) {
      verdict.refuse("witness", name, cosigned.error());
      continue;
    }
    bool enough = cosigned->operators.size() >= policy.quorum;
    if (enough) good.insert(checkpoint);
    if (enough && !cosigned->operators.empty())
      verdict.pass("witness", name, witness_text(*cosigned));
    else
      verdict.skip("witness", name, witness_text(*cosigned));
  }
  if (policy.quorum == 0) return;
  std::string missing = without_quorum(findings, good);
  if (!missing.empty())
    verdict.miss("witness", "evidence",
                 fmt::format("not seen by {}: {}",
                             counted(policy.quorum, "independent witness", "independent witnesses"),
                             missing));
}

}  // namespace kiln::verification
