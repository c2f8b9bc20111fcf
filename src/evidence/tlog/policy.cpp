// SPDX-License-Identifier: Apache-2.0
#include "evidence/tlog/policy.hpp"

#include "base/strings.hpp"
#include "evidence/tlog/cosignature.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace kiln::tlog {

namespace {

constexpr size_t k_largest_policy = 1U << 20;
constexpr std::string_view k_none = "none";

using Words = std::span<const std::string_view>;

// Reads a policy line by line.
class PolicyReader {
 public:
  Result<TrustPolicy> read(std::string_view text) {
    size_t number = 0;
    while (!text.empty()) {
      ++number;
      std::string_view line = trim(take_until(text, '\n'));
      TRY_CONTEXT(read_line(line), fmt::format("reading line {} of the log policy", number));
    }
    if (policy_.quorum.empty())
      return fail(ErrorCode::corrupt, "the log policy has no quorum line");
    for (PolicyWitness& witness : policy_.witnesses)
      if (auto known = operators_.find(witness.name); known != operators_.end())
        witness.run_by = known->second;
    return std::move(policy_);
  }

 private:
  Result<> read_line(std::string_view line) {
    std::vector<std::string_view> words = split_words(line);
    if (words.empty()) return {};
    if (line.starts_with('#')) return read_comment(words);
    Words rest = Words(words).subspan(1);
    if (words[0] == "log") return read_log(rest);
    if (words[0] == "witness") return read_witness(rest);
    if (words[0] == "group") return read_group(rest);
    if (words[0] == "quorum") return read_quorum(rest);
    return bad(fmt::format("'{}' is not a log policy's word", printable(words[0], 40)));
  }

  Result<> read_comment(Words words) {
    if (words.size() < 4 || words[0] != "#" || words[1] != "operator") return {};
    std::string who;
    for (std::string_view word : words.subspan(3)) {
      if (!who.empty()) who += ' ';
      who += word;
    }
    operators_[std::string(words[2])] = who;
    return {};
  }

  Result<> read_log(Words words) {
    if (words.empty() || words.size() > 2) return bad("a log has a key and perhaps a URL");
    NoteKey key = TRY(NoteKey::parse(words[0]));
    if (key.type() == NoteKeyType::cosignature) return bad("the key is that of a witness");
    if (!log_keys_.insert(key.key().der()).second) return bad("the log stands there already");
    policy_.logs.push_back({std::move(key), words.size() > 1 ? std::string(words[1]) : ""});
    return {};
  }

  Result<> read_witness(Words words) {
    if (words.size() < 2 || words.size() > 3)
      return bad("a witness has a name, a key and perhaps a URL");
    TRY(define(words[0]));
    NoteKey key = TRY(NoteKey::parse(words[1]));
    if (key.type() != NoteKeyType::cosignature) return bad("the key is not that of a witness");
    if (!witness_keys_.insert(key.key().der()).second)
      return bad("the witness stands there already");
    policy_.witnesses.push_back({.name = std::string(words[0]),
                                 .key = std::move(key),
                                 .url = words.size() > 2 ? std::string(words[2]) : "",
                                 .run_by = {}});
    return {};
  }

  Result<> read_group(Words words) {
    if (words.size() < 3) return bad("a group has a name, a number and members");
    PolicyGroup group{.name = std::string(words[0]), .threshold = 1, .members = {}};
    for (std::string_view member : words.subspan(2)) {
      if (!names_.contains(std::string(member))) return bad("a member is not defined before");
      if (!members_.insert(std::string(member)).second)
        return bad("a member is in a group already");
      group.members.emplace_back(member);
    }
    TRY(define(words[0]));
    if (words[1] == "all") group.threshold = group.members.size();
    if (std::optional<uint64_t> number = parse_decimal(words[1]))
      group.threshold = *number;
    else if (words[1] != "all" && words[1] != "any")
      return bad("a group needs all, any, or a number of its members");
    if (group.threshold < 1 || group.threshold > group.members.size())
      return bad("the number is not between one and that of the members");
    policy_.groups.push_back(std::move(group));
    return {};
  }

  Result<> read_quorum(Words words) {
    if (words.size() != 1) return bad("a quorum has one name");
    if (!policy_.quorum.empty()) return bad("there is a quorum line already");
    if (words[0] != k_none && !names_.contains(std::string(words[0])))
      return bad("the quorum is not defined before");
    policy_.quorum = words[0];
    return {};
  }

  Result<> define(std::string_view name) {
    if (name == k_none || !names_.insert(std::string(name)).second)
      return bad(fmt::format("the name '{}' is taken", printable(name, 40)));
    return {};
  }

  static std::unexpected<Error> bad(std::string why) {
    return fail(ErrorCode::corrupt, std::move(why));
  }

  TrustPolicy policy_;
  std::set<std::string> names_;
  std::set<std::string> members_;
  std::set<std::string> log_keys_;
  std::set<std::string> witness_keys_;
  std::map<std::string, std::string> operators_;
};

// The log of the policy that signed the checkpoint.
Result<> verify_by_a_log(const SignedCheckpoint& found, const TrustPolicy& policy) {
  for (const PolicyLog& log : policy.logs)
    if (log.key.name() == found.checkpoint.origin && verify_note(found.note, log.key)) return {};
  return fail(ErrorCode::unverified,
              fmt::format("the checkpoint of {} is not signed by a log of the policy",
                          printable(found.checkpoint.origin, 100)));
}

}  // namespace

Result<TrustPolicy> TrustPolicy::parse(std::string_view text) {
  if (text.size() > k_largest_policy)
    return fail(ErrorCode::limit, "the log policy is larger than accepted");
  if (std::ranges::any_of(text, [](char c) {
        auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\t' && c != '\n') || byte == 0x7f;
      }))
    return fail(ErrorCode::corrupt, "the log policy holds control characters");
  return PolicyReader().read(text);
}

bool TrustPolicy::is_quorum(const std::vector<std::string>& cosigned) const {
  if (quorum == k_none) return true;
  std::set<std::string> fulfilled(cosigned.begin(), cosigned.end());
  for (const PolicyGroup& group : groups) {
    auto count = std::ranges::count_if(
        group.members, [&](const std::string& member) { return fulfilled.contains(member); });
    if (static_cast<size_t>(count) >= group.threshold) fulfilled.insert(group.name);
  }
  return fulfilled.contains(quorum);
}

Result<Judgement> judge(std::string_view note, const TrustPolicy& policy) {
  Judgement found{.checkpoint = TRY(SignedCheckpoint::parse(note)), .witnesses = {}};
  TRY(verify_by_a_log(found.checkpoint, policy));
  std::vector<std::string> all;
  std::vector<std::string> others;
  for (const PolicyWitness& witness : policy.witnesses) {
    std::vector<Cosignature> cosignatures =
        TRY(verified_cosignatures(found.checkpoint.note, {&witness.key, 1}));
    Judgement::Witness seen{witness.name, witness.run_by, witness.is_own(), {}};
    if (!cosignatures.empty()) {
      seen.cosigned = cosignatures.back().time;
      all.push_back(witness.name);
      if (!seen.own) others.push_back(witness.name);
    }
    found.witnesses.push_back(std::move(seen));
  }
  found.quorum = policy.is_quorum(all);
  found.quorum_of_others = policy.is_quorum(others);
  return found;
}

}  // namespace kiln::tlog
