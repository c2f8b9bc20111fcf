// SPDX-License-Identifier: Apache-2.0
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

}  // namespace kiln::verification
